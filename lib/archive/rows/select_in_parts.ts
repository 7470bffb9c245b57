/**
 * Selects more columns than one result of SQLite's may have (2,000; an engine may need several for one column of
 * numbers). It uses several statements over the same rows. It only reads.
 */
import type { Engine, Prepared, SelectedColumn } from "../../sqlite/engine.ts";
import type { SqlValue } from "../../sqlite/sql_value.ts";

/** Columns in one statement: its text may have a million bytes, and the longest names take a thousand each. */
const MOST = 900;

/** A prepared SELECT; `rest` must return the same rows in the same order each time. */
export function selectInParts(engine: Engine, columns: readonly SelectedColumn[], rest: string): Prepared {
  if (columns.length <= MOST) return engine.select(columns, rest);
  const parts: Prepared[] = [];
  for (let from = 0; from < columns.length; from += MOST) {
    parts.push(engine.select(columns.slice(from, from + MOST), rest));
  }
  const [first, ...others] = parts as [Prepared, ...Prepared[]];
  return {
    run: (params) => first.run(params),
    rows: (params) => {
      const rows: SqlValue[][] = first.rows(params);
      for (const part of others) part.rows(params).forEach((cells, i) => rows[i]?.push(...cells));
      return rows;
    },
    finalize: () => parts.forEach((part) => part.finalize()),
  };
}
