/**
 * The history of rows in a folder of backups. Each file is opened once, oldest first, and each row is compared with the
 * same row in the file before. It only reads.
 */
import { isHeld } from "../archive/catalogue/catalogue.ts";
import type { CatalogueTable } from "../archive/catalogue/catalogue.ts";
import { type OpenArchive, openArchive } from "../archive/open_archive.ts";
import { RowLookup, rowsWhere } from "../archive/rows/row_lookup.ts";
import { comparedSide } from "../diff/archives/compared_cells.ts";
import { AnvilSqliteError } from "../errors.ts";
import { labelColumns, labelOf } from "../label/row_label.ts";
import type { SourceSnapshot } from "../source/snapshot.ts";
import { parseRowId } from "../value/row_id.ts";
import type { HistoryQuery, RowEvent } from "./row_event.ts";
import { columnKey, type KnownRow, RowLog } from "./row_log.ts";

/**
 * The changes of rows, night by night.
 * @param snapshots of one app, the oldest first
 * @throws {AnvilSqliteError} `no-such-table`, `bad-where` (exit 2), and as `openArchive`
 */
export async function* fileHistory(
  snapshots: readonly SourceSnapshot[],
  query: HistoryQuery,
  onSnapshot: (name: string) => void,
): AsyncIterable<RowEvent> {
  const rows = query.where === null ? query.rows : await rowsOf(snapshots, query, query.where, onSnapshot);
  const log = new RowLog();
  for (const snapshot of snapshots) {
    onSnapshot(snapshot.name);
    await using file = await snapshot.open();
    using archive = await openArchive(file.path);
    const table = findTable(archive, query);
    // For a table that was left out, or could not be read, nothing is known of its rows.
    if (table !== undefined && !isHeld(table)) continue;
    for (const [id, now] of readRowsOf(archive, table, rows)) {
      const event = log.note(id, now, snapshot);
      if (event !== null) yield event;
    }
  }
}

/** Rows of which any version fits the condition, in the order in which they are found. */
async function rowsOf(
  snapshots: readonly SourceSnapshot[],
  query: HistoryQuery,
  where: string,
  onSnapshot: (name: string) => void,
): Promise<readonly string[]> {
  const found = new Set<string>();
  let failure: unknown = null;
  let worked = false;
  for (const snapshot of snapshots) {
    onSnapshot(snapshot.name);
    await using file = await snapshot.open();
    using archive = await openArchive(file.path);
    const table = findTable(archive, query);
    if (table === undefined || !isHeld(table)) continue;
    try {
      for (const row of rowsWhere(archive.engine, table.plan, where)) found.add(row);
      worked = true;
    } catch (error) {
      // The column may be newer than the file.
      failure = error;
    }
  }
  if (worked || failure === null) return [...found];
  throw new AnvilSqliteError(`--where cannot be evaluated: ${failure instanceof Error ? failure.message : failure}`, {
    code: "bad-where",
    hint: `It is an SQL expression on the columns of table '${query.table}', such as "title LIKE 'Emma%'".`,
    cause: failure,
  });
}

/** Finds the table by the id in the rows' ids, otherwise by name. */
function findTable({ catalogue: { tables } }: OpenArchive, { table, rows }: HistoryQuery): CatalogueTable | undefined {
  const id = parseRowId(rows[0] ?? "")?.table;
  const named = tables.find(({ plan }) => plan.table.name === table);
  return id === undefined ? named : tables.find(({ plan }) => plan.tableId === id) ?? named;
}

function* readRowsOf(
  archive: OpenArchive,
  table: CatalogueTable | undefined,
  rows: readonly string[],
): Iterable<readonly [string, KnownRow | null]> {
  if (table === undefined) return yield* rows.map((row) => [row, null] as const);
  const { plan } = table;
  using side = comparedSide(archive.engine, { media: true }, null);
  using lookup = new RowLookup(archive.engine, plan, plan.columns.map((_, index) => index));
  const naming = labelColumns(plan.columns.map(({ column }) => column));
  for (const text of rows) {
    const id = parseRowId(text)?.row ?? "";
    const stored = lookup.cells(id);
    if (stored === null) {
      yield [text, null];
      continue;
    }
    const plain = stored.map((cell) => cell instanceof Uint8Array ? null : cell);
    const cells = plan.columns.flatMap(({ column }, i) =>
      side.isAbsent(plan.tableId, id, column.name)
        ? []
        : [[columnKey(column), { column, cell: side.cell(column.kind, plain[i] ?? null) }] as const]
    );
    yield [text, { cells: new Map(cells), label: labelOf(naming.map((index) => plain[index] ?? null)) }];
  }
}
