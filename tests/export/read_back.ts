/** Reads exports back as cells of the app, by what each format promises: for round trips. */
import type { ArchiveContent } from "../../lib/archive/making/build_archive.ts";
import { openArchive } from "../../lib/archive/open_archive.ts";
import type { TableLayout } from "../../lib/ddl/archive_layout.ts";
import { canonicalJson, isArray, isObject, type Json, numberSource, parseExact } from "../../lib/json/exact_json.ts";
import type { ColumnKind } from "../../lib/schema/model/column_kind.ts";
import { type Cell, numberCell } from "../../lib/value/cell.ts";
import type { Engine } from "../../lib/sqlite/engine.ts";
import { type SqlValue, textOf } from "../../lib/sqlite/sql_value.ts";
import { quoteName } from "../../lib/ddl/quote.ts";
import { hyparquet } from "../deps.ts";
import { readCsv } from "./read_csv.ts";

/** Rows of a table: ids and cells. A medium is the text of what is known of it. */
export type BackRows = readonly (readonly [id: string, ...cells: readonly Cell[]])[];

/** Plans of the tables of an archive, in its order. */
export async function plansOf(path: string): Promise<readonly TableLayout[]> {
  using archive = await openArchive(path);
  return archive.catalogue.tables.map(({ plan }) => plan);
}

/** Rows of a table as the app has them; media as what is known of them. */
export function expectedRows(app: ArchiveContent, { table, tableId }: TableLayout): BackRows {
  return (app.rows.get(table.name) ?? []).map(({ id, cells }) => [
    `[${tableId},${id}]`,
    ...table.columns.map(({ kind }, i): Cell => {
      const cell = cells[i] ?? null;
      return kind === "media" && typeof cell === "bigint" ? mediumOf(app, cell) : cell;
    }),
  ]);
}

function mediumOf({ media }: ArchiveContent, id: bigint): string {
  const { name = null, contentType = null, bytes = null } = media[Number(id) - 1] ?? {};
  return canonicalJson([name, contentType, bytes?.length ?? null]);
}

/** What is known of a medium in a text format. */
export function mediumFacts(text: string): string {
  const facts = parseExact(text);
  if (!isObject(facts)) throw new Error(`No medium: ${text}`);
  return canonicalJson([facts["name"] ?? null, facts["type"] ?? null, facts["bytes"] ?? null]);
}

/** Rows of CSV. */
export function csvRows(text: string, { table }: TableLayout): BackRows {
  const [, ...rows] = readCsv(text);
  return rows.map(([id, ...fields]) => [
    id ?? "",
    ...table.columns.map(({ kind }, i) => fromText(kind, fields[i] ?? null)),
  ]);
}

/** A cell by its text in CSV. */
export function fromText(kind: ColumnKind, text: string | null): Cell {
  if (text === null) return null;
  if (kind === "number") return numberCell(text);
  if (kind === "bool") return text === "true" ? 1n : 0n;
  return kind === "media" ? mediumFacts(text) : text;
}

/** Rows of JSON lines. */
export function jsonlRows(text: string, plan: TableLayout): BackRows {
  return text.split("\n").slice(0, -1).map((line) => {
    const row = parseExact(line);
    if (!isObject(row)) throw new Error(`No row: ${line}`);
    return [
      String(row[plan.rowIdSqlName]),
      ...plan.columns.map(({ column: { kind }, sqlName }) => fromJson(kind, row[sqlName] ?? null)),
    ];
  });
}

function fromJson(kind: ColumnKind, value: Json): Cell {
  if (value === null) return null;
  if (kind === "number") return numberCell(numberSource(value) ?? "");
  if (kind === "bool") return value === true ? 1n : 0n;
  if (kind === "media") return mediumFacts(canonicalJson(value));
  if (kind === "simpleObject" || isArray(value)) return canonicalJson(value);
  return String(value);
}

/** Rows of Parquet. */
export async function parquetRows(bytes: Uint8Array<ArrayBuffer>, plan: TableLayout): Promise<BackRows> {
  let found: readonly (readonly unknown[])[] = [];
  await hyparquet.parquetRead({
    file: bytes.buffer,
    rowFormat: "array",
    // As they are stored: the reader's own lose microseconds.
    parsers: { timestampFromMicroseconds: (micros: bigint) => micros, dateFromDays: (days: number) => days },
    onComplete: (rows: readonly (readonly unknown[])[]) => void (found = rows),
  });
  return found.map(([id, ...values]) => [
    String(id),
    ...plan.table.columns.map(({ kind }): Cell => {
      const value = values.shift() ?? null;
      const offset = kind === "datetime" ? values.shift() : null;
      return fromParquet(kind, value, String(offset));
    }),
  ]);
}

function fromParquet(kind: ColumnKind, value: unknown, offset: string): Cell {
  if (typeof value === "boolean") return value ? 1n : 0n;
  if (kind === "date" && typeof value === "number") {
    return new Date(value * 86_400_000).toISOString().slice(0, 10);
  }
  if (kind === "datetime" && typeof value === "bigint") return momentAt(value, offset);
  if (kind === "media" && typeof value === "string") return mediumFacts(value);
  if (kind === "number" && typeof value === "string") return numberCell(value);
  return typeof value === "string" || typeof value === "bigint" || typeof value === "number" ? value : null;
}

/** The wall clock at an instant, in microseconds since 1970. */
function momentAt(micros: bigint, offset: string): string {
  const [, sign, hours, minutes] = /^([+-])(\d\d):(\d\d)$/.exec(offset) ?? [];
  const shift = (Number(hours) * 60 + Number(minutes)) * (sign === "-" ? -60_000 : 60_000);
  const below = ((micros % 1_000_000n) + 1_000_000n) % 1_000_000n;
  const wall = new Date(Number((micros - below) / 1000n) + shift).toISOString().slice(0, 19);
  return `${wall}.${String(below).padStart(6, "0")}${offset}`;
}

/** Rows of a plain SQLite file. The column beside a value has its name and a suffix, and is passed over. */
export function plainRows(engine: Engine, plan: TableLayout, name: string, media: string): BackRows {
  const columns = engine.query("SELECT name FROM pragma_table_info(?1)", [name]);
  const selected = columns.map(([column]) => ({ sql: quoteName(String(column)), kind: "number" as const }));
  return engine.select(selected, `FROM ${quoteName(name)} ORDER BY 1`).rows().map(([id, ...values]) => {
    const cells: Cell[] = [];
    for (const { kind, targetId } of plan.table.columns) {
      const value = values.shift() ?? null;
      const beside = ["datetime", "media", "link_single", "link_multiple"].includes(kind) ? values.shift() : null;
      cells.push(fromPlain(engine, media, kind, targetId ?? 0, value, beside ?? null));
    }
    return [`[${plan.tableId},${id}]`, ...cells];
  });
}

function fromPlain(
  engine: Engine,
  media: string,
  kind: ColumnKind,
  target: number,
  value: SqlValue,
  beside: SqlValue,
): Cell {
  if (kind === "datetime") return beside instanceof Uint8Array ? null : beside;
  if (value === null || value instanceof Uint8Array) return null;
  if (kind === "number") return typeof value === "string" ? numberCell(value) : value;
  if (kind === "link_single") return `[${target},${value}]`;
  if (kind === "link_multiple") {
    return JSON.stringify(JSON.parse(String(value)).map((row: number) => `[${target},${row}]`));
  }
  if (kind === "media") {
    const [row] = engine.query(`SELECT name, content_type, length(bytes) FROM ${quoteName(media)} WHERE id = ?1`, [
      value,
    ]);
    return canonicalJson([textOf(row?.[0]), textOf(row?.[1]), Number(row?.[2])]);
  }
  return value;
}

/** The same rows, with numbers as a column of one kind has them: all floats, when one is a float. */
export function asOneKind(rows: BackRows): BackRows {
  const width = rows[0]?.length ?? 0;
  const floats = Array.from(
    { length: width },
    (_, i) => rows.some((row) => typeof row[i] === "number") && !rows.some((row) => isBig(row[i] ?? null)),
  );
  return rows.map(([id, ...cells]) => [
    id,
    ...cells.map((cell, i): Cell => floats[i + 1] && typeof cell === "bigint" ? Number(cell) : cell),
  ]);
}

function isBig(cell: Cell): boolean {
  return typeof cell === "string" || typeof cell === "bigint" && (cell > 2n ** 53n || cell < -(2n ** 53n));
}
