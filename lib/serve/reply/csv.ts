/**
 * Rows as CSV in the server's own manner (protocol, section 11), line by line. It loses what the real one loses. It
 * returns text; its callers name it and send it.
 */
import { plainColumn, selectedCell } from "../../archive/rows/selected_cell.ts";
import type { SelectedColumn } from "../../sqlite/engine.ts";
import { integerOf, type SqlValue } from "../../sqlite/sql_value.ts";
import { SERVER_CHUNK_BYTES } from "../../uplink/frames.ts";
import { isArray, parseExact, stringifyExact, stringOf } from "../../json/exact_json.ts";
import type { Json } from "../../json/exact_json.ts";
import { rowIdText } from "../../value/row_id.ts";
import { linkRows, SILENT, wireNumber } from "../database/cell_text.ts";
import { internalError } from "../protocol/errors.ts";
import { csvOrder } from "./csv_columns.ts";
import { existsSql, guardedTarget, shownLinkSql } from "../query/links.ts";
import type { Cursor } from "../query/ordering.ts";
import { Scan, type ScannedRows } from "../query/scan.ts";
import type { ServedColumn } from "../app/served_app.ts";
import type { ServedSnapshot } from "../app/snapshot.ts";
import type { SearchableView } from "../app/views.ts";

/** Rows read by one statement. */
const ROWS_PER_READ = 500;

/** What is exported. Its JSON text is the id of the medium. */
interface CsvRequest {
  readonly tableId: number;
  /** JSON text of a query; null for all rows. */
  readonly search: string | null;
  /** Names of the columns, for a view that has only some; null for all. */
  readonly cols: readonly string[] | null;
  readonly escapeForExcel: boolean;
}

/** The id of an export's medium. */
export function csvId({ tableId, search, cols, escapeForExcel }: CsvRequest): string {
  return stringifyExact([tableId, search === null ? null : parseExact(search), cols, escapeForExcel]);
}

/** Reads the id of an export's medium. */
export function csvRequest(id: string): CsvRequest {
  const parts: Json = parseExact(id);
  const [tableId, query = null, cols = null, escape] = isArray(parts) ? parts : [];
  if (typeof tableId !== "number") throw internalError("Invalid CSV export");
  return {
    tableId,
    search: query === null ? null : stringifyExact(query),
    cols: isArray(cols) ? cols.map((name) => stringOf(name) ?? "") : null,
    escapeForExcel: escape === true,
  };
}

/** Name of an export: the table's title with hardly anything except letters and digits left. */
export function csvName(title: string): string {
  return `${title.replace(/[^A-Za-z0-9. ]/g, "")}.csv`;
}

/** The chunks of an export: each line and each line break is one; a long line has several. */
export function* csvChunks(
  snapshot: ServedSnapshot,
  searchable: SearchableView,
  { search, cols, escapeForExcel }: CsvRequest,
): Iterable<Uint8Array> {
  const encoder = new TextEncoder();
  const lineBreak = encoder.encode("\n");
  const { table } = searchable.view;
  const columns = csvOrder(searchable.view.columns, cols);
  yield* pieces(encoder.encode(["ID", ...columns.map(({ name }) => name)].map(quoted).join(",")));
  const scan = new Scan(snapshot, searchable, search, []);
  const fields = columns.map((column) => csvField(column, snapshot, escapeForExcel));
  const selected = [plainColumn(table.rowIdSql), ...columns.map((column) => selectedField(column, snapshot))];
  for (let position: Cursor | null = null;;) {
    const { rows, last }: ScannedRows = scan.read(selected, position, ROWS_PER_READ);
    for (const row of rows) {
      yield lineBreak;
      const cells = fields.map((field, i) => field(row[i + 1] ?? null));
      yield* pieces(encoder.encode([quoted(String(row[0])), ...cells].join(",")));
    }
    if (last === null || rows.length < ROWS_PER_READ) return;
    position = last;
  }
}

function* pieces(line: Uint8Array): Iterable<Uint8Array> {
  for (let at = 0; at < line.length; at += SERVER_CHUNK_BYTES) yield line.subarray(at, at + SERVER_CHUNK_BYTES);
}

/** What is read of a cell: a hidden link is None, and a list is without it. */
function selectedField(column: ServedColumn, snapshot: ServedSnapshot): SelectedColumn {
  const { sql, kind, plan } = column;
  if (kind === "number") return selectedCell(plan);
  const target = guardedTarget(snapshot, column);
  if (target === null || plan.junction === null) return plainColumn(shownLinkSql(snapshot, column, sql));
  return plainColumn(`(SELECT json_group_array(value) FROM json_each(${sql}) WHERE ${existsSql(target, "value")})`);
}

function quoted(text: string): string {
  return `"${text.replaceAll('"', '""')}"`;
}

function csvField(column: ServedColumn, snapshot: ServedSnapshot, escapeForExcel: boolean): (cell: SqlValue) => string {
  const { kind, targetId } = column;
  switch (kind) {
    case "string":
      return (cell) => {
        const text = cell === null ? "" : String(cell);
        return quoted(escapeForExcel && /^[=+\-@]/.test(text) ? `'${text}` : text);
      };
    case "number": {
      const text = wireNumber(snapshot.storage);
      return (cell) => cell === null ? "" : text(cell, "", SILENT);
    }
    case "bool":
      return (cell) => integerOf(cell) === 1n ? "1" : "0";
    case "date":
      return (cell) => quoted(cell === null ? "" : String(cell));
    case "datetime":
      return (cell) => quoted(cell === null ? "" : storedDatetime(String(cell), snapshot.storage === "split"));
    case "simpleObject":
    case "unknown":
      return (cell) => quoted(cell === null ? "null" : String(cell));
    case "media":
      return () => "#MEDIA";
    case "link_single":
      return (cell) => quoted(cell === null ? "" : `#ROW${String(cell)}`);
    case "link_multiple":
      return (cell) => {
        const rows = cell === null ? [] : linkRows(String(cell));
        return quoted(`#ROWS[${rows.map((row) => rowIdText(targetId ?? 0, row)).join(",")}]`);
      };
  }
}

/** How the server stores a datetime: the time in UTC, then the original offset. Split storage drops a zero fraction. */
function storedDatetime(iso: string, isSplit: boolean): string {
  const utc = new Date(`${iso.slice(0, 19)}${iso.slice(26)}`).toISOString();
  const fraction = iso.slice(19, 26);
  const shown = isSplit && fraction === ".000000" ? "" : fraction;
  return `${utc.slice(0, 10)}A${utc.slice(11, 19)}${shown}${iso.slice(26, 29)}${iso.slice(30)}`;
}
