/**
 * Writes a table as text: in this thread, or a large table in parts that two threads make. The order and the bytes are
 * the same either way. The caller names the file.
 */
import { idRange, keepsRowIds, type RowBounds } from "../../archive/rows/row_reader.ts";
import { rowidAlias } from "../../archive/rows/rowid_alias.ts";
import { pause } from "../../clock.ts";
import { quoteName } from "../../ddl/quote.ts";
import type { ByteSink } from "../../place/partial_file.ts";
import { freeBytes } from "../../release_memory.ts";
import { integerOf } from "../../sqlite/sql_value.ts";
import type { ExportJob, OutTable } from "../job/export_job.ts";
import { exportRows, hasMarks, rowsWithin, RowTally } from "../rows/export_rows.ts";
import { OutContext } from "../rows/out_context.ts";
import type { TableText, TextFormat } from "../text/table_text.ts";
import { TextOutput } from "../text/text_output.ts";
import { textOfTable } from "../text/text_of_table.ts";
import { PartMaker, type PartText } from "./table_part.ts";
import type { TextHelper } from "./text_helper.ts";

/** When a helper is used, and how large its parts are. */
interface PartSizes {
  /** Rows of a table from which starting a thread is worth it. */
  readonly worth: number;
  /** Rows of a part: a twentieth of a second of work. */
  readonly rows: number;
  /** Most bytes of a part. */
  readonly bytes: number;
}

const SIZES: PartSizes = { worth: 100_000, rows: 8_000, bytes: 4_000_000 };

/** Parts that the helper has to do at once: so the next is there before its last answer is read. */
const ASKED = 2;

/** Most finished parts that wait for their turn. */
const WAITING = 3;

/**
 * Writes a table. @returns the number of rows
 * @param helper null if all work is done in this thread
 */
export async function writeText(
  job: ExportJob,
  table: OutTable,
  text: TextFormat,
  sink: ByteSink,
  helper: TextHelper | null,
  sizes = SIZES,
): Promise<number> {
  using context = new OutContext(job);
  const tableText = textOfTable(text, table, context);
  const out = new TextOutput(sink);
  out.put(tableText.head);
  const isLarge = (table.rows ?? 0) >= sizes.worth;
  if (helper !== null && isLarge && keepsRowIds(job.archive.engine, table.plan) && !hasMarks(job, table)) {
    out.flush();
    return await writeParts(job, table, tableText, sink, helper, sizes);
  }
  let rows = 0;
  for await (const batch of exportRows(job, table)) {
    for (const row of batch) out.put(tableText.line(row));
    rows += batch.length;
  }
  out.flush();
  return rows;
}

/** A part that is being made or is finished. */
interface Part {
  readonly bounds: RowBounds;
  readonly made: Promise<PartText | null> | PartText;
  isReady: boolean;
}

/** The helper makes the next parts, and this thread the parts behind them, until the first is ready to be written. */
async function writeParts(
  job: ExportJob,
  table: OutTable,
  text: TableText,
  sink: ByteSink,
  helper: TextHelper,
  { rows: partRows, bytes: mostBytes }: PartSizes,
): Promise<number> {
  const tally = new RowTally(job, table);
  const place = job.tables.indexOf(table);
  const bounds = boundsOfParts(job, table, partRows);
  const maker = new PartMaker(job, table, text);
  const parts: Part[] = [];
  const ask = (bounds: RowBounds) => {
    const made = helper.make({ table: place, bounds, mostBytes });
    const part: Part = { bounds, made, isReady: false };
    made.then(() => part.isReady = true);
    parts.push(part);
  };
  let rows = 0;
  for (;;) {
    const asked = parts.filter(({ isReady }) => !isReady).length;
    for (const next of take(bounds, helper.failed ? 0 : ASKED - asked)) ask(next);
    const isWaiting = parts[0]?.isReady === false && parts.length - asked < WAITING;
    const [own] = isWaiting || parts.length === 0 ? take(bounds, 1) : [];
    if (own !== undefined) {
      parts.push({ bounds: own, made: maker.make({ bounds: own, mostBytes }), isReady: true });
      // Now messages of the helper and Ctrl-C are noticed; a pause takes a millisecond.
      await pause(job.clock, 0, job.signal);
    } else {
      const part = parts.shift();
      if (part === undefined) break;
      const count = writePart(job, table, text, sink, part.bounds, await part.made);
      rows += count;
      tally.add(count);
      tally.tell();
      job.signal.throwIfAborted();
    }
  }
  tally.end();
  return rows;
}

/** Writes a part, and makes the missing rest of it here. */
function writePart(
  job: ExportJob,
  table: OutTable,
  text: TableText,
  sink: ByteSink,
  { from, until }: RowBounds,
  made: PartText | null,
): number {
  for (const piece of made?.pieces ?? []) {
    sink.write(piece);
    freeBytes(piece);
  }
  const rest = made === null ? from : made.next;
  const more = rest === null ? 0 : writeHere(job, table, text, sink, { from: rest, until });
  return (made?.rows ?? 0) + more;
}

/** Writes rows that no thread has made. */
function writeHere(job: ExportJob, table: OutTable, { line }: TableText, sink: ByteSink, bounds: RowBounds): number {
  const out = new TextOutput(sink);
  let rows = 0;
  for (const batch of rowsWithin(job, table, bounds)) {
    for (const row of batch) out.put(line(row));
    rows += batch.length;
  }
  out.flush();
  return rows;
}

/** Bounds of parts with so many rows each: SQLite counts them, which takes a twentieth of the time of reading them. */
function* boundsOfParts(
  { archive: { engine } }: ExportJob,
  { plan }: OutTable,
  rows: number,
): Generator<RowBounds, void> {
  const range = idRange(engine, plan);
  if (range === null) return;
  const rowid = rowidAlias(plan);
  const statement = engine.prepare(
    `SELECT ${rowid} FROM ${quoteName(plan.sqlName)} WHERE ${rowid} >= ?1 ORDER BY ${rowid} LIMIT 1 OFFSET ?2`,
  );
  try {
    for (let from = BigInt(range.from);;) {
      const next = integerOf(statement.rows([from, BigInt(rows)])[0]?.[0]);
      yield { from: from.toString(), until: next === null ? range.until : (next - 1n).toString() };
      if (next === null) return;
      from = next;
    }
  } finally {
    statement.finalize();
  }
}

function* take<T>(items: Iterator<T, void>, most: number): Iterable<T> {
  for (let taken = 0; taken < most; taken++) {
    const { value, done } = items.next();
    if (done === true) return;
    yield value as T;
  }
}
