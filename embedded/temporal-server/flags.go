package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"strings"

	"go.temporal.io/api/enums/v1"
)

type serverFlags struct {
	ip, uiIP, database, logLevel string
	port, uiPort, metricsPort    int
	headless                     bool
	namespaces                   []string
	pragmas                      map[string]string
	dynamicConfig                map[string]any
	searchAttributes             map[string]enums.IndexedValueType
}

func parseServerFlags(arguments []string) (*serverFlags, error) {
	f := &serverFlags{
		namespaces:       []string{"default"},
		pragmas:          map[string]string{},
		dynamicConfig:    map[string]any{},
		searchAttributes: map[string]enums.IndexedValueType{},
	}
	set := flag.NewFlagSet("server start-dev", flag.ContinueOnError)
	set.StringVar(&f.ip, "ip", "127.0.0.1", "IP address of the gRPC port")
	set.IntVar(&f.port, "port", 7233, "gRPC port")
	set.StringVar(&f.uiIP, "ui-ip", "", "IP address of the web UI; the default is that of --ip")
	set.IntVar(&f.uiPort, "ui-port", 0, "port of the web UI; the default is 1000 above --port")
	set.BoolVar(&f.headless, "headless", false, "start no web UI")
	set.IntVar(&f.metricsPort, "metrics-port", 0, "port of /metrics; the default is none")
	set.StringVar(&f.database, "db-filename", "", "SQLite file; the default is memory only")
	set.StringVar(&f.logLevel, "log-level", "warn", "debug, info, warn, error or never")
	set.Func("namespace", "another namespace to create", func(name string) error {
		f.namespaces = append(f.namespaces, name)
		return nil
	})
	set.Func("sqlite-pragma", "name=value", func(text string) error {
		name, value, err := pair(text)
		f.pragmas[name] = value
		return err
	})
	set.Func("dynamic-config-value", "key=JSON", f.addDynamicConfig)
	set.Func("search-attribute", "name=type", f.addSearchAttribute)
	if err := set.Parse(arguments); err != nil {
		return nil, err
	}
	if set.NArg() > 0 {
		return nil, fmt.Errorf("unexpected argument %q", set.Arg(0))
	}
	if f.uiIP == "" {
		f.uiIP = f.ip
	}
	if f.uiPort == 0 {
		f.uiPort = f.port + 1000
	}
	return f, nil
}

func (f *serverFlags) addDynamicConfig(text string) error {
	key, value, err := pair(text)
	if err != nil {
		return err
	}
	decoder := json.NewDecoder(strings.NewReader(value))
	decoder.UseNumber()
	var decoded any
	if err := decoder.Decode(&decoded); err != nil {
		return fmt.Errorf("%s: %w", key, err)
	}
	f.dynamicConfig[key] = plainNumber(decoded)
	return nil
}

// The server accepts a whole number only as an int.
func plainNumber(value any) any {
	number, isNumber := value.(json.Number)
	if !isNumber {
		return value
	}
	if whole, err := number.Int64(); err == nil {
		return int(whole)
	}
	fraction, _ := number.Float64()
	return fraction
}

func (f *serverFlags) addSearchAttribute(text string) error {
	name, typeName, err := pair(text)
	if err != nil {
		return err
	}
	for known, value := range enums.IndexedValueType_shorthandValue {
		if strings.EqualFold(known, typeName) && value != 0 {
			f.searchAttributes[name] = enums.IndexedValueType(value)
			return nil
		}
	}
	return fmt.Errorf("no such type of search attribute: %q", typeName)
}

func pair(text string) (string, string, error) {
	name, value, found := strings.Cut(text, "=")
	if !found || name == "" {
		return "", "", fmt.Errorf("not of the form name=value: %q", text)
	}
	return name, value, nil
}
