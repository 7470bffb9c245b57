/**
 * Fetches cells that are larger than a message may be, and so came in no page. This is after all rows, outside of the
 * snapshot, and the file says so. A cell that cannot be fetched in this way either stays absent.
 */
import { ABSENT_CELL, type AbsentCell, absentCells, foundAbsentCell } from "../../archive/catalogue/absent_cells.ts";
import { renewProofs } from "../../archive/partial/renew_proofs.ts";
import type { ArchiveWriter } from "../../archive/making/archive_writer.ts";
import { RowLookup } from "../../archive/rows/row_lookup.ts";
import { setCell } from "../../archive/rows/set_cell.ts";
import type { TableLayout } from "../../ddl/archive_layout.ts";
import { isKind } from "../../errors.ts";
import { MEDIUM_FAILURES } from "../../tables/fetch_media.ts";
import type { ListedTable } from "../../tables/listing.ts";
import { canBeLate, readLateCells } from "../../tables/read/late_cells.ts";
import { plainWireValue } from "../../tables/cell_codec.ts";
import type { Session } from "../../tables/session.ts";
import { PATIENCE } from "../../uplink/limits.ts";
import { type Patience, patiently } from "../../uplink/patience.ts";
import type { RowId } from "../../value/row_id.ts";
import { rowIdText } from "../../value/row_id.ts";
import type { CopyOutcome } from "./copy_outcome.ts";

/** Number of rows with such cells above which the whole table is exported once, and not a few rows each time. */
const ROWS_APART = 20;
/** Small cells of a row, used as conditions of an export. */
const KNOWN_CELLS = 5;
const SHORT_TEXT = 100;

/** What fetching such cells needs. */
interface LateContext extends Patience {
  readonly writer: ArchiveWriter;
  readonly outcome: CopyOutcome;
}

/**
 * Fetches all such cells, and reports to the outcome which stay absent.
 * @returns ids of the tables with cells that have changed in the file
 */
export async function fetchLateCells(session: Session, context: LateContext): Promise<ReadonlySet<number>> {
  const { writer, outcome } = context;
  const changed = new Set<number>();
  const absent = absentCells(writer.engine);
  for (const [tableId, cells] of Map.groupBy(absent, ({ table }) => table)) {
    const plan = writer.tables.find((candidate) => candidate.tableId === tableId);
    const table = session.listed.find(({ id }) => id === tableId);
    if (plan === undefined || table === undefined) continue;
    if (await new LateTable(session, context, plan, table, cells).fetch()) changed.add(tableId);
  }
  for (const { table, row, column, reason } of absentCells(writer.engine)) {
    const name = writer.tables.find(({ tableId }) => tableId === table)?.table.name ?? "";
    const place = { table: name, column, row: rowIdText(table, row) };
    const message = `Column '${column}' of row ${place.row} of table '${name}' is not in the file: ${reason}`;
    outcome.missingAlready({ code: ABSENT_CELL, ...place, message });
  }
  return changed;
}

class LateTable {
  readonly #session: Session;
  readonly #context: LateContext;
  readonly #plan: TableLayout;
  readonly #table: ListedTable;
  readonly #wanted: ReadonlyMap<RowId, ReadonlySet<string>>;
  #found = false;

  constructor(
    session: Session,
    context: LateContext,
    plan: TableLayout,
    table: ListedTable,
    cells: readonly AbsentCell[],
  ) {
    this.#session = session;
    this.#context = context;
    this.#plan = plan;
    this.#table = table;
    const rows = Map.groupBy(cells, ({ row }) => row);
    this.#wanted = new Map([...rows].map(([row, list]) => [row, new Set(list.map(({ column }) => column))]));
  }

  /** @returns whether a cell was found */
  async fetch(): Promise<boolean> {
    const rows = [...this.#wanted.keys()];
    if (rows.length > ROWS_APART) await this.#export(new Set(rows), {});
    else for (const row of rows) await this.#export(new Set([row]), this.#known(row));
    return this.#found;
  }

  async #export(rows: ReadonlySet<RowId>, known: Readonly<Record<string, ReturnType<typeof plainWireValue>>>) {
    const names = new Set([...rows].flatMap((row) => [...this.#wanted.get(row) ?? []]));
    const columns = this.#plan.columns.map(({ column }) => column)
      .filter(({ name, kind }) => names.has(name) && canBeLate(kind));
    if (columns.length === 0) return;
    const request = { table: this.#table, rows, columns, known, take: this.#take };
    try {
      const read = () => readLateCells(this.#session.connection, request);
      await patiently("reading a large cell", read, this.#context, PATIENCE.medium);
    } catch (error) {
      // A failure of the connection is not the fault of these cells; any other failure leaves them absent.
      if (!isKind(error, ...MEDIUM_FAILURES) || this.#session.connection.isOver) throw error;
    }
  }

  readonly #take: Parameters<typeof readLateCells>[1]["take"] = (row, { name }, cell) => {
    if (!this.#wanted.get(row)?.has(name)) return;
    const { writer } = this.#context;
    const index = this.#plan.columns.findIndex(({ column }) => column.name === name);
    const message = "Larger than a message of the Uplink may be: read after all other cells, outside of their snapshot";
    writer.transaction(() => {
      setCell(writer.engine, this.#plan, row, index, cell);
      foundAbsentCell(writer.engine, rowIdText(this.#plan.tableId, row), name, message);
      renewProofs(writer.engine, this.#plan, row);
    });
    this.#found = true;
  };

  /** Small cells of a row, as the wire spells them. */
  #known(row: RowId): Readonly<Record<string, ReturnType<typeof plainWireValue>>> {
    const plain = this.#plan.columns.flatMap(({ column: { kind, name } }, index) =>
      kind === "string" || kind === "number" || kind === "bool" ? [{ kind, name, index }] : []
    );
    using lookup = new RowLookup(this.#context.writer.engine, this.#plan, plain.map(({ index }) => index));
    const cells = lookup.cells(row) ?? [];
    const known = plain.flatMap(({ kind, name }, i) => {
      const cell = cells[i] ?? null;
      const isSmall = typeof cell === "bigint" || typeof cell === "string" && cell !== "" && cell.length <= SHORT_TEXT;
      return isSmall ? [[name, plainWireValue(kind, cell)] as const] : [];
    });
    return Object.fromEntries(known.slice(0, KNOWN_CELLS));
  }
}
