/**
 * Finds the app's rows that belong to rows of the archive: by id in the same app (`--missing`), or by the values of key
 * columns (`--merge`). The result goes into the id map; it writes nothing to the app.
 */
import { createHash } from "node:crypto";
import { ByteBuffer } from "../../archive/digest/byte_buffer.ts";
import { appendCell } from "../../archive/digest/canonical.ts";
import type { SqlValue } from "../../sqlite/sql_value.ts";
import type { IdMap } from "../../id_map/id_map.ts";
import type { TableLayout } from "../../ddl/archive_layout.ts";
import { closestWord } from "../../ui/text/closest_word.ts";
import { AnvilSqliteError } from "../../errors.ts";
import type { ColumnKind } from "../../schema/model/column_kind.ts";
import type { ListedTable } from "../../tables/listing.ts";
import { isCell } from "../../tables/cell_codec.ts";
import { tableReader } from "../../tables/read/table_reader.ts";
import type { Connection } from "../../uplink/connection.ts";
import type { RowId } from "../../value/row_id.ts";
import { scanLive, type ScanOptions } from "../../tables/read/scan_live.ts";
import type { JobColumn, TableJob } from "../job/table_job.ts";

/** Remembers which row ids a table of the app has. */
export async function noteLiveIds(
  options: ScanOptions,
  connection: Connection,
  idMap: IdMap,
  plan: TableLayout,
  live: ListedTable,
): Promise<void> {
  for await (const page of scanLive(connection, options, tableReader(live, []))) {
    idMap.transaction(() => page.rows.forEach(({ id }) => idMap.plan.addLive(plan.tableId, id, id)));
  }
}

/** Whether the app has a row of this id, after {@link noteLiveIds}. */
export function isLive(idMap: IdMap, table: number, row: RowId): boolean {
  return idMap.plan.live(table, row).length > 0;
}

/** Kinds of column that a key may have: their values can be compared as they are. */
const KEY_KINDS: ReadonlySet<ColumnKind> = new Set(["string", "number", "bool", "date", "datetime", "simpleObject"]);

/**
 * The key columns of a table, from names such as `COLUMN` or `TABLE.COLUMN`.
 * @throws {AnvilSqliteError} `bad-key-column` (exit 2)
 */
export function keyColumns(job: TableJob, names: readonly string[]): readonly JobColumn[] {
  const own = names.flatMap((name) => {
    const prefix = `${job.name}.`;
    const column = find(job, name) ?? (name.startsWith(prefix) ? find(job, name.slice(prefix.length)) : undefined);
    return column ?? [];
  });
  if (own.length === 0) {
    throw badKey(
      `Table '${job.name}' has none of the key columns ${names.map((name) => `'${name}'`).join(", ")}`,
      keyHint(job, names),
    );
  }
  const odd = own.find(({ column }) => !KEY_KINDS.has(column.kind));
  if (odd !== undefined) {
    throw badKey(
      `Column '${odd.column.name}' of table '${job.name}' cannot be a key: it is ${odd.column.kind}`,
      "Use columns of text, numbers, dates, booleans or simple objects.",
    );
  }
  return own;
}

function keyHint(job: TableJob, names: readonly string[]): string {
  const known = [...job.data, ...job.links].map(({ column }) => column.name);
  const close = names.map((name) => closestWord(name.replace(`${job.name}.`, ""), known)).find((word) => word !== null);
  const advice = "Name one with --merge TABLE.COLUMN, or leave the table out with --exclude.";
  return close === undefined ? advice : `Did you mean '${close}'? ${advice}`;
}

function find(job: TableJob, name: string): JobColumn | undefined {
  return [...job.data, ...job.links].find(({ column }) => column.name === name);
}

/** Remembers the keys of a table's rows in the app. */
export async function noteLiveKeys(
  options: ScanOptions,
  connection: Connection,
  idMap: IdMap,
  job: TableJob,
  keys: readonly JobColumn[],
): Promise<void> {
  const reader = tableReader(job.live, keys.map(({ live }) => live));
  const keyOf = keyMaker(keys);
  for await (const page of scanLive(connection, options, reader)) {
    idMap.transaction(() => {
      for (const { id, cells } of page.rows) {
        // A value that does not fit its column is equal to nothing, not even to None.
        if (cells.every(isCell)) idMap.plan.addLive(job.plan.tableId, keyOf(cells), id);
      }
    });
  }
}

/** Makes the text by which rows are compared: the canonical form of their key cells, hashed. None equals None. */
export function keyMaker(keys: readonly JobColumn[]): (cells: readonly SqlValue[]) => string {
  const out = new ByteBuffer();
  return (cells) => {
    out.clear();
    keys.forEach(({ column }, i) => appendCell(out, column.kind, cells[i] ?? null, () => null));
    return createHash("sha256").update(out.bytes()).digest("base64");
  };
}

/**
 * The app's row that matches a row of the archive; null when there is no match.
 * @throws {AnvilSqliteError} `ambiguous-key` (exit 2) when two rows on either side have the same key
 */
export function matchByKey(idMap: IdMap, job: TableJob, key: string, row: RowId): RowId | null {
  const { tableId } = job.plan;
  const [match, another] = idMap.plan.live(tableId, key);
  if (match === undefined) return null;
  const twice = another === undefined ? idMap.rows.oldRow(tableId, match) : null;
  if (another === undefined && twice === null) return match;
  const what = another === undefined
    ? `rows [${tableId},${twice}] and [${tableId},${row}] of the backup have one key`
    : `row [${tableId},${row}] of the backup matches more than one row of the app`;
  throw new AnvilSqliteError(`Cannot merge table '${job.name}': ${what}`, {
    code: "ambiguous-key",
    hint: "Name more key columns with --merge, so that each key stands for one row.",
  });
}

function badKey(message: string, hint: string): AnvilSqliteError {
  return new AnvilSqliteError(message, { code: "bad-key-column", hint });
}
