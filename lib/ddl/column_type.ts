/**
 * SQL types of columns in a data table, one for each kind, and what follows the type. Text has no CHECK: no check would
 * be sure to accept every value that Anvil can hold.
 */
import type { ColumnKind } from "../schema/model/column_kind.ts";
import type { ColumnLayout } from "./archive_layout.ts";
import { quoteName } from "./quote.ts";

/** Type of each kind in a STRICT table. ANY keeps 1 and 1.0 different, and integers beyond 64 bits as text. */
const SQL_TYPES: { readonly [kind in ColumnKind]: "TEXT" | "INTEGER" | "ANY" } = {
  string: "TEXT",
  number: "ANY",
  bool: "INTEGER",
  date: "TEXT",
  datetime: "TEXT",
  media: "INTEGER",
  simpleObject: "TEXT",
  link_single: "TEXT",
  link_multiple: "TEXT",
  unknown: "TEXT",
};

/** A foreign key to a row of a data table. It is checked at commit, so rows and tables may come in any order. */
export function references(tableSqlName: string, rowIdSqlName: string): string {
  return `REFERENCES ${quoteName(tableSqlName)} (${quoteName(rowIdSqlName)}) DEFERRABLE INITIALLY DEFERRED`;
}

/**
 * Definition of one column.
 * @param targetRowId SQL name of the target's row id column, for a link whose target is in the file
 */
export function columnDefinition({ sqlName, column, targetSqlName }: ColumnLayout, targetRowId: string | null): string {
  const name = quoteName(sqlName);
  const definition = `${name} ${SQL_TYPES[column.kind]}`;
  if (column.kind === "bool") return `${definition} CHECK (${name} IN (0, 1))`;
  if (column.kind === "media") return `${definition} REFERENCES _anvil_media_objects (id)`;
  if (column.kind === "link_single" && targetSqlName !== null && targetRowId !== null) {
    return `${definition} ${references(targetSqlName, targetRowId)}`;
  }
  return definition;
}
