/**
 * Chooses the tables that a run copies: those asked for, without those excluded; and says what becomes of the rest.
 * Pure.
 */
import type { TableState } from "../ddl/catalogue_tables.ts";
import { AnvilSqliteError } from "../errors.ts";
import { namesHint } from "../ui/text/closest_word.ts";
import type { ListedTable } from "../tables/listing.ts";

/** Which tables are wanted. */
export interface Selection {
  /** `--table`: only these, by Python name; empty means all. */
  readonly only: readonly string[];
  /** `--exclude`: all tables except these. */
  readonly exclude: readonly string[];
}

/** What happens to each table of the app, in the listing's order. */
interface Choice {
  readonly table: ListedTable;
  readonly state: TableState;
}

/**
 * Chooses. An app without tables is not the user's mistake: then there is nothing to choose.
 * @throws {AnvilSqliteError} `no-such-table`, `bad-selection` (exit 2) when nothing is selected; `not-readable` (exit 12)
 */
export function chooseTables(listed: readonly ListedTable[], selection: Selection): readonly Choice[] {
  const names = new Set(listed.map(({ name }) => name));
  for (const name of [...selection.only, ...selection.exclude]) {
    if (!names.has(name)) throw noSuchTable(name, names);
  }
  const choices = listed.map((table): Choice => ({ table, state: stateOf(table, selection) }));
  const asked = choices.find(({ table, state }) => state === "unreadable" && selection.only.includes(table.name));
  if (asked !== undefined) throw notReadable(`table '${asked.table.name}'`);
  if (listed.length === 0 || choices.some(({ state }) => state === "copied")) return choices;
  const isNothing = choices.every(({ state }) => state === "excluded");
  throw isNothing
    ? nothingSelected()
    : notReadable(selection.exclude.length === 0 ? "any table" : "any table selected");
}

function stateOf(table: ListedTable, { only, exclude }: Selection): TableState {
  if (exclude.includes(table.name) || (only.length > 0 && !only.includes(table.name))) return "excluded";
  return table.capability === null ? "unreadable" : "copied";
}

function noSuchTable(name: string, names: ReadonlySet<string>): AnvilSqliteError {
  return new AnvilSqliteError(`The app has no table '${name}'`, {
    code: "no-such-table",
    hint: namesHint(name, names, "The app has no tables."),
  });
}

function nothingSelected(): AnvilSqliteError {
  return new AnvilSqliteError("No table is selected: --exclude names all that are asked for", {
    code: "bad-selection",
    hint: "Leave one --exclude away, or name other tables with --table.",
  });
}

function notReadable(what: string): AnvilSqliteError {
  return new AnvilSqliteError(`This key may not read ${what}`, {
    code: "not-readable",
    hint: "In the Anvil editor, give server code access to the table.",
  });
}
