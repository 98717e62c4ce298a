package main

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"

	"go.temporal.io/server/common/config"
	"go.temporal.io/server/common/persistence/sql/sqlplugin/sqlite"
	schema "go.temporal.io/server/schema/sqlite"
)

// openDatabase returns the settings of a database that has the schema of this server and all its namespaces.
func openDatabase(f *serverFlags) (*config.SQL, error) {
	settings := &config.SQL{PluginName: sqlite.PluginName, ConnectAttributes: maps.Clone(f.pragmas)}
	if f.database == "" {
		settings.DatabaseName = "memory"
		settings.ConnectAttributes["mode"] = "memory"
		settings.ConnectAttributes["cache"] = "shared"
	} else {
		settings.DatabaseName = f.database
		settings.ConnectAttributes["mode"] = "rwc"
		if err := provideSchema(f.database); err != nil {
			return nil, fmt.Errorf("database %s: %w", f.database, err)
		}
	}
	for _, name := range f.namespaces {
		namespace, err := schema.NewNamespaceConfig(clusterName, name, false, f.searchAttributes)
		if err != nil {
			return nil, err
		}
		if err := schema.CreateNamespaces(settings, namespace); err != nil {
			return nil, err
		}
	}
	return settings, nil
}

func provideSchema(path string) error {
	_, err := os.Stat(path)
	if err == nil {
		return upgradeSchema(path)
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	// Created under another name, so that an interrupted start leaves no database without tables.
	unfinished := path + ".new"
	if err := createDatabase(unfinished); err != nil {
		return err
	}
	return os.Rename(unfinished, path)
}

// createDatabase creates a file with the newest schema, and says so in the file.
func createDatabase(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	settings := &config.SQL{
		PluginName:        sqlite.PluginName,
		DatabaseName:      path,
		ConnectAttributes: map[string]string{"mode": "rwc", "synchronous": "OFF"},
	}
	if err := schema.SetupSchema(settings); err != nil {
		return err
	}
	return withTransaction(path, writeSchemaVersion)
}
