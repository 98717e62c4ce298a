// A Temporal server with SQLite and its web UI in one process, for one machine. It accepts those commands and flags of
// Temporal's command-line tool that pgwarden uses, because the tool itself cannot be built from its module.
package main

import (
	"fmt"
	"os"
	"strings"

	ui "github.com/temporalio/ui-server/v2/server/version"
	"go.temporal.io/server/common/headers"
)

var commands = []struct {
	name string
	run  func(arguments []string) error
}{
	{"server start-dev", startServer},
	{"operator namespace update", updateNamespace},
}

func main() {
	arguments := os.Args[1:]
	if len(arguments) == 1 && arguments[0] == "--version" {
		fmt.Printf("pgwarden's Temporal (Server %s, UI %s)\n", headers.ServerVersion, ui.UIVersion)
		return
	}
	if err := run(arguments); err != nil {
		fmt.Fprintln(os.Stderr, "Error:", err)
		os.Exit(1)
	}
}

func run(arguments []string) error {
	var names []string
	for _, command := range commands {
		words := strings.Fields(command.name)
		if len(arguments) >= len(words) && strings.Join(arguments[:len(words)], " ") == command.name {
			return command.run(arguments[len(words):])
		}
		names = append(names, command.name)
	}
	return fmt.Errorf("this program has only the commands: --version, %s", strings.Join(names, ", "))
}
