// Prints what Go's readers of env files make of a file, as NUL-terminated NAME=VALUE.
package main

import (
	"fmt"
	"os"
	"sort"

	"github.com/compose-spec/compose-go/v2/dotenv"
	"github.com/docker/cli/pkg/kvfile"
)

func main() {
	which, path := os.Args[1], os.Args[2]
	var lines []string
	var err error
	switch which {
	case "docker":
		lines, err = kvfile.Parse(path, nil)
	case "compose":
		var found map[string]string
		found, err = dotenv.ReadWithLookup(func(string) (string, bool) { return "", false }, path)
		for name, value := range found {
			lines = append(lines, name+"="+value)
		}
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	sort.Strings(lines)
	for _, line := range lines {
		fmt.Print(line, "\x00")
	}
}
