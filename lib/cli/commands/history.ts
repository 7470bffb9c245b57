/**
 * `history`: the life of rows, night by night.
 */
import { openArchive } from "../../archive/open_archive.ts";
import { differenceCellJson } from "../../diff/archives/difference_json.ts";
import { changedCellText, rowText } from "../../diff/archives/difference_text.ts";
import { AnvilSqliteError } from "../../errors.ts";
import { EXIT, type ExitCode } from "../../exit_codes.ts";
import { fileHistory } from "../../history/file_history.ts";
import type { HistoryQuery, RowEvent } from "../../history/row_event.ts";
import { jsonString, stringifyExact } from "../../json/exact_json.ts";
import { oneGroup, upTo } from "../../source/choose_snapshot.ts";
import type { SourceSnapshot } from "../../source/snapshot.ts";
import { safeJson } from "../../ui/text/json_text.ts";
import { momentText } from "../../ui/text/moment_text.ts";
import { plainText } from "../../ui/text/plain_text.ts";
import { closestWord } from "../../ui/text/closest_word.ts";
import { type NamedTable, vaultHistory, vaultTables } from "../../vault/as_source/vault_history.ts";
import { parseRowId } from "../../value/row_id.ts";
import type { HISTORY } from "../descriptions/history.ts";
import { listedPlace } from "../sources/listed_place.ts";
import { sourceContext } from "../sources/sources.ts";
import type { Invocation } from "../model/command.ts";
import { usageError } from "../model/usage_error.ts";

type HistoryInvocation = Invocation<typeof HISTORY>;

/** Cells that are shown of a row that is new or gone. */
const CELLS = 4;

/** Runs `history` and returns its exit code. */
export async function run(invocation: HistoryInvocation): Promise<ExitCode> {
  const { positionals, flags, terminal, signal } = invocation;
  checkUsage(invocation);
  const { source, groups } = await listedPlace(positionals.source, sourceContext(invocation));
  const snapshots = upTo(source, oneGroup(source, groups.flatMap((group) => group.snapshots)));
  const vault = source.place.kind === "vault" ? source.place.path : null;
  const query = await queryOf(invocation, tablesOf(vault, snapshots));
  const found = vault === null
    ? fileHistory(snapshots, query, () => signal.throwIfAborted())
    : vaultHistory(vault, query, snapshots);
  const text = new HistoryText(snapshots);
  let events = 0;
  for await (const event of found) {
    events++;
    if (flags.json) terminal.out(`${safeJson(stringifyExact(eventJson(query, event)))}\n`);
    else text.add(event);
  }
  if (!flags.json) terminal.out(events === 0 ? "" : text.all());
  if (events > 0) return EXIT.done;
  const what = query.where === null ? `There is no row ${query.rows.join(", ")}` : "No row fits";
  throw new AnvilSqliteError(`${what} in any of ${snapshots.length} backups of table '${query.table}'`, {
    code: "no-such-row",
    hint: "Look for it with --where, such as --where \"title LIKE '%Emma%'\".",
  });
}

function checkUsage({ flags }: HistoryInvocation): void {
  const hint = "Write --row [101,42], or --table books --where \"title = 'Emma'\".";
  if (flags.row.length === 0 && flags.where === null) throw usageError("'history' needs --row or --where", hint);
  if (flags.row.length > 0 && flags.where !== null) {
    throw usageError("Flags '--row' and '--where' exclude each other", hint);
  }
  if (flags.where !== null && flags.table === null) throw usageError("Flag '--where' needs --table", hint);
}

/** Tables of the backups; tables of the newest backup come first. */
async function* tablesOf(vault: string | null, snapshots: readonly SourceSnapshot[]): AsyncIterable<NamedTable> {
  if (vault !== null) return yield* await vaultTables(vault, snapshots);
  for (const snapshot of snapshots.toReversed()) {
    await using file = await snapshot.open();
    using archive = await openArchive(file.path);
    yield* archive.catalogue.tables.map(({ plan }) => ({ name: plan.table.name, tableId: plan.tableId }));
  }
}

/** Finds the table's name and the rows' whole ids in the newest backup that has the table. */
async function queryOf({ flags }: HistoryInvocation, tables: AsyncIterable<NamedTable>): Promise<HistoryQuery> {
  const wantedId = parseRowId(flags.row[0] ?? "")?.table;
  const known = new Set<string>();
  for await (const { name, tableId } of tables) {
    known.add(name);
    const isIt = flags.table === null ? tableId === wantedId : name === flags.table;
    if (isIt) return { table: name, rows: rowTexts(flags.row, tableId), where: flags.where };
  }
  const close = flags.table === null ? null : closestWord(flags.table, [...known]);
  const what = flags.table === null ? `table of row '${flags.row[0]}'` : `table '${flags.table}'`;
  throw new AnvilSqliteError(`There is no ${what} in any of these backups`, {
    code: "no-such-table",
    hint: close === null ? `They have: ${[...known].join(", ")}.` : `Did you mean '${close}'?`,
  });
}

function rowTexts(rows: readonly string[], table: number): readonly string[] {
  return rows.map((row) => {
    const text = /^\d+$/.test(row) ? `[${table},${row}]` : row.replaceAll(" ", "");
    const place = parseRowId(text);
    if (place?.table === table) return text;
    const hint = place === null
      ? "A row is written as Anvil does: [101,42]."
      : `Rows of this table begin with [${table},; ask for those of one table at a time.`;
    throw usageError(`'${row}' is not a row of this table`, hint);
  });
}

function eventJson({ table }: HistoryQuery, { kind, row, label, snapshot, since, cells }: RowEvent) {
  const named = ({ name, start }: SourceSnapshot) => ({ name: jsonString(name), start: start.toISOString() });
  return {
    kind,
    table: jsonString(table),
    row,
    label: label === null ? null : jsonString(label),
    snapshot: named(snapshot),
    since: since === null ? null : named(since),
    cells: cells.map(differenceCellJson),
  };
}

/** Groups lines by row, since nights come one after the other. */
class HistoryText {
  readonly #rows = new Map<string, { title: string; readonly lines: string[] }>();
  readonly #snapshots: readonly SourceSnapshot[];

  constructor(snapshots: readonly SourceSnapshot[]) {
    this.#snapshots = snapshots;
  }

  add(event: RowEvent): void {
    const { row, kind, snapshot, since, cells } = event;
    const known = this.#rows.get(row) ?? { title: "", lines: [] };
    known.title = rowText(event);
    const shown = kind === "changed" ? cells : cells.slice(0, CELLS);
    const change = kind === "first" ? "added" : kind;
    const values = shown.map((cell) => changedCellText(cell, change, (link) => link)).join("; ");
    const more = cells.length > shown.length ? `; and ${cells.length - shown.length} more` : "";
    // Backups in between that do not have the table change nothing.
    const isNext = this.#snapshots.indexOf(snapshot) === (since === null ? 0 : this.#snapshots.indexOf(since) + 1);
    const after = since === null || isNext ? "" : ` since ${momentText(since.start)}`;
    known.lines.push(`  ${momentText(snapshot.start)}  ${WORDS[kind]}${after}: ${values}${more}`.replace(/: $/, ""));
    this.#rows.set(row, known);
  }

  all(): string {
    return [...this.#rows.values()].map(({ title, lines }) =>
      [title, ...lines].map((line) => `${plainText(line)}\n`).join("")
    ).join("\n");
  }
}

const WORDS: Readonly<Record<RowEvent["kind"], string>> = {
  first: "is there",
  added: "added",
  changed: "changed",
  deleted: "deleted",
};
