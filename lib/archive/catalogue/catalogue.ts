/**
 * Reads and writes what an archive says about itself: tables, columns, provenance, warnings. The SQL of the catalogue
 * is here and nowhere else.
 */
import type { ColumnLayout, TableLayout } from "../../ddl/archive_layout.ts";
import { TABLE_STATES, type TableState } from "../../ddl/catalogue_tables.ts";
import { AnvilSqliteError } from "../../errors.ts";
import {
  type Access,
  ACCESS_LEVELS,
  type AppSchema,
  type ColumnSchema,
  type TableSchema,
} from "../../schema/model/app_schema.ts";
import { COLUMN_KINDS } from "../../schema/model/column_kind.ts";
import { canonicalJson, isObject, type JsonObject, parseExact } from "../../json/exact_json.ts";
import { type Engine } from "../../sqlite/engine.ts";
import { integerOf, type SqlRow, type SqlValue, textOf } from "../../sqlite/sql_value.ts";

/** A table of the app, as an archive knows it. */
export interface CatalogueTable {
  /** Its SQL names are empty if the file only lists the table ({@link isHeld}). */
  readonly plan: TableLayout;
  readonly state: TableState;
  /** Rows that the server counted; null if it was not asked. */
  readonly rowsServer: number | null;
  /** Rows that the file holds, as counted when it was finished. */
  readonly rowsCopied: number | null;
  /** Hexadecimal; null for a table that has no rows in this file (schema only, excluded, unreadable). */
  readonly digest: string | null;
}

/** Whether the file has an SQL table for it. Excluded tables and those that could not be read have none. */
export function isHeld({ state }: Pick<CatalogueTable, "state">): boolean {
  return state === "copied" || state === "schema-only";
}

/** A table that a file only lists. */
export interface ListedOnly {
  readonly table: TableSchema;
  readonly state: TableState;
}

/** A warning kept in the file. */
export interface ArchiveWarning {
  readonly code: string;
  readonly table: string | null;
  readonly column: string | null;
  readonly row: string | null;
  readonly message: string;
}

/** What an archive says about itself. */
export interface Catalogue {
  readonly tables: readonly CatalogueTable[];
  readonly provenance: ReadonlyMap<string, SqlValue>;
}

/** A JSON object of a file's provenance; an empty object if a changed file holds something else. */
export function provenanceObject({ provenance }: Catalogue, key: string): JsonObject {
  try {
    return objectOf(provenance.get(key));
  } catch {
    return {};
  }
}

/** The schema that a catalogue describes. */
export function catalogueSchema(catalogue: Catalogue): AppSchema {
  return { source: "archive", tables: catalogue.tables.map(({ plan }) => plan.table) };
}

/** Writes the catalogue: planned tables start as `schema-only`. Runs in the caller's transaction. */
export function writeCatalogue(
  engine: Engine,
  tables: readonly TableLayout[],
  listedOnly: readonly ListedOnly[],
): void {
  const entries = [
    ...tables.map((plan): readonly [TableLayout, TableState] => [plan, "schema-only"]),
    ...listedOnly.map(({ table, state }): readonly [TableLayout, TableState] => [planWithoutNames(table), state]),
  ];
  const insertTable = engine.prepare(`
    INSERT INTO _anvil_tables
      (id, python_name, title, server, client, anvil_id, sql_name, row_id_sql_name, attributes, position, state)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)`);
  const insertColumn = engine.prepare(`
    INSERT INTO _anvil_columns
      (_anvil_table_id, _anvil_column_id, table_name, name, type, kind, target, table_id, client_hidden, attributes,
       sql_name, junction_sql_name, position)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)`);
  entries.forEach(([plan, state], position) => {
    const { table } = plan;
    insertTable.run([
      BigInt(plan.tableId),
      table.name,
      table.title,
      table.server,
      table.client,
      table.id === null ? null : BigInt(table.id),
      plan.sqlName || null,
      plan.rowIdSqlName || null,
      canonicalJson(table.extra),
      BigInt(position),
      state,
    ]);
    plan.columns.forEach(({ column, sqlName, junction }, at) =>
      insertColumn.run([
        BigInt(plan.tableId),
        column.id,
        table.name,
        column.name,
        column.declaredType,
        column.kind,
        column.target,
        column.targetId === null ? null : BigInt(column.targetId),
        column.clientHidden ? 1n : 0n,
        canonicalJson(column.extra),
        sqlName,
        junction?.sqlName ?? null,
        BigInt(at),
      ])
    );
  });
  insertTable.finalize();
  insertColumn.finalize();
}

function planWithoutNames(table: TableSchema): TableLayout {
  return {
    table,
    tableId: table.id ?? 0,
    sqlName: "",
    rowIdSqlName: "",
    columns: table.columns.map((column) => ({ column, sqlName: "", targetSqlName: null, junction: null })),
  };
}

/** What becomes known of a table while it is copied. Missing members stay as they are. */
export interface TableOutcome {
  readonly state?: TableState;
  readonly rowsServer?: number | null;
  readonly rowsCopied?: number | null;
  readonly digest?: string | null;
}

/** Records an outcome. Runs in the caller's transaction. */
export function recordOutcome(engine: Engine, tableId: number, outcome: TableOutcome): void {
  const known: readonly (readonly [string, SqlValue | undefined])[] = [
    ["state", outcome.state],
    ["rows_server", countValue(outcome.rowsServer)],
    ["rows_copied", countValue(outcome.rowsCopied)],
    ["digest", outcome.digest],
  ];
  for (const [column, value] of known) {
    if (value === undefined) continue;
    engine.run(`UPDATE _anvil_tables SET ${column} = ?2 WHERE id = ?1`, [BigInt(tableId), value]);
  }
}

function countValue(count: number | null | undefined): SqlValue | undefined {
  return typeof count === "number" ? BigInt(count) : count;
}

/** Sets provenance entries. Runs in the caller's transaction. */
export function writeProvenance(engine: Engine, entries: Iterable<readonly [string, SqlValue]>): void {
  const insert = engine.prepare("INSERT OR REPLACE INTO _provenance (key, value) VALUES (?1, ?2)");
  for (const [key, value] of entries) insert.run([key, value]);
  insert.finalize();
}

/** Adds a warning. Runs in the caller's transaction. */
export function writeWarning(engine: Engine, warning: ArchiveWarning): void {
  engine.run(
    `INSERT INTO _anvil_warnings (code, table_name, column_name, row_id, message) VALUES (?1, ?2, ?3, ?4, ?5)`,
    [warning.code, warning.table, warning.column, warning.row, warning.message],
  );
}

/** The warnings in the file, in the order in which they arose. */
export function readWarnings(engine: Engine): readonly ArchiveWarning[] {
  const rows = engine.query(
    "SELECT code, table_name, column_name, row_id, message FROM _anvil_warnings ORDER BY id",
  );
  return rows.map(([code, table, column, row, message]) => ({
    code: textOf(code) ?? "",
    table: textOf(table),
    column: textOf(column),
    row: textOf(row),
    message: textOf(message) ?? "",
  }));
}

/**
 * Reads the catalogue.
 * @throws {AnvilSqliteError} `damaged-catalogue` (exit 4) when it contradicts itself
 */
export function readCatalogue(engine: Engine): Catalogue {
  const columns = Map.groupBy(
    engine.query(`
      SELECT _anvil_table_id, _anvil_column_id, name, type, kind, target, table_id, client_hidden, attributes,
        sql_name, junction_sql_name
      FROM _anvil_columns ORDER BY _anvil_table_id, position`),
    ([table]) => Number(table),
  );
  const rows = engine.query(`
    SELECT id, python_name, title, server, client, anvil_id, sql_name, row_id_sql_name, attributes, state,
      rows_server, rows_copied, digest
    FROM _anvil_tables ORDER BY position`);
  const targets = Map.groupBy(rows, (row) => textOf(row[1]) ?? "");
  return {
    tables: rows.map((row) => tableOf(row, columns.get(Number(row[0])) ?? [], targets)),
    provenance: new Map(
      engine.query("SELECT key, value FROM _provenance").map(([key, value]) => [textOf(key) ?? "", value ?? null]),
    ),
  };
}

/** Rows of `_anvil_tables` by python name. */
type TablesByName = ReadonlyMap<string, readonly SqlRow[]>;

function tableOf(row: SqlRow, columns: readonly SqlRow[], targets: TablesByName): CatalogueTable {
  const [id, name, title, server, client, anvilId, sqlName, rowIdSqlName, attributes, state, ...counts] = row;
  const plans = columns.map((column) => columnOf(column, sqlName === null ? NO_TABLES : targets));
  return {
    plan: {
      table: {
        id: anvilId === null ? null : Number(anvilId),
        name: textOf(name) ?? "",
        title: textOf(title),
        server: accessOf(server),
        client: accessOf(client),
        columns: plans.map(({ column }) => column),
        extra: objectOf(attributes),
      },
      tableId: Number(id),
      sqlName: textOf(sqlName) ?? "",
      rowIdSqlName: textOf(rowIdSqlName) ?? "",
      columns: plans,
    },
    state: TABLE_STATES.find((known) => known === state) ?? damaged(`table state ${String(state)}`),
    rowsServer: numberOf(counts[0]),
    rowsCopied: numberOf(counts[1]),
    digest: textOf(counts[2]),
  };
}

const NO_TABLES: TablesByName = new Map();

/**
 * SQL name of a link's target. It is found as `archiveLayout` finds it: by name, or by id when several tables have that
 * name.
 */
function targetSqlNameOf(column: ColumnSchema, tables: TablesByName): string | null {
  const named = column.target === null ? [] : tables.get(column.target) ?? [];
  const fitting = named.length > 1 ? named.filter((row) => numberOf(row[5]) === column.targetId) : named;
  return fitting.length === 1 ? textOf(fitting[0]?.[6]) : null;
}

function columnOf(row: SqlRow, targets: TablesByName): ColumnLayout {
  const [, id, name, type, kind, target, targetId, hidden, attributes, sqlName, junction] = row;
  const column: ColumnSchema = {
    id: textOf(id),
    name: textOf(name) ?? "",
    kind: COLUMN_KINDS.find((known) => known === kind) ?? damaged(`column kind ${String(kind)}`),
    declaredType: textOf(type) ?? "",
    target: textOf(target),
    targetId: numberOf(targetId),
    clientHidden: integerOf(hidden) === 1n,
    extra: objectOf(attributes),
  };
  const targetSqlName = targetSqlNameOf(column, targets);
  const junctionName = textOf(junction);
  return {
    column,
    sqlName: textOf(sqlName) ?? damaged("a column without a SQL name"),
    targetSqlName,
    junction: junctionName === null ? null : { sqlName: junctionName, targetSqlName },
  };
}

function accessOf(value: SqlValue | undefined): Access | null {
  return ACCESS_LEVELS.find((level) => level === value) ?? null;
}

function numberOf(value: SqlValue | undefined): number | null {
  const integer = integerOf(value);
  return integer === null ? null : Number(integer);
}

function objectOf(value: SqlValue | undefined): JsonObject {
  const json = parseExact(textOf(value) ?? "{}");
  return isObject(json) ? json : {};
}

function damaged(what: string): never {
  throw new AnvilSqliteError(`The file's catalogue is damaged: ${what}`, {
    code: "damaged-catalogue",
    hint: "Use another backup; 'sqlite3 FILE .dump' may still show the rows.",
  });
}
