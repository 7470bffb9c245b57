/**
 * Plans what is to be done for each table of a file, before anything is written: which table of the vault it is, which
 * numbered columns hold it, whether its rows have to be read, and which of them may differ. It only reads.
 */
import { type CatalogueTable, isHeld } from "../../archive/catalogue/catalogue.ts";
import { keepsRowIds } from "../../archive/rows/row_reader.ts";
import type { OpenArchive } from "../../archive/open_archive.ts";
import type { Engine } from "../../sqlite/engine.ts";
import { NumberedText } from "../../sqlite/records/numbered_text.ts";
import { recordTable } from "../../sqlite/records/record_table.ts";
import { type PagePair, unsureRows } from "../../sqlite/records/unsure_rows.ts";
import { liveTable, type StoredColumn, storedName } from "../layout/row_tables.ts";
import { storedColumns } from "../store/stored_columns.ts";
import type { StoredTable, TableStates } from "../store/table_states.ts";
import { chooseColumns } from "./choose_columns.ts";

/** A table of a file on its way in. */
export interface IncomingTable {
  readonly table: CatalogueTable;
  /** Its number in the vault. */
  readonly number: number;
  /** The vault's table; undefined for a new one. */
  readonly before: StoredTable | undefined;
  /** Numbered columns in the order of its own, and columns that have to be made. */
  readonly stored: readonly number[];
  readonly fresh: readonly StoredColumn[];
  /** Whether its rows have to be read; otherwise they are unchanged, or not in the file. */
  readonly isRead: boolean;
  /** Numbers of the rows that may differ from the living ones; null for all. */
  readonly only: Float64Array | null;
}

/** What is known of both sides before. */
interface Sides {
  readonly vault: Engine;
  readonly archive: OpenArchive;
  readonly states: TableStates;
  /** The tables of the newest snapshot. */
  readonly known: readonly StoredTable[];
  /** Pages of both files, the vault's first; null when they cannot be compared this way. */
  readonly pages: PagePair | null;
}

/** Plans all tables; `gone` are tables of the vault that the app no longer has. */
export function planTables(sides: Sides): {
  readonly tables: readonly IncomingTable[];
  readonly gone: ReadonlySet<StoredTable>;
} {
  const { archive, known } = sides;
  const left = new Set(known);
  let next = known.reduce((most, { number }) => Math.max(most, number), 0) + 1;
  const tables = archive.catalogue.tables.map((table) => {
    const before = sameTable(table, left);
    if (before !== undefined) left.delete(before);
    return planTable(sides, table, before?.number ?? next++, before);
  });
  return { tables, gone: left };
}

function planTable(
  sides: Sides,
  table: CatalogueTable,
  number: number,
  before: StoredTable | undefined,
): IncomingTable {
  const { stored, fresh } = isHeld(table) ? columnsOf(sides, table, number, before) : { stored: [], fresh: [] };
  const hasMedia = table.plan.table.columns.some(({ kind }) => kind === "media");
  // The living rows are only what the newest snapshot read: an older state may have been changed since.
  const isSame = !hasMedia && before?.state === "copied" && before.position !== null &&
    before.digest === table.digest &&
    before.stored.join() === stored.join();
  const isRead = table.state === "copied" && !isSame;
  const only = isRead && before !== undefined && fresh.length === 0 ? unsureLiving(sides, table, number, stored) : null;
  return { table, number, before, stored, fresh, isRead, only };
}

/** The table of the vault for a table of a file: by Anvil's id if both have one, otherwise by its Python name. */
function sameTable({ plan: { table } }: CatalogueTable, known: ReadonlySet<StoredTable>): StoredTable | undefined {
  const candidates = [...known].sort((a, b) => Number(a.position === null) - Number(b.position === null));
  return candidates.find((other) =>
    table.id !== null && other.table.id !== null ? table.id === other.table.id : table.name === other.table.name
  );
}

function columnsOf(
  { vault, states }: Sides,
  { plan: { table } }: CatalogueTable,
  number: number,
  before: StoredTable | undefined,
) {
  const there = storedColumns(vault, number);
  const earlier = before === undefined ? [] : states.life(number).map(([, schema]) => schema).reverse();
  return chooseColumns(table, earlier, new Set(there.keys()));
}

/**
 * Rows that may differ from the living ones. This is a filter before the comparison, which compares values as always:
 * cells with the same bytes have the same value. A medium has another number in each file, so rows with media are
 * always compared.
 */
function unsureLiving(
  { vault, archive: { engine }, pages }: Sides,
  { plan }: CatalogueTable,
  number: number,
  stored: readonly number[],
): Float64Array | null {
  if (pages === null || !keepsRowIds(engine, plan)) return null;
  const living = recordTable(vault, pages.a, liveTable(number));
  const now = recordTable(engine, pages.b, plan.sqlName);
  if (living === null || now === null) return null;
  const pairs = plan.columns.map(({ column, sqlName }, at) => ({
    a: living.places.get(storedName(stored[at] ?? 0)) ?? -1,
    b: now.places.get(sqlName) ?? -1,
    onlyNull: column.kind === "media",
  }));
  if (pairs.some(({ a, b }) => a < 0 || b < 0)) return null;
  // Then rows are read by SQLite's numbers, and every row's id must confirm its number.
  const rowIds = new NumberedText(now.places.get(plan.rowIdSqlName) ?? -1, `[${plan.tableId},`);
  return unsureRows(pages, living, now, pairs, rowIds);
}
