/**
 * Compares rows that were read back from an export with the rows that it should hold, both as texts of their cells.
 * Pure.
 */
import { AnvilSqliteError } from "../../errors.ts";

/** Texts of the cells of a row, its id first. */
export type RowTexts = readonly (string | null)[];

/**
 * Compares rows one by one.
 * @returns how many rows there are
 * @throws {AnvilSqliteError} `export-differs` (exit 4) at the first difference
 */
export async function compareRows(
  table: string,
  columns: readonly string[],
  wanted: AsyncIterable<RowTexts>,
  found: Iterable<RowTexts> | AsyncIterable<RowTexts>,
): Promise<number> {
  const others = iterate(found);
  let rows = 0;
  for await (const row of wanted) {
    const { value, done } = await others.next();
    if (done === true) throw differs(`Table '${table}' has only ${rows} rows in the export`);
    const at = row.findIndex((text, i) => text !== value[i]);
    if (at >= 0 || value.length !== row.length) {
      throw differs(`Column '${columns[at] ?? "of more"}' of table '${table}' is not as it was to be in row ${row[0]}`);
    }
    rows++;
  }
  const more = await others.next();
  if (more.done !== true) throw differs(`Table '${table}' has more than ${rows} rows in the export`);
  return rows;
}

async function* iterate(rows: Iterable<RowTexts> | AsyncIterable<RowTexts>): AsyncGenerator<RowTexts, undefined> {
  yield* rows;
}

/** The error of an export that does not hold what it should. */
export function differs(message: string, cause?: unknown): AnvilSqliteError {
  return new AnvilSqliteError(message, {
    code: "export-differs",
    hint: "Nothing was left under its final name. Try another disk, and please report it if it happens again.",
    cause,
  });
}
