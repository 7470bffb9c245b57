/**
 * Lays out a schema in SQLite: chooses every name, then writes the DDL. The same schema always gives the same text.
 * Pure; warnings say which names had to change, the catalogue records all of them.
 */
import { AnvilSqliteError } from "../errors.ts";
import type { AppSchema, ColumnSchema, SchemaWarning, TableSchema } from "../schema/model/app_schema.ts";
import { shown, type Warn, warningList } from "../schema/model/warnings.ts";
import type { ArchiveLayout, TableLayout } from "./archive_layout.ts";
import { CATALOGUE_TABLES } from "./catalogue_tables.ts";
import { mediaView } from "./media_view.ts";
import { READABLE_SUFFIX, readableView } from "./readable_views.ts";
import { columnNames, NameSpace, tableName } from "./sql_names.ts";
import { dataTable, junctionIndex, junctionTable, linkIndex } from "./table_statements.ts";
import { tableIds } from "./table_ids.ts";

/**
 * Most columns of a table, and of a statement's result, in SQLite as it is built by default (`SQLITE_MAX_COLUMN`,
 * sqlite.org/limits.html).
 */
export const SQLITE_MAX_COLUMNS = 2_000;
/** Columns besides the app's in a statement that reads or writes whole rows: the row id, and SQLite's own rowid. */
const OWN_COLUMNS = 2;

/** Most columns of an app's table that a file can hold: every statement has room for them. */
export const MAX_COLUMNS = SQLITE_MAX_COLUMNS - OWN_COLUMNS;

/** The result of {@link archiveLayout}. */
interface PlannedArchive {
  readonly plan: ArchiveLayout;
  readonly warnings: readonly SchemaWarning[];
}

/**
 * Plans the file of a schema.
 * @throws {AnvilSqliteError} `too-many-columns`, exit 2, when a table has more than {@link MAX_COLUMNS}
 */
export function archiveLayout(schema: AppSchema): PlannedArchive {
  const { warnings, warn } = warningList();
  for (const table of schema.tables) checkColumnCount(table);
  const space = new NameSpace();
  const sqlNames = space.giveAll(schema.tables.map(({ name }) => tableName(name)));
  const ids = tableIds(schema.tables, warn);
  const tables = schema.tables.map((table, i): TableLayout => {
    const sqlName = sqlNames[i] ?? "";
    warnOfTableName(table, sqlName, warn);
    const { columns, rowId } = columnNames(table.columns.map(({ name }) => name));
    return {
      table,
      tableId: ids[i] ?? 0,
      sqlName,
      rowIdSqlName: rowId,
      columns: table.columns.map((column, j) => {
        const columnSqlName = columns[j] ?? "";
        warnOfColumnName(table, column, columnSqlName, warn);
        const at = targetIndex(schema.tables, table, column, warn);
        const targetSqlName = at === null ? null : (sqlNames[at] ?? null);
        const junction = column.kind === "link_multiple"
          ? { sqlName: space.give(tableName(`${sqlName}__${columnSqlName}`)), targetSqlName }
          : null;
        return { column, sqlName: columnSqlName, targetSqlName, junction };
      }),
    };
  });
  return { plan: { tables, ...statements(tables, space) }, warnings };
}

function statements(tables: readonly TableLayout[], space: NameSpace) {
  const rowIds = new Map(tables.map(({ sqlName, rowIdSqlName }) => [sqlName, rowIdSqlName]));
  const rowIdOf = (sqlName: string | null) => sqlName === null ? null : (rowIds.get(sqlName) ?? null);
  const junctions: string[] = [];
  const indexes: string[] = [];
  for (const table of tables) {
    for (const column of table.columns) {
      const index = () => space.give(`_anvil_index_${table.sqlName}__${column.sqlName}`);
      if (column.junction) {
        junctions.push(junctionTable(table, column.junction, rowIdOf));
        indexes.push(junctionIndex(index(), column.junction));
      } else if (column.column.kind === "link_single") {
        indexes.push(linkIndex(index(), table, column));
      }
    }
  }
  const views = tables.map((table) => readableView(space.give(`${table.sqlName}${READABLE_SUFFIX}`), table, tables));
  return {
    tableStatements: [...CATALOGUE_TABLES, ...tables.map((table) => dataTable(table, rowIdOf)), ...junctions],
    indexStatements: [...indexes, ...views, mediaView(tables)],
  };
}

/** The whole DDL as one script for `sqlite3`. */
export function planDdlText({ tableStatements, indexStatements }: ArchiveLayout): string {
  return [...tableStatements, ...indexStatements].map((statement) => `${statement};\n`).join("\n");
}

function checkColumnCount({ name, columns }: TableSchema): void {
  if (columns.length <= MAX_COLUMNS) return;
  throw new AnvilSqliteError(`Cannot lay out table ${shown(name)}: it has ${columns.length} columns`, {
    code: "too-many-columns",
    hint:
      `SQLite reads ${SQLITE_MAX_COLUMNS} columns at once, two of which are the row's ids, so that ${MAX_COLUMNS} are ` +
      "left: leave the table out with --exclude",
  });
}

/** Index of the table that a link points at: by name, or by id when several tables have that name. */
function targetIndex(
  tables: readonly TableSchema[],
  { name }: TableSchema,
  column: ColumnSchema,
  warn: Warn,
): number | null {
  if (column.target === null) return null;
  const named = tables.flatMap((table, i) => table.name === column.target ? [i] : []);
  const fitting = named.length > 1 ? named.filter((i) => tables[i]?.id === column.targetId) : named;
  const [first = null] = fitting;
  if (fitting.length === 1) return first;
  const what = named.length === 0 ? "whose rows are not in this file" : "which more than one table is called";
  warn(
    named.length === 0 ? "missing-target" : "ambiguous-target",
    `Column ${shown(column.name)} of table ${shown(name)} links to table ${
      shown(column.target)
    }, ${what}; it gets no ` +
      "foreign key",
    () => ({ table: name, column: column.name }),
  );
  return null;
}

function warnOfTableName({ name }: TableSchema, sqlName: string, warn: Warn): void {
  if (sqlName === name) return;
  warn("renamed-table", `Table ${shown(name)} is called ${shown(sqlName)} in SQLite`, () => ({ table: name }));
}

function warnOfColumnName(table: TableSchema, { name }: ColumnSchema, sqlName: string, warn: Warn): void {
  if (sqlName === name) return;
  const message = `Column ${shown(name)} of table ${shown(table.name)} is called ${shown(sqlName)} in SQLite`;
  warn("renamed-column", message, () => ({ table: table.name, column: name }));
}
