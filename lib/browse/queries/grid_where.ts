/**
 * Filters of a table as SQL: names quoted, values bound. It reports filters that it cannot read, and runs nothing.
 */
import type { ColumnLayout, TableLayout } from "../../ddl/archive_layout.ts";
import { quoteName } from "../../ddl/quote.ts";
import { isSecretColumn } from "../../label/secret_columns.ts";
import type { Bindings } from "../../sqlite/engine.ts";
import { numberCell } from "../../value/cell.ts";
import type { Filter } from "../address/grid_view.ts";
import { hasTextSql } from "./contains.ts";
import { type Period, readPeriod } from "./period.ts";

/** Filters as SQL conditions, and filters that cannot be used. */
interface GridWhere {
  /** Joined by AND; empty for all rows. */
  readonly conditions: readonly string[];
  /** Filters with a value that cannot be searched for, in sentences. */
  readonly problems: readonly string[];
}

/** Turns filters into SQL. */
export function gridWhere(plan: TableLayout, filters: readonly Filter[], bound: Bindings): GridWhere {
  const conditions: string[] = [];
  const problems: string[] = [];
  for (const filter of filters) {
    const column = plan.columns[filter.column];
    if (column === undefined || isSecretColumn(column.column)) continue;
    const made = condition(plan, column, filter, bound);
    if (typeof made === "string") conditions.push(made);
    else problems.push(made.problem);
  }
  return { conditions, problems };
}

type Made = string | { readonly problem: string };

function condition(plan: TableLayout, column: ColumnLayout, { op, value }: Filter, bound: Bindings): Made {
  const name = quoteName(column.sqlName);
  const problem = (what: string): Made => ({ problem: `Column '${column.column.name}': '${value}' is not ${what}` });
  switch (op) {
    case "empty":
      return `${name} IS NULL`;
    case "full":
      return `${name} IS NOT NULL`;
    case "yes":
      return `${name} = 1`;
    case "no":
      return `${name} = 0`;
    case "has":
      return hasTextSql(name, value.trim(), bound);
    case "to":
      return linkCondition(plan, column, value.trim(), bound);
    case "is":
    case "from":
    case "until":
      break;
  }
  switch (column.column.kind) {
    case "number": {
      const cell = /^[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?$/i.test(value.trim()) ? numberCell(value.trim()) : null;
      return cell === null ? problem("a number") : `${name} ${COMPARED[op]} ${bound.add(cell)}`;
    }
    case "date": {
      const period = readPeriod(value);
      return period === null ? problem(A_DATE) : dateCondition(name, op, period, bound);
    }
    case "datetime": {
      const period = readPeriod(value);
      return period === null ? problem(A_DATE) : timeCondition(name, op, period, bound);
    }
    default:
      return `${name} ${COMPARED[op]} ${bound.add(value)}`;
  }
}

const A_DATE = "a date such as 2026-11-28 or 2026-11";
const COMPARED = { is: "=", from: ">=", until: "<=" } as const;

function dateCondition(name: string, op: "is" | "from" | "until", { text }: Period, bound: Bindings): string {
  const date = text.slice(0, 10);
  const start = `substr(${name}, 1, ${date.length})`;
  return `${op === "from" ? name : start} ${COMPARED[op]} ${bound.add(date)}`;
}

/** The instants of a period of local time. The date in the text is at most a day away from that in UTC. */
function timeCondition(name: string, op: "is" | "from" | "until", { from, until }: Period, bound: Bindings): string {
  const day = (ms: number) => bound.add(new Date(ms).toISOString().slice(0, 10));
  const seconds = `unixepoch(substr(${name}, 1, 19) || substr(${name}, -6))`;
  const parts: string[] = [];
  const DAY_MS = 86_400_000;
  if (op !== "until") {
    parts.push(`${name} >= ${day(from - 2 * DAY_MS)}`, `${seconds} >= ${bound.add(BigInt(from / 1e3))}`);
  }
  if (op !== "from") {
    parts.push(`${name} < ${day(until + 2 * DAY_MS)}`, `${seconds} < ${bound.add(BigInt(until / 1e3))}`);
  }
  return `(${parts.join(" AND ")})`;
}

/** Rows that link to one row; both kinds of links have an index for it. */
function linkCondition(plan: TableLayout, column: ColumnLayout, target: string, bound: Bindings): string {
  if (column.column.kind === "link_single") return `${quoteName(column.sqlName)} = ${bound.add(target)}`;
  if (column.junction === null) return "0";
  return `${quoteName(plan.rowIdSqlName)} IN (SELECT _anvil_row_id FROM ${quoteName(column.junction.sqlName)}
    WHERE target_row_id = ${bound.add(target)})`;
}
