/**
 * Writes rows of one data table, many to a statement, with their junction rows. It runs inside the caller's
 * transaction, and does not know where rows come from.
 */
import { sqlKindOf } from "./selected_cell.ts";
import type { Cell } from "../../value/cell.ts";
import { type RowId, rowIdText } from "../../value/row_id.ts";
import type { TableLayout } from "../../ddl/archive_layout.ts";
import { quoteName } from "../../ddl/quote.ts";
import type { Engine, InsertedColumn, Prepared } from "../../sqlite/engine.ts";
import type { SqlValue } from "../../sqlite/sql_value.ts";
import { rowidAlias } from "./rowid_alias.ts";

/** Rows in one statement: 20 to 100 are equally fast. */
const ROWS_PER_STATEMENT = 50;

/** One row to write, its cells in the plan's column order. */
export interface WritableRow {
  readonly id: RowId;
  /** The id as SQLite binds it, if it is known. */
  readonly number?: bigint;
  readonly cells: readonly Cell[];
}

/** A writer for one table; finalize it when the table is done. */
export class RowWriter {
  readonly #engine: Engine;
  readonly #plan: TableLayout;
  readonly #statements = new Map<number, Prepared>();
  readonly #batch: number;
  readonly #junctions: readonly { readonly index: number; readonly insert: Prepared }[];
  readonly #columns: readonly InsertedColumn[];

  constructor(engine: Engine, plan: TableLayout) {
    this.#engine = engine;
    this.#plan = plan;
    this.#columns = [
      { name: rowidAlias(plan), kind: "plain" },
      { name: quoteName(plan.rowIdSqlName), kind: "plain" },
      ...plan.columns.map(({ column, sqlName }) => ({ name: quoteName(sqlName), kind: sqlKindOf(column.kind) })),
    ];
    this.#batch = Math.min(ROWS_PER_STATEMENT, engine.maxRowsOfInsert(this.#columns));
    this.#junctions = plan.columns.flatMap((column, index) =>
      column.junction === null ? [] : [{ index, insert: engine.prepare(insertLink(column.junction.sqlName)) }]
    );
  }

  /** Inserts rows. A row id that is already there is an error: no page may come twice. */
  write(rows: readonly WritableRow[]): void {
    for (let from = 0; from < rows.length; from += this.#batch) {
      const batch = rows.slice(from, from + this.#batch);
      const params: SqlValue[] = [];
      for (const row of batch) {
        params.push(row.number ?? BigInt(row.id), rowIdText(this.#plan.tableId, row.id));
        for (const cell of row.cells) params.push(cell);
      }
      this.#statement(batch.length).run(params);
      for (const junction of this.#junctions) this.#writeLinks(junction, batch);
    }
  }

  finalize(): void {
    for (const statement of this.#statements.values()) statement.finalize();
    for (const { insert } of this.#junctions) insert.finalize();
  }

  #statement(rows: number): Prepared {
    const known = this.#statements.get(rows);
    if (known !== undefined) return known;
    const statement = this.#engine.insert(quoteName(this.#plan.sqlName), this.#columns, rows);
    this.#statements.set(rows, statement);
    return statement;
  }

  #writeLinks({ index, insert }: { readonly index: number; readonly insert: Prepared }, rows: readonly WritableRow[]) {
    for (const row of rows) {
      const id = rowIdText(this.#plan.tableId, row.id);
      for (const [position, target] of linksOf(row.cells[index] ?? null).entries()) {
        insert.run([id, BigInt(position), target]);
      }
    }
  }
}

function insertLink(junction: string): string {
  return `INSERT INTO ${quoteName(junction)} (_anvil_row_id, position, target_row_id) VALUES (?1, ?2, ?3)`;
}

/** Targets of a multi-link cell, as row ids' texts. */
function linksOf(cell: Cell): readonly string[] {
  if (typeof cell !== "string" || cell === "[]") return [];
  const targets: unknown = JSON.parse(cell);
  return Array.isArray(targets) ? targets.map(String) : [];
}

/** Writes the junction rows of one multi-link cell. Runs in the caller's transaction. */
export function writeLinks(engine: Engine, junction: string, tableId: number, row: RowId, cell: Cell): void {
  const insert = engine.prepare(insertLink(junction));
  const id = rowIdText(tableId, row);
  for (const [position, target] of linksOf(cell).entries()) insert.run([id, BigInt(position), target]);
  insert.finalize();
}
