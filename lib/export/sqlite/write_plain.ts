/**
 * Writes tables, junction tables and media into a plain SQLite file that other programs read without a setting. It
 * fills an empty file; the caller names it.
 */
import { quoteName } from "../../ddl/quote.ts";
import type { Engine, Prepared } from "../../sqlite/engine.ts";
import { openEngine } from "../../sqlite/open_engine.ts";
import type { SqlValue } from "../../sqlite/sql_value.ts";
import { utcText } from "../../value/instant.ts";
import { rowIdText } from "../../value/row_id.ts";
import type { ExportJob, TableResult } from "../job/export_job.ts";
import { shapedNumber } from "../rows/number_shape.ts";
import { exportRows } from "../rows/export_rows.ts";
import { linksOf, OutContext } from "../rows/out_context.ts";
import {
  JUNCTION,
  layOut,
  type LayoutRules,
  linkConstraint,
  type PlainLayout,
  type PlainTable,
  type PlainTypes,
} from "../columns/plain_layout.ts";
import { type PlainDialect, rowsOfLinks, type Tell, valuesOf } from "../columns/plain_values.ts";
import { PlainMedia } from "./plain_media.ts";

/** DuckDB reads these words as BIGINT, DOUBLE, DATE and TIMESTAMP; for SQLite they are affinities. */
const TYPES: PlainTypes = {
  text: "TEXT",
  integers: "INTEGER",
  floats: "REAL",
  mixed: "REAL",
  numberTexts: "TEXT",
  bool: "BOOLEAN",
  date: "DATE",
  instant: "TIMESTAMP",
  json: "TEXT",
  rowId: "INTEGER",
  rowIds: "TEXT",
};

/** The layout of a plain file. */
export const PLAIN_RULES: LayoutRules = { maxBytes: 1_000, reserved: [], labels: true, oneKind: true, types: TYPES };

/** Values of a plain file. */
export const PLAIN_DIALECT: PlainDialect = {
  instant: utcText,
  rowIds: (rows) => `[${rows.join(",")}]`,
  number: shapedNumber,
  text: (text) => text,
  json: (text) => text,
};

/** Rows of one INSERT, at most. */
const INSERT_ROWS = 100;

/** Fills the file at `path`. `about` is called when all rows are in. */
export async function writePlain(
  job: ExportJob,
  path: string,
  withMedia: boolean,
  about: (tables: readonly TableResult[]) => Iterable<readonly [string, string]>,
): Promise<{ readonly results: readonly TableResult[]; readonly layout: PlainLayout }> {
  const layout = layOut(job, withMedia, PLAIN_RULES);
  const engine = await openEngine(path, { mode: "write" });
  try {
    // An unfinished file is never used: it needs no journal, and is synced at its end.
    engine.exec("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA page_size = 8192;");
    using context = new OutContext({ ...job, labels: true });
    createTables(engine, layout);
    using media = layout.media === null ? null : new PlainMedia(engine, layout.media, context.media);
    const results: TableResult[] = [];
    for (const table of layout.tables) {
      const rows = await fillTable(job, engine, table, context, media);
      results.push({ name: table.table.plan.table.name, rows, file: table.target.name });
    }
    createIndexes(engine, layout);
    writeAbout(engine, layout.about, about(results));
    return { results, layout };
  } finally {
    engine.close();
  }
}

function createTables(engine: Engine, { tables, media }: PlainLayout): void {
  if (media !== null) PlainMedia.create(engine, media);
  for (const { target, parts } of tables) {
    const columns = parts.flatMap(({ column: { kind }, columns, target: linked }) =>
      columns.map(({ name, type }, i) =>
        `${quoteName(name)} ${type}${
          i > 0
            ? ""
            : kind === "link_single"
            ? linkConstraint(linked)
            : kind === "media" && media !== null
            ? ` REFERENCES ${quoteName(media)} (id)`
            : ""
        }`
      )
    );
    const all = [`${quoteName(target.rowId)} INTEGER PRIMARY KEY`, ...columns];
    engine.exec(`CREATE TABLE ${quoteName(target.name)} (\n  ${all.join(",\n  ")}\n)`);
  }
  for (const { target, parts } of tables) {
    for (const { junction, target: linked } of parts) {
      if (junction === null) continue;
      engine.exec(`CREATE TABLE ${quoteName(junction)} (
  ${JUNCTION.row} INTEGER NOT NULL${linkConstraint(target)},
  ${JUNCTION.position} INTEGER NOT NULL,
  ${JUNCTION.target} INTEGER NOT NULL${linkConstraint(linked)},
  PRIMARY KEY (${JUNCTION.row}, ${JUNCTION.position})
) WITHOUT ROWID`);
    }
  }
}

async function fillTable(
  job: ExportJob,
  engine: Engine,
  { table, target, parts }: PlainTable,
  context: OutContext,
  media: PlainMedia | null,
): Promise<number> {
  const inserted = [
    { name: quoteName(target.rowId), kind: "plain" as const },
    ...parts.flatMap(({ shape, columns }) =>
      columns.map(({ name }) => ({
        name: quoteName(name),
        kind: shape === "floats" || shape === "mixed" ? "number" as const : "plain" as const,
      }))
    ),
  ];
  const most = Math.min(INSERT_ROWS, engine.maxRowsOfInsert(inserted));
  const insert = (rows: number) => engine.insert(quoteName(target.name), inserted, rows);
  const [many, one] = [insert(most), insert(1)];
  const junctions = parts.map(({ junction }) =>
    junction === null ? null : engine.prepare(`INSERT INTO ${quoteName(junction)} VALUES (?1, ?2, ?3)`)
  );
  let place: { readonly column: string; readonly row: string } = { column: "", row: "" };
  const tell: Tell = (reason) => job.shortfalls.add(reason, table.plan.table.name, place.column, place.row);
  const keep = (id: bigint, told: Tell) => media?.keep(id, table.plan.table.name, place, told) ?? false;
  const append = parts.map((part) => valuesOf(part, context, PLAIN_DIALECT, keep));
  let count = 0;
  for await (const batch of exportRows(job, table)) {
    engine.transaction(() => {
      let values: SqlValue[] = [];
      let gathered = 0;
      for (const { row, cells } of batch) {
        const id = rowIdText(table.plan.tableId, String(row));
        values.push(BigInt(row));
        for (let i = 0; i < parts.length; i++) {
          place = { column: parts[i]?.column.plan.column.name ?? "", row: id };
          append[i]?.(values, cells[i] ?? null, tell);
        }
        if (++gathered < most) continue;
        many.run(values);
        [values, gathered] = [[], 0];
      }
      const width = inserted.length;
      for (let at = 0; at < values.length; at += width) one.run(values.slice(at, at + width));
      for (const { row, cells } of batch) {
        junctions.forEach((junction, i) => linkRows(junction, BigInt(row), cells[i] ?? null));
      }
    });
    count += batch.length;
  }
  for (const statement of [many, one, ...junctions]) statement?.finalize();
  return count;
}

/** Writes the links of a row. Odd values were reported when the row was written. */
function linkRows(junction: Prepared | null, row: bigint, cell: unknown): void {
  if (junction === null || typeof cell !== "string") return;
  rowsOfLinks(linksOf(cell), () => {}).forEach((target, position) =>
    junction.run([row, BigInt(position), BigInt(target)])
  );
}

function createIndexes(engine: Engine, { tables, freeName }: PlainLayout): void {
  for (const { target: { name }, parts } of tables) {
    for (const { column: { kind }, columns: [first], junction } of parts) {
      if (first === undefined) continue;
      const [on, column] = junction === null ? [name, first.name] : [junction, JUNCTION.target];
      if (kind !== "link_single" && junction === null) continue;
      engine.exec(
        `CREATE INDEX ${quoteName(freeName(`${on}_by_${column}`))} ON ${quoteName(on)} (${quoteName(column)})`,
      );
    }
  }
}

function writeAbout(engine: Engine, name: string, entries: Iterable<readonly [string, string]>): void {
  engine.exec(`CREATE TABLE ${quoteName(name)} (key TEXT PRIMARY KEY, value TEXT)`);
  const insert = engine.prepare(`INSERT INTO ${quoteName(name)} VALUES (?1, ?2)`);
  engine.transaction(() => {
    for (const entry of entries) insert.run(entry);
  });
  insert.finalize();
}
