/**
 * Goes through a table of the app and the file's rows side by side, once. It decides for each row whether it is still
 * there, is gone, or is newer than the file. It reads both and writes to neither.
 */
import { readRows } from "../../archive/rows/row_reader.ts";
import { RowLookup } from "../../archive/rows/row_lookup.ts";
import type { ColumnSchema } from "../../schema/model/app_schema.ts";
import type { SqlValue } from "../../sqlite/sql_value.ts";
import { scanLive } from "../../tables/read/scan_live.ts";
import { type PageRow, tableReader } from "../../tables/read/table_reader.ts";
import { compareRowIds, type RowId } from "../../value/row_id.ts";
import { patienceOf } from "../job/restore_options.ts";
import type { InPlace, InPlaceTable } from "./context.ts";
import { livingRows } from "./living_rows.ts";

/** Receives the rows, all of a page in one transaction of the id map. */
export interface RowVisitor {
  /** A row of the file is in the app: its stored cells, and the app's, in the order of the compared columns. */
  living(old: RowId, stored: readonly SqlValue[], row: PageRow): void;
  /** A row of the file is not in the app. */
  gone(old: RowId): void;
  /** A row of the app is not in the file. */
  newer(row: PageRow): void;
  /** Called after each page: waits for what has to be done. */
  settled(): Promise<void>;
}

/**
 * Goes through a whole table.
 * @param more columns of the app that are read beyond the compared ones
 */
export async function matchTable(
  context: InPlace,
  table: InPlaceTable,
  visitor: RowVisitor,
  more: readonly ColumnSchema[] = [],
): Promise<void> {
  const { options, target, idMap } = context;
  const { plan, live } = table.job;
  const { engine } = options.archive;
  const indexes = table.compared.map(({ index }) => index);
  const reader = tableReader(live, [...table.compared.map((column) => column.live), ...more]);
  const file = readRows(engine, plan, indexes)[Symbol.iterator]();
  using lookup = new RowLookup(engine, plan, indexes);
  const matching = new Matching(context, live.id, (old) => lookup.cells(old), visitor);
  let next = file.next();
  try {
    for await (const page of scanLive(target.connection, patienceOf(options), reader)) {
      idMap.transaction(() => {
        for (const row of page.rows) {
          for (; !next.done && compareRowIds(next.value.id, row.id) < 0; next = file.next()) {
            matching.missed(next.value.id);
          }
          if (!next.done && next.value.id === row.id) {
            visitor.living(row.id, next.value.cells, row);
            next = file.next();
          } else {
            matching.unknown(row);
          }
        }
      });
      await visitor.settled();
    }
    idMap.transaction(() => {
      for (; !next.done; next = file.next()) matching.missed(next.value.id);
      matching.end();
    });
  } finally {
    file.return?.();
  }
}

/** Rows that were not found at their place: they are gone, or back under other ids. */
class Matching {
  readonly #context: InPlace;
  readonly #table: number;
  readonly #cellsOf: (old: RowId) => readonly SqlValue[] | null;
  readonly #visitor: RowVisitor;
  /** Rows that came back once, and may still be found further on. */
  readonly #awaited = new Set<RowId>();

  constructor(
    context: InPlace,
    table: number,
    cellsOf: (old: RowId) => readonly SqlValue[] | null,
    visitor: RowVisitor,
  ) {
    this.#context = context;
    this.#table = table;
    this.#cellsOf = cellsOf;
    this.#visitor = visitor;
  }

  missed(old: RowId): void {
    if (this.#context.earlier.idsOf(this.#table, old).length > 1) this.#awaited.add(old);
    else this.#visitor.gone(old);
  }

  unknown(row: PageRow): void {
    const old = this.#context.earlier.standsFor(this.#table, row.id).find((each) => this.#awaited.has(each));
    const stored = old === undefined ? null : this.#cellsOf(old);
    if (old === undefined || stored === null) return this.#visitor.newer(row);
    this.#awaited.delete(old);
    this.#visitor.living(old, stored, row);
  }

  end(): void {
    for (const old of this.#awaited) this.#visitor.gone(old);
  }
}

/** Looks at only some rows of a table. */
export async function matchRows(
  context: InPlace,
  table: InPlaceTable,
  olds: readonly RowId[],
  visitor: RowVisitor,
): Promise<void> {
  const { options: { archive }, idMap } = context;
  const { plan, live } = table.job;
  using lookup = new RowLookup(archive.engine, plan, table.compared.map(({ index }) => index));
  const gone = new Set(olds);
  for await (const some of livingRows(context, live, table.compared.map((column) => column.live), olds)) {
    idMap.transaction(() => {
      for (const { old, row } of some) {
        gone.delete(old);
        visitor.living(old, lookup.cells(old) ?? [], row);
      }
    });
    await visitor.settled();
  }
  idMap.transaction(() => gone.forEach((old) => visitor.gone(old)));
}
