/**
 * The rows of an archive that a restore is about: whole tables, single rows, or rows that an SQL expression finds. With
 * `--with-links` also the rows that they link to, and so on. It reads the archive alone.
 */
import type { IdMap } from "../../id_map/id_map.ts";
import type { OpenArchive } from "../../archive/open_archive.ts";
import { RowLookup, rowsWhere } from "../../archive/rows/row_lookup.ts";
import { readRows } from "../../archive/rows/row_reader.ts";
import type { TableLayout } from "../../ddl/archive_layout.ts";
import { namesHint } from "../../ui/text/closest_word.ts";
import { AnvilSqliteError } from "../../errors.ts";
import type { ErrorCode } from "../../error_codes.ts";
import { isLink } from "../../schema/model/column_kind.ts";
import { LinkHolders } from "../../archive/rows/link_holders.ts";
import { parseRowId, type RowId, rowIdText } from "../../value/row_id.ts";
import type { RestoreSelection } from "../job/restore_options.ts";
import { heldTables } from "../job/table_job.ts";

/** The tables to restore, and whether the id map lists which of their rows; otherwise all rows. */
interface SelectedTables {
  readonly tables: readonly TableLayout[];
  readonly partial: boolean;
}

/** Rows of a table that were selected by what the app holds. */
export type LivePicks = readonly [TableLayout, readonly RowId[]];

/**
 * Chooses tables. When only some rows are wanted, it selects them in the id map.
 * @throws {AnvilSqliteError} `no-such-table`, `no-such-row`, `bad-where`, `bad-selection` (exit 2)
 */
export function selectRows(
  archive: OpenArchive,
  selection: RestoreSelection,
  idMap: IdMap,
  livePicks: LivePicks | null = null,
): SelectedTables {
  const held = heldTables(archive.catalogue);
  const { only, exclude, rows, where, withLinks, linkedFrom } = selection;
  for (const name of [...only, ...exclude]) {
    if (!held.some(({ table }) => table.name === name)) throw noSuchTable(name, archive);
  }
  const allowed = held.filter(({ table }) => !exclude.includes(table.name));
  const named = allowed.filter(({ table }) => only.length === 0 || only.includes(table.name));
  if (named.length === 0 && held.length > 0) throw nothingSelected();
  const isWhole = rows.length === 0 && where === null && livePicks === null && !withLinks && !linkedFrom;
  if (isWhole) return { tables: named, partial: false };
  const picked = livePicks === null ? pickRows(archive, selection, named, held) : [livePicks];
  idMap.transaction(() => {
    const queue: { readonly plan: TableLayout; readonly row: RowId }[] = [];
    const take = (plan: TableLayout, row: RowId) => {
      if (idMap.plan.select(plan.tableId, row) && withLinks) queue.push({ plan, row });
    };
    const named: (readonly [TableLayout, RowId])[] = [];
    for (const [plan, ids] of picked) {
      for (const row of ids) {
        take(plan, row);
        if (linkedFrom) named.push([plan, row]);
      }
    }
    // Only rows that link to the named ones. The rows that link to those may be the whole app.
    if (linkedFrom) { for (const { plan, row } of linkingRows(archive, allowed, named)) take(plan, row); }
    if (!withLinks) return;
    using finder = new LinkFinder(archive, allowed);
    for (let item = queue.pop(); item !== undefined; item = queue.pop()) {
      for (const { plan, row } of finder.targets(item.plan, item.row)) take(plan, row);
    }
  });
  const chosen = new Set(idMap.plan.selectedTables());
  const asked = rows.length > 0 || where !== null || livePicks !== null ? [] : named;
  return { tables: held.filter((plan) => chosen.has(plan.tableId) || asked.includes(plan)), partial: true };
}

function* pickRows(
  archive: OpenArchive,
  { rows, where }: RestoreSelection,
  named: readonly TableLayout[],
  held: readonly TableLayout[],
): Iterable<readonly [TableLayout, Iterable<RowId>]> {
  if (rows.length > 0 && where !== null) {
    throw bad("bad-selection", "'--row' and '--where' exclude each other", "Give one of them.");
  }
  if (rows.length > 0) {
    for (const text of rows) yield [...findRow(archive, text, named, held)];
    return;
  }
  if (where === null) {
    for (const plan of named) yield [plan, idsOf(archive, plan)];
    return;
  }
  const [plan] = named;
  if (plan === undefined || named.length !== 1) {
    throw bad("bad-selection", "'--where' needs one table to look in", "Name it with --table.");
  }
  yield [plan, findWhere(archive, plan, where)];
}

function nothingSelected(): AnvilSqliteError {
  const hint = "Leave one --exclude away, or name other tables with --table.";
  return bad("bad-selection", "No table is selected: --exclude names all that are asked for", hint);
}

function* idsOf({ engine }: OpenArchive, plan: TableLayout): Iterable<RowId> {
  for (const { id } of readRows(engine, plan, [])) yield id;
}

function findRow(
  { engine }: OpenArchive,
  text: string,
  named: readonly TableLayout[],
  held: readonly TableLayout[],
): readonly [TableLayout, readonly RowId[]] {
  const id = parseRowId(text.replaceAll(" ", ""));
  if (id === null) throw bad("no-such-row", `'${text}' is not a row id`, "It is written as Anvil does: [101,42].");
  const plan = held.find(({ tableId }) => tableId === id.table);
  if (plan !== undefined && named.includes(plan)) {
    using lookup = new RowLookup(engine, plan, []);
    if (lookup.cells(id.row) !== null) return [plan, [id.row]];
  }
  throw bad("no-such-row", `The backup has no row ${text} among the tables chosen`, "Look it up with sqlite3.");
}

function findWhere({ engine }: OpenArchive, plan: TableLayout, where: string): readonly RowId[] {
  try {
    return rowsWhere(engine, plan, where).flatMap((text) => parseRowId(text)?.row ?? []);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw bad(
      "bad-where",
      `SQLite cannot follow --where: ${reason}`,
      "It is an SQL expression on the table's columns.",
    );
  }
}

/** Rows of the file that link to some of its rows. */
function* linkingRows(
  { engine }: OpenArchive,
  tables: readonly TableLayout[],
  rows: readonly (readonly [TableLayout, RowId])[],
): Iterable<{ readonly plan: TableLayout; readonly row: RowId }> {
  for (const plan of tables) {
    for (const column of plan.columns) {
      if (!isLink(column.column.kind)) continue;
      using holders = new LinkHolders(engine, plan, column);
      for (const [target, row] of rows) {
        for (const holder of holders.of(rowIdText(target.tableId, row))) yield { plan, row: holder };
      }
    }
  }
}

/** Finds rows that a row links to. */
class LinkFinder implements Disposable {
  readonly #archive: OpenArchive;
  readonly #tables: readonly TableLayout[];
  readonly #lookups = new Map<TableLayout, RowLookup>();
  readonly #exists = new Map<TableLayout, RowLookup>();

  constructor(archive: OpenArchive, tables: readonly TableLayout[]) {
    this.#archive = archive;
    this.#tables = tables;
  }

  *targets(plan: TableLayout, row: RowId): Iterable<{ readonly plan: TableLayout; readonly row: RowId }> {
    for (const cell of this.#links(plan).cells(row) ?? []) {
      if (typeof cell !== "string") continue;
      for (const text of cell.match(/\[\d+,\d+\]/g) ?? []) {
        const id = parseRowId(text);
        const target = this.#tables.find(({ tableId }) => tableId === id?.table);
        if (id === null || target === undefined || this.#existence(target).cells(id.row) === null) continue;
        yield { plan: target, row: id.row };
      }
    }
  }

  #links(plan: TableLayout): RowLookup {
    return this.#made(
      this.#lookups,
      plan,
      () => plan.columns.flatMap(({ column }, index) => isLink(column.kind) ? [index] : []),
    );
  }

  #existence(plan: TableLayout): RowLookup {
    return this.#made(this.#exists, plan, () => []);
  }

  #made(made: Map<TableLayout, RowLookup>, plan: TableLayout, columns: () => readonly number[]): RowLookup {
    const lookup = made.get(plan) ?? new RowLookup(this.#archive.engine, plan, columns());
    made.set(plan, lookup);
    return lookup;
  }

  [Symbol.dispose](): void {
    for (const lookup of [...this.#lookups.values(), ...this.#exists.values()]) lookup[Symbol.dispose]();
  }
}

/** The error of a table that the file does not have, or of which it has no rows. */
export function noSuchTable(name: string, { catalogue }: OpenArchive): AnvilSqliteError {
  const listed = catalogue.tables.some(({ plan }) => plan.table.name === name);
  const names = heldTables(catalogue).map(({ table }) => table.name);
  return bad(
    "no-such-table",
    listed ? `The backup has no rows of table '${name}'` : `The backup has no table '${name}'`,
    namesHint(name, names, "It holds no tables."),
  );
}

function bad(code: ErrorCode, message: string, hint: string): AnvilSqliteError {
  return new AnvilSqliteError(message, { code, hint });
}
