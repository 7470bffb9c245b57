/**
 * Reads row ids from a file, for when there are too many rows to name: one id a line, as the page of `browse` lists
 * them.
 */
import { AnvilSqliteError } from "../../errors.ts";
import type { Surroundings } from "../model/command.ts";
import { type InputKind, inputName, readText } from "./read_input.ts";

const ROWS_FILE: InputKind = {
  what: "list of rows",
  hint: "Give a text file with one row id a line, such as [101,42]; 'anvil-sqlite browse' makes one.",
};

/** A row id as Anvil writes it. */
const ROW_ID = /^\[\d+,\d+\]$/;

/**
 * Reads row ids; blank lines and lines that begin with `#` are passed over.
 * @throws {AnvilSqliteError} `cannot-read`, `bad-selection` (exit 2) for a file that cannot be read, has no rows, or another line
 */
export async function readRowIds(
  path: string,
  surroundings: Pick<Surroundings, "standardInput" | "signal">,
): Promise<readonly string[]> {
  const lines = (await readText(path, ROWS_FILE, surroundings)).split(/\r?\n/).map((line) => line.trim());
  const rows = lines.flatMap((line, at) => {
    if (line === "" || line.startsWith("#")) return [];
    const id = line.replaceAll(" ", "");
    if (!ROW_ID.test(id)) throw badRows(path, `line ${at + 1} is not a row id: ${JSON.stringify(line.slice(0, 60))}`);
    return [id];
  });
  if (rows.length === 0) throw badRows(path, "it names no row");
  return rows;
}

function badRows(path: string, what: string): AnvilSqliteError {
  return new AnvilSqliteError(`Cannot read the rows in ${inputName(path)}: ${what}`, {
    code: "bad-selection",
    hint: ROWS_FILE.hint,
  });
}
