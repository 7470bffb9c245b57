/**
 * Which kinds of numbers a column holds, for formats whose columns hold only one kind. It only reads.
 */
import { condition } from "../../archive/rows/row_condition.ts";
import { quoteName } from "../../ddl/quote.ts";
import type { SqlValue } from "../../sqlite/sql_value.ts";
import { type Cell, numberText } from "../../value/cell.ts";
import type { ExportJob, OutColumn, OutTable } from "../job/export_job.ts";

/** The kinds of numbers in a column. */
export type NumberShape =
  /** Integers of 64 bits, or no numbers at all. */
  | "integers"
  /** Floats. */
  | "floats"
  /** Both, and every integer is exact as a float. */
  | "mixed"
  /** Numbers that neither a double nor an integer of 64 bits can hold, or texts: written as text. */
  | "texts";

/** Integers up to here are exact as doubles. */
const EXACT = 2n ** 53n;

/** Finds out the shape. It looks at the values behind masks. */
export function numberShape(job: ExportJob, table: OutTable, column: OutColumn): NumberShape {
  return shapeOf(column.mask === null ? storedKinds(job, table, column) : constantKinds(column.mask.constant));
}

/** Finds out the shape, and notes if numbers of different kinds all become the same kind. */
export function notedNumberShape(job: ExportJob, table: OutTable, column: OutColumn): NumberShape {
  const shape = numberShape(job, table, column);
  const where = `Column '${column.plan.column.name}' of table '${table.plan.table.name}'`;
  if (shape === "mixed") job.shortfalls.note(`${where} mixes whole numbers and floats: here all are floats`);
  if (shape === "texts") {
    job.shortfalls.note(`${where} has numbers that neither 64 bits nor a float hold: here all are text`);
  }
  return shape;
}

/** Storage classes, with their smallest and largest value. */
type Kinds = ReadonlyMap<string, readonly [least: SqlValue, most: SqlValue]>;

function storedKinds({ archive: { engine } }: ExportJob, { plan, where }: OutTable, column: OutColumn): Kinds {
  const name = quoteName(column.plan.sqlName);
  const statement = engine.select(
    [
      { sql: `typeof(${name})`, kind: "plain" },
      { sql: `min(${name})`, kind: "number" },
      { sql: `max(${name})`, kind: "number" },
    ],
    `FROM ${quoteName(plan.sqlName)} ${where === null ? "" : `WHERE ${condition(where)} `}GROUP BY typeof(${name})`,
  );
  try {
    return new Map(statement.rows().map(([kind, least, most]) => [String(kind), [least ?? null, most ?? null]]));
  } finally {
    statement.finalize();
  }
}

function constantKinds(constant: Cell): Kinds {
  const kind = typeof constant === "bigint" ? "integer" : typeof constant === "number" ? "real" : "text";
  return new Map(constant === null ? [] : [[kind, [constant, constant]]]);
}

function shapeOf(kinds: Kinds): NumberShape {
  if (kinds.has("text") || kinds.has("blob")) return "texts";
  if (!kinds.has("real")) return "integers";
  const integers = kinds.get("integer");
  if (integers === undefined) return "floats";
  return integers.every((end) => typeof end === "bigint" && end >= -EXACT && end <= EXACT) ? "mixed" : "texts";
}

/** A number cell in its column's shape. */
export function shapedNumber(shape: NumberShape, cell: Exclude<Cell, null>): Cell {
  switch (shape) {
    case "integers":
    case "floats":
      return cell;
    case "mixed":
      return Number(cell);
    case "texts":
      return numberText(cell);
  }
}
