/**
 * Finds the cells that linked to rows which come back, and plans to set those links again. It finds them in the file;
 * on classic storage also in the app, which still finds rows that hold dead links, even links that were made after the
 * backup.
 */
import { LinkHolders } from "../../archive/rows/link_holders.ts";
import { RowLookup } from "../../archive/rows/row_lookup.ts";
import { isCell } from "../../tables/cell_codec.ts";
import { findHolders } from "../../tables/read/find_holders.ts";
import { scanLive } from "../../tables/read/scan_live.ts";
import { tableReader } from "../../tables/read/table_reader.ts";
import { rowCapability } from "../../tables/table_scope.ts";
import { freshStack } from "../../tables/transaction.ts";
import { PATIENCE } from "../../uplink/limits.ts";
import { patiently } from "../../uplink/patience.ts";
import type { Cell } from "../../value/cell.ts";
import { compareRowIds, parseRowId, type RowId, rowIdText } from "../../value/row_id.ts";
import { patienceOf } from "../job/restore_options.ts";
import { type InPlace, storageOf } from "./context.ts";
import { linksIn, relinked, renamedLinks } from "./link_cells.ts";
import { type LinkColumn, linkColumnsTo } from "./live_tables.ts";
import { LivingIds, livingRows } from "./living_rows.ts";

/** Number of rows up to which the app is asked about each one; above it, all links of the table are read. */
const ASKED_ROWS = 50;
/** Questions in flight. */
const IN_FLIGHT = 16;
/** Rows that are read together. */
const ROWS = 500;

/** Plans the links to all rows that come back. */
export async function relinkRows(context: InPlace): Promise<void> {
  const living = new LivingIds(context);
  for (const { job } of context.tables) {
    const lost = lostRows(context, job.plan.tableId);
    if (lost.size === 0) continue;
    const columns = linkColumnsTo(context, job.live.id);
    await context.probe([job.live, ...columns.map(({ table }) => table.live)]);
    for (const column of columns) {
      const relinking = new Relinking(context, column, lost, living);
      await relinking.byFile();
      if (relinking.storage === "classic") await relinking.byApp();
    }
  }
}

/** Rows of a table that come back: every id by which a link may name them, and the file's id for it. */
function lostRows(context: InPlace, table: number): ReadonlyMap<RowId, RowId> {
  const lost = new Map<RowId, RowId>();
  for (const old of insertsOf(context, table)) for (const id of context.earlier.idsOf(table, old)) lost.set(id, old);
  return lost;
}

function* insertsOf({ idMap }: InPlace, table: number): Generator<RowId, void> {
  for (let after: RowId = "0";;) {
    const rows = idMap.rows.unwritten(table, after, 1_000);
    yield* rows.map(({ old }) => old);
    const last = rows.at(-1);
    if (last === undefined) return;
    after = last.old;
  }
}

/** The links of one column to the lost rows of one table. */
class Relinking {
  readonly #context: InPlace;
  readonly #column: LinkColumn;
  readonly #lost: ReadonlyMap<RowId, RowId>;
  readonly #living: LivingIds;

  constructor(context: InPlace, column: LinkColumn, lost: ReadonlyMap<RowId, RowId>, living: LivingIds) {
    this.#context = context;
    this.#column = column;
    this.#lost = lost;
    this.#living = living;
  }

  get storage(): "classic" | "split" {
    return storageOf(this.#context, this.#column.table.live.id);
  }

  readonly #isLost = (link: string): boolean => this.#lostName(link) !== null;

  /** The file's name for the lost row behind a link; null for any other link. */
  #lostName(link: string): string | null {
    const id = parseRowId(link);
    const old = id !== null && id.table === this.#column.targetId ? this.#lost.get(id.row) : undefined;
    return old === undefined ? null : rowIdText(this.#column.targetId, old);
  }

  /** Looks at the rows that held such links when the backup was made. */
  async byFile(): Promise<void> {
    const { table: { live }, file } = this.#column;
    const { options: { archive }, idMap } = this.#context;
    if (file === null) return;
    using finder = new LinkHolders(archive.engine, file.plan, file.column);
    using lookup = new RowLookup(archive.engine, file.plan, [file.index]);
    const holders = new Set<RowId>();
    for (const row of this.#lost.values()) {
      for (const holder of finder.of(rowIdText(this.#column.targetId, row))) {
        // A row that comes back itself gets its links with its other cells.
        if (idMap.rows.find(live.id, holder)?.action !== "insert") holders.add(holder);
      }
    }
    const sorted = [...holders].sort(compareRowIds);
    for await (const some of livingRows(this.#context, live, [this.#column.column], sorted)) {
      const stored = new Map(some.map(({ old }) => [old, lookup.cells(old)?.[0] ?? null]));
      if (this.storage === "split") await this.#askTargets([...stored.values()]);
      idMap.transaction(() => {
        for (const { old, row } of some) {
          const cell = row.cells[0] ?? null;
          if (isCell(cell)) this.#decide(row.id, old, cell, stored.get(old) ?? null);
        }
      });
    }
  }

  async #askTargets(cells: readonly unknown[]): Promise<void> {
    const { kind, targetId } = this.#column;
    const links = cells.flatMap((cell) => typeof cell === "string" ? linksIn(kind, cell) : []);
    await this.#living.ask(targetId, links.flatMap((link) => this.#isLost(link) ? [] : parseRowId(link)?.row ?? []));
  }

  #decide(row: RowId, old: RowId, live: Cell, stored: unknown): void {
    const { kind, table, column } = this.#column;
    const { idMap } = this.#context;
    const { storage } = this;
    const file = renamedLinks(kind, typeof stored === "string" ? stored : null, (link) => this.#nameNow(link, storage));
    const now = renamedLinks(kind, live, (link) => this.#lostName(link) ?? link);
    const outcome = relinked(storage, kind, now, file, this.#isLost);
    if (outcome === "done") return;
    const cell = { table: table.live.id, row, old, column: column.name, why: "relink", was: live } as const;
    if (outcome === "kept") {
      if (linksIn(kind, file).some(this.#isLost)) idMap.cells.add({ ...cell, want: file }, "kept");
    } else {
      idMap.cells.add({ ...cell, want: outcome.to });
    }
  }

  /** The app's name for a link of the file; null if it may not be written. */
  #nameNow(link: string, storage: "classic" | "split"): string | null {
    if (this.#isLost(link) || storage === "classic") return link;
    const id = parseRowId(link);
    const now = id === null ? null : this.#living.idOf(id.table, id.row);
    return id === null || now === null ? null : rowIdText(id.table, now);
  }

  /** Looks for rows in the app that hold such links now. */
  async byApp(): Promise<void> {
    if (this.#lost.size > ASKED_ROWS) return await this.#scan();
    const holders = new Set<RowId>();
    const waiting = [...this.#lost.keys()];
    const ask = async () => {
      for (let row = waiting.pop(); row !== undefined; row = waiting.pop()) {
        for (const holder of await this.#holdersOf(row)) holders.add(holder);
      }
    };
    await Promise.all(Array.from({ length: IN_FLIGHT }, ask));
    const { table: { live }, column } = this.#column;
    const sorted = [...holders].sort(compareRowIds);
    for (let from = 0; from < sorted.length; from += ROWS) {
      for await (const some of livingRows(this.#context, live, [column], sorted.slice(from, from + ROWS))) {
        this.#found(some.map(({ row }) => ({ id: row.id, cell: row.cells[0] ?? null })));
      }
    }
  }

  async #holdersOf(row: RowId): Promise<readonly RowId[]> {
    const { options, target } = this.#context;
    const { table: { live }, column, target: linked } = this.#column;
    const search = { table: live.capability, column, target: rowCapability(linked, row) };
    const ask = () => findHolders(target.connection, freshStack("holders"), search);
    return await patiently(`asking '${live.name}' for links`, ask, patienceOf(options), PATIENCE.call);
  }

  async #scan(): Promise<void> {
    const { options, target } = this.#context;
    const { table: { live }, column } = this.#column;
    for await (const page of scanLive(target.connection, patienceOf(options), tableReader(live, [column]))) {
      this.#found(page.rows.map(({ id, cells }) => ({ id, cell: cells[0] ?? null })));
    }
  }

  #found(rows: readonly { readonly id: RowId; readonly cell: unknown }[]): void {
    const { table: { live }, column, kind } = this.#column;
    const { idMap } = this.#context;
    idMap.transaction(() => {
      for (const { id, cell } of rows) {
        if (typeof cell !== "string" || !linksIn(kind, cell).some(this.#isLost)) continue;
        const want = renamedLinks(kind, cell, (link) => this.#lostName(link) ?? link);
        idMap.cells.add({ table: live.id, row: id, old: null, column: column.name, why: "relink", was: cell, want });
      }
    });
  }
}
