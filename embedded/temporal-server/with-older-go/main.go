// Builds the module of the folder above with a Go toolchain that is older than what its dependencies ask for, as far as
// the toolchain can compile them: run it as `go run main.go MODULE-FOLDER OUTPUT` outside of any module.
//
// Some dependencies ask for the newest patch release of Go, without using anything of it. This copies them, and lowers
// the version in the copies.
package main

import (
	"archive/zip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
)

var (
	goLine     = regexp.MustCompile(`(?m)^go \S+$`)
	direct     = regexp.MustCompile(`(?m)^\t(\S+) (v\S+)$`)
	localGo    = strings.TrimPrefix(runtime.Version(), "go")
	tooNewText = "requires go >="
)

// What `go mod download -json` says about a module.
type download struct{ Path, Version, Error, Zip, Sum string }

func main() {
	if len(os.Args) != 3 {
		fail(errors.New("usage: go run main.go MODULE-FOLDER OUTPUT"))
	}
	work, err := os.MkdirTemp("", "pgwarden-older-go-")
	if err != nil {
		fail(err)
	}
	err = build(os.Args[1], os.Args[2], work)
	_ = os.RemoveAll(work)
	if err != nil {
		fail(err)
	}
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

func build(folder, output, work string) error {
	manifest, err := os.ReadFile(filepath.Join(folder, "go.mod"))
	if err != nil {
		return err
	}
	sums, err := os.ReadFile(filepath.Join(folder, "go.sum"))
	if err != nil {
		return err
	}
	lowered := string(lower(manifest))
	for _, match := range direct.FindAllStringSubmatch(lowered, -1) {
		copied, err := copyIfTooNew(match[1]+"@"+match[2], string(sums), work)
		if err != nil {
			return err
		}
		if copied != "" {
			lowered += fmt.Sprintf("\nreplace %s => %s\n", match[1], copied)
		}
	}
	modFile := filepath.Join(work, "go.mod")
	if err := os.WriteFile(modFile, []byte(lowered), 0o600); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(work, "go.sum"), sums, 0o600); err != nil {
		return err
	}
	compile := local("build", "-modfile", modFile, "-trimpath", "-buildvcs=false", "-ldflags", "-s -w", "-o", output, ".")
	compile.Dir = folder
	compile.Stdout, compile.Stderr = os.Stdout, os.Stderr
	return compile.Run()
}

func lower(manifest []byte) []byte {
	return goLine.ReplaceAll(manifest, []byte("go "+localGo))
}

func local(arguments ...string) *exec.Cmd {
	command := exec.Command("go", arguments...)
	command.Env = append(os.Environ(), "GOTOOLCHAIN=local", "GOWORK=off")
	return command
}

// copyIfTooNew returns the folder of the copy, or "" if this toolchain accepts the module as it is.
func copyIfTooNew(module, sums, work string) (string, error) {
	ask := local("mod", "download", "-json", module)
	ask.Dir = work
	answer, _ := ask.Output() // the reason of a failure is in the answer
	var found download
	if err := json.Unmarshal(answer, &found); err != nil {
		return "", fmt.Errorf("go mod download %s: %w", module, err)
	}
	if found.Error == "" {
		return "", nil
	}
	if !strings.Contains(found.Error, tooNewText) || found.Zip == "" {
		return "", errors.New(found.Error)
	}
	if !strings.Contains(sums, fmt.Sprintf("%s %s %s\n", found.Path, found.Version, found.Sum)) {
		return "", fmt.Errorf("%s: the checksum is not the one in go.sum: %s", module, found.Sum)
	}
	target := filepath.Join(work, filepath.FromSlash(module))
	if err := unpack(found.Zip, module+"/", target); err != nil {
		return "", err
	}
	path := filepath.Join(target, "go.mod")
	manifest, err := os.ReadFile(path)
	if err != nil {
		return "", err
	}
	return target, os.WriteFile(path, lower(manifest), 0o600)
}

func unpack(archive, prefix, target string) error {
	reader, err := zip.OpenReader(archive)
	if err != nil {
		return err
	}
	defer func() { _ = reader.Close() }()
	for _, file := range reader.File {
		name := strings.TrimPrefix(file.Name, prefix)
		if !filepath.IsLocal(name) {
			return fmt.Errorf("%s: a file outside of its folder: %s", archive, file.Name)
		}
		if err := unpackFile(file, filepath.Join(target, name)); err != nil {
			return err
		}
	}
	return nil
}

func unpackFile(file *zip.File, path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	source, err := file.Open()
	if err != nil {
		return err
	}
	defer func() { _ = source.Close() }()
	target, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	if _, err := io.Copy(target, source); err != nil {
		return errors.Join(err, target.Close())
	}
	return target.Close()
}
