package main

import (
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"go.temporal.io/server/common/headers"
)

// The table whose columns, indexes and triggers change between versions. It lists workflows, for queries.
const visibility = "executions_visibility"

// An object of a schema: a table, an index or a trigger.
type object struct{ kind, name, table, definition string }

// upgradeSchema adds to a file of an older server what this server's schema has. Temporal has no such step for SQLite:
// without it, the server starts, and queries for what is new fail, such as those of the UI.
func upgradeSchema(path string) error {
	return withTransaction(path, func(tx *sql.Tx) error {
		var version int
		if err := tx.QueryRow("PRAGMA user_version").Scan(&version); err != nil || version == schemaVersion() {
			return err
		}
		wanted, err := newestSchema()
		if err != nil {
			return err
		}
		if err := addObjects(tx, wanted); err != nil {
			return err
		}
		return writeSchemaVersion(tx)
	})
}

// 1.32.2 is 1032002. SQLite keeps one number for the application.
func schemaVersion() int {
	var major, minor, patch int
	_, _ = fmt.Sscanf(headers.ServerVersion, "%d.%d.%d", &major, &minor, &patch)
	return major*1_000_000 + minor*1_000 + patch
}

func writeSchemaVersion(tx *sql.Tx) error {
	_, err := tx.Exec(fmt.Sprintf("PRAGMA user_version = %d", schemaVersion()))
	return err
}

func newestSchema() ([]object, error) {
	folder, err := os.MkdirTemp("", "pgwarden-schema-")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(folder) }()
	path := filepath.Join(folder, "newest.db")
	if err := createDatabase(path); err != nil {
		return nil, err
	}
	var objects []object
	err = withTransaction(path, func(tx *sql.Tx) error {
		objects, err = objectsOf(tx)
		return err
	})
	return objects, err
}

func addObjects(tx *sql.Tx, wanted []object) error {
	present, err := objectsOf(tx)
	if err != nil {
		return err
	}
	rebuild := definition(present, visibility) != definition(wanted, visibility)
	if rebuild {
		if err := setAside(tx, present); err != nil {
			return err
		}
		if present, err = objectsOf(tx); err != nil {
			return err
		}
	}
	for _, each := range wanted {
		if definition(present, each.name) != "" {
			continue
		}
		if _, err := tx.Exec(each.definition); err != nil {
			return fmt.Errorf("%s %s: %w", each.kind, each.name, err)
		}
	}
	if rebuild {
		return refill(tx)
	}
	return nil
}

// setAside renames the table, after everything whose name its successor needs is gone.
func setAside(tx *sql.Tx, present []object) error {
	for _, each := range present {
		isPart := each.kind != "table" && each.table == visibility
		isTextIndex := strings.HasPrefix(each.name, visibility+"_")
		if !isPart && !isTextIndex {
			continue
		}
		if _, err := tx.Exec(fmt.Sprintf("DROP %s %q", each.kind, each.name)); err != nil {
			return err
		}
	}
	_, err := tx.Exec(fmt.Sprintf("ALTER TABLE %s RENAME TO old_visibility", visibility))
	return err
}

// refill copies the columns that are not computed from others. Triggers fill the text indexes.
func refill(tx *sql.Tx) error {
	columns, err := texts(tx, fmt.Sprintf(`SELECT name FROM pragma_table_info('%s')
		WHERE name IN (SELECT name FROM pragma_table_info('old_visibility'))`, visibility))
	if err != nil {
		return err
	}
	list := strings.Join(columns, ", ")
	_, err = tx.Exec(fmt.Sprintf(
		"INSERT INTO %s (%s) SELECT %s FROM old_visibility; DROP TABLE old_visibility", visibility, list, list))
	return err
}

func definition(objects []object, name string) string {
	for _, each := range objects {
		if each.name == name {
			return each.definition
		}
	}
	return ""
}

// objectsOf returns the objects in the order of their creation, without the tables that a text index creates itself.
func objectsOf(tx *sql.Tx) ([]object, error) {
	rows, err := tx.Query(`SELECT type, name, tbl_name, sql FROM sqlite_schema
		WHERE sql IS NOT NULL AND name NOT IN (SELECT name FROM pragma_table_list WHERE type = 'shadow')
		ORDER BY rowid`)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var objects []object
	for rows.Next() {
		var each object
		if err := rows.Scan(&each.kind, &each.name, &each.table, &each.definition); err != nil {
			return nil, err
		}
		objects = append(objects, each)
	}
	return objects, rows.Err()
}

func texts(tx *sql.Tx, query string) ([]string, error) {
	rows, err := tx.Query(query)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var found []string
	for rows.Next() {
		var text string
		if err := rows.Scan(&text); err != nil {
			return nil, err
		}
		found = append(found, text)
	}
	return found, rows.Err()
}

func withTransaction(path string, use func(*sql.Tx) error) error {
	db, err := sql.Open("sqlite", "file:"+path)
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	tx, err := db.Begin()
	if err != nil {
		return err
	}
	if err := use(tx); err != nil {
		_ = tx.Rollback()
		return err
	}
	return tx.Commit()
}
