/**
 * Writes rows of one data table, many to a statement, with their junction rows.
 * It runs inside the caller's transaction and knows nothing of where rows come from.
 */
import type { Cell } from "../../value/cell.ts";
import { type RowId, rowIdText } from "../../value/row_id.ts";
import type { ColumnPlan, TablePlan } from "../../ddl/archive_plan.ts";
import { quoteName } from "../../ddl/quote.ts";
import type { Engine, Prepared, SqlValue } from "../../sqlite/engine.ts";
import { rowidAlias } from "./rowid_alias.ts";

/** Rows a statement: 20 to 100 are equally fast. */
const ROWS_PER_STATEMENT = 50;
/** SQLite's own limit on parameters in one statement (SQLITE_MAX_VARIABLE_NUMBER since 3.32). */
const MAX_PARAMETERS = 32_766;

/** One row to write, its cells in the plan's column order. */
export interface WritableRow {
  readonly id: RowId;
  readonly cells: readonly Cell[];
}

/** A writer for one table; finalize it when the table is done. */
export class RowWriter {
  readonly #engine: Engine;
  readonly #plan: TablePlan;
  readonly #statements = new Map<number, Prepared>();
  readonly #batch: number;
  readonly #junctions: readonly { readonly index: number; readonly insert: Prepared }[];
  readonly #numbers: readonly number[];

  constructor(engine: Engine, plan: TablePlan) {
    this.#engine = engine;
    this.#plan = plan;
    this.#batch = Math.max(1, Math.min(ROWS_PER_STATEMENT, Math.floor(MAX_PARAMETERS / (plan.columns.length + 2))));
    this.#numbers = plan.columns.flatMap((column, index) => column.column.kind === "number" ? [index] : []);
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
        const base = params.push(BigInt(row.id), rowIdText(this.#plan.tableId, row.id));
        for (const cell of row.cells) params.push(cell);
        for (const index of this.#numbers) params[base + index] = this.#engine.number(params[base + index] ?? null);
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
    const statement = this.#engine.prepare(insertRows(this.#engine, this.#plan, rows));
    this.#statements.set(rows, statement);
    return statement;
  }

  #writeLinks({ index, insert }: { readonly index: number; readonly insert: Prepared }, rows: readonly WritableRow[]) {
    for (const row of rows) {
      const cell = row.cells[index];
      if (typeof cell !== "string" || cell === "[]") continue;
      const targets: unknown = JSON.parse(cell);
      if (!Array.isArray(targets)) continue;
      const id = rowIdText(this.#plan.tableId, row.id);
      targets.forEach((target, position) => insert.run([id, BigInt(position), String(target)]));
    }
  }
}

function insertRows(engine: Engine, plan: TablePlan, rows: number): string {
  const names = [rowidAlias(plan), quoteName(plan.rowIdSqlName), ...plan.columns.map((c) => quoteName(c.sqlName))];
  // Bare parameters: node:sqlite takes a numbered one (`?7`) for a named one, and then binds all several times slower.
  const parameter = (column: ColumnPlan | undefined, index: number) =>
    column?.column.kind === "number" ? engine.numberParameterInTurn(index) : "?";
  const tuples = Array.from({ length: rows }, (_, row) => {
    const first = row * names.length + 1;
    return `(${names.map((_, i) => parameter(plan.columns[i - 2], first + i)).join(", ")})`;
  });
  return `INSERT INTO ${quoteName(plan.sqlName)} (${names.join(", ")}) VALUES ${tuples.join(", ")}`;
}

function insertLink(junction: string): string {
  return `INSERT INTO ${quoteName(junction)} (_anvil_row_id, position, target_row_id) VALUES (?1, ?2, ?3)`;
}
