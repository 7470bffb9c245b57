/**
 * The long parts of a check, as tasks that can be done anywhere and in any order: SQLite's own check, reading rows, or
 * making their digests. A task is a whole table, or a range of row ids of a large one. It only reads.
 */
import { type Catalogue, type CatalogueTable, isHeld } from "../../archive/catalogue/catalogue.ts";
import { digestRows, type RowWatch } from "../../archive/digest/compute_digests.ts";
import { digestRecords } from "../../archive/digest/digest_records.ts";
import { RecordBytes } from "../../archive/digest/record_bytes.ts";
import { TextCheck } from "../../archive/rows/hidden_text.ts";
import { rowidAlias } from "../../archive/rows/rowid_alias.ts";
import { textColumns } from "../../archive/rows/text_columns.ts";
import type { Engine } from "../../sqlite/engine.ts";
import type { PageFile } from "../../sqlite/records/page_file.ts";
import { integrityProblems } from "../../archive/making/integrity.ts";
import { idRange, keepsRowIds, type RowBounds } from "../../archive/rows/row_reader.ts";
import { BLOCK_IDS, type BlockDigest } from "../../archive/digest/table_digest.ts";
import type { RowId } from "../../value/row_id.ts";

/** A task of a check. */
export type CheckTask =
  | { readonly kind: "integrity" }
  /** `bounds` is null for all rows of the table. */
  | RowTask;

/** Rows to read; with `digest`, only their digests are made. */
interface RowTask {
  readonly kind: "rows" | "digest";
  readonly tableId: number;
  readonly bounds: RowBounds | null;
}

/** A value that is not written as this program writes it, by the place of its column in the plan. */
interface OddSpelling {
  readonly column: number;
  readonly row: RowId;
}

/** A cell that no reader can read as text. */
interface UnreadableCell {
  /** Python name; null for the row id. */
  readonly column: string | null;
  readonly row: RowId;
}

/** The result of {@link runCheck}; plain data, so that another thread can send it. */
export type CheckResult =
  | { readonly kind: "integrity"; readonly problems: readonly string[] }
  | { readonly kind: "digest"; readonly blocks: readonly BlockDigest[] }
  | {
    readonly kind: "rows";
    readonly blocks: readonly BlockDigest[];
    /** The first {@link SPELLINGS_TOLD}; a file from another program may have millions. */
    readonly spellings: readonly OddSpelling[];
    readonly moreSpellings: number;
    /** Bytes of the rows in the file, counted from what is read of them. */
    readonly bytes: number;
    /** Cells with bytes that are not UTF-8: the first {@link SPELLINGS_TOLD}. */
    readonly unreadable: readonly UnreadableCell[];
    /** Number of rows whose number in SQLite is not their id. */
    readonly renumbered: number;
    /** Why the rows could not be read to their end, or null. */
    readonly failure: string | null;
  };

/** Odd spellings that are kept for each task. */
const SPELLINGS_TOLD = 100;
/** Approximate number of rows in a task: a twentieth of a second of work. */
const TASK_ROWS = 25_000;

/** The tasks for reading a table's rows; `stored` is the number of rows. */
export function rowTasks(
  engine: Engine,
  { plan }: CatalogueTable,
  stored: number,
  kind: RowTask["kind"] = "rows",
): readonly RowTask[] {
  const whole = { kind, tableId: plan.tableId, bounds: null };
  const parts = Math.floor(stored / TASK_ROWS);
  const ids = idRange(engine, plan);
  if (parts < 2 || ids === null || !keepsRowIds(engine, plan)) return [whole];
  const [first, last] = [BigInt(ids.from), BigInt(ids.until)];
  const tasks: RowTask[] = [];
  for (let part = 1n, from = first; from <= last; part++) {
    // Cut between two blocks of the digest.
    const cut = (first + (last - first) * part / BigInt(parts)) / BigInt(BLOCK_IDS) * BigInt(BLOCK_IDS) - 1n;
    const until = part >= BigInt(parts) ? last : cut;
    if (until < from) continue;
    tasks.push({ ...whole, bounds: { from: from.toString(), until: until.toString() } });
    from = until + 1n;
  }
  return tasks;
}

/**
 * Carries out a task.
 * @param pages of the file, opened outside of its transactions: when only digests are wanted, they are made from its
 * bytes if that is possible
 * @throws {RangeError} when the catalogue has no such table, or rows to be digested do not ascend; SQLite's error when
 * its own check fails to run
 */
export function runCheck(
  engine: Engine,
  catalogue: Catalogue,
  task: CheckTask,
  pages: PageFile | null = null,
): CheckResult {
  if (task.kind === "integrity") return { kind: "integrity", problems: integrityProblems(engine) };
  const table = catalogue.tables.filter(isHeld).find(({ plan }) => plan.tableId === task.tableId);
  if (table === undefined) throw new RangeError(`The catalogue has no table ${task.tableId}`);
  if (task.kind === "digest") {
    const quick = pages === null ? null : digestRecords(engine, pages, table.plan, task.bounds);
    return { kind: "digest", blocks: quick ?? digestRows(engine, table.plan, { media: true }, task.bounds) };
  }
  const spellings: OddSpelling[] = [];
  let moreSpellings = 0;
  const onOddSpelling = (column: number, row: RowId) => {
    if (spellings.length < SPELLINGS_TOLD) spellings.push({ column, row });
    else moreSpellings++;
  };
  const columns = textColumns(table.plan);
  using texts = new TextCheck(
    engine,
    table.plan.sqlName,
    columns.map(({ sqlName }) => sqlName),
    rowidAlias(table.plan),
  );
  const unreadable: UnreadableCell[] = [];
  let renumbered = 0;
  const bytes = new RecordBytes();
  const watch: RowWatch = {
    bytes,
    onReplacement: (rowid, row) => {
      for (const at of unreadable.length < SPELLINGS_TOLD ? texts.unreadable(rowid) : []) {
        unreadable.push({ column: columns[at]?.name ?? null, row: row.toString() });
      }
    },
    onRenumbered: () => void renumbered++,
  };
  let blocks: readonly BlockDigest[] = [];
  let failure: string | null = null;
  try {
    blocks = digestRows(engine, table.plan, { media: true, onOddSpelling, watch }, task.bounds);
  } catch (error) {
    failure = error instanceof Error ? error.message : String(error);
  }
  return { kind: "rows", blocks, spellings, moreSpellings, bytes: bytes.total, unreadable, renumbered, failure };
}
