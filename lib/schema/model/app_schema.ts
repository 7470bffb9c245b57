/**
 * The neutral form of an app's tables. Every shape of `anvil.yaml`, the live listing and an archive's catalogue become
 * one `AppSchema`, and all later code reads only this. Plain data; it knows neither its source nor SQL.
 */
import type { JsonObject } from "../../json/exact_json.ts";
import type { ColumnKind } from "./column_kind.ts";

/** Where a schema was read from. */
export const SCHEMA_SOURCES = [
  "db_schema mapping",
  "db_schema list",
  "exported_table_schema",
  "live",
  "archive",
] as const;

/** One of {@link SCHEMA_SOURCES}. */
export type SchemaSource = typeof SCHEMA_SOURCES[number];

/** Access of server or client code to a table, as Anvil spells it. */
export const ACCESS_LEVELS = ["full", "search", "none"] as const;

/** One of {@link ACCESS_LEVELS}. */
export type Access = typeof ACCESS_LEVELS[number];

/** One column. */
export interface ColumnSchema {
  /** Anvil's column id, `null` if the source has none (the mapping shape). */
  readonly id: string | null;
  /** Name as in Anvil: any text, even empty, never trimmed. */
  readonly name: string;
  /** The kind, which decides what the program does with it. */
  readonly kind: ColumnKind;
  /** Type as the source spells it. */
  readonly declaredType: string;
  /** Python name of the linked table; null for other kinds, and for a link to a table this app does not have. */
  readonly target: string | null;
  /** Anvil's id of the linked table, if the source has it. */
  readonly targetId: number | null;
  /** Whether client code never sees it. */
  readonly clientHidden: boolean;
  /** Every other attribute (`admin_ui`, `backend`, `init`…), unchanged. */
  readonly extra: JsonObject;
}

/** One table. */
export interface TableSchema {
  /** Anvil's table id, `null` if the source has none (the mapping shape). */
  readonly id: number | null;
  /** Python name; not unique in hand-merged list files. */
  readonly name: string;
  /** Display title, if the source has it. */
  readonly title: string | null;
  /** Access of server code; null if the source does not say (the live listing). */
  readonly server: Access | null;
  /** Access of client code; null if the source does not say. */
  readonly client: Access | null;
  /** Columns in the editor's order. */
  readonly columns: readonly ColumnSchema[];
  /** Every other attribute (`indexes`, `access`, unknown keys…), unchanged. */
  readonly extra: JsonObject;
}

/** An app's tables. */
export interface AppSchema {
  readonly source: SchemaSource;
  readonly tables: readonly TableSchema[];
}

/** Something odd in a schema that was repaired or kept. Nothing is dropped without a warning. */
export interface SchemaWarning {
  /** Stable, hyphenated: `duplicate-table`, `missing-target`… */
  readonly code: string;
  /** Python name of the table that it is about, if any. */
  readonly table: string | null;
  /** Name of the column that it is about, if any. */
  readonly column: string | null;
  /** Line of the source text, counted from 1, if known. */
  readonly line: number | null;
  readonly message: string;
}
