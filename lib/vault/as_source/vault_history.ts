/**
 * The history of rows in a vault. Versions are looked up by the row's number, so that a year of nights is read in a
 * moment. It only reads. The result is the same as for a folder of the same nights.
 */
import { ABSENT_CELL } from "../../archive/catalogue/absent_cells.ts";
import { AnvilSqliteError } from "../../errors.ts";
import type { HistoryQuery, RowEvent } from "../../history/row_event.ts";
import { columnKey, type KnownRow, RowLog } from "../../history/row_log.ts";
import { labelColumns, labelOf } from "../../label/row_label.ts";
import type { ColumnSchema, TableSchema } from "../../schema/model/app_schema.ts";
import type { SourceSnapshot } from "../../source/snapshot.ts";
import type { Engine } from "../../sqlite/engine.ts";
import type { SqlValue } from "../../sqlite/sql_value.ts";
import type { Cell } from "../../value/cell.ts";
import { parseRowId, rowIdText } from "../../value/row_id.ts";
import { MediaLives } from "../check/media_lives.ts";
import { warningsAt } from "../store/known_lines.ts";
import { readVault } from "../store/open_vault.ts";
import { type RowLife, rowLives, type RowVersion } from "../store/row_versions.ts";
import { storedColumns } from "../store/stored_columns.ts";
import { type StoredTable, TableStates } from "../store/table_states.ts";
import { rowsOnceWhere } from "./rows_once_where.ts";

/** A table of a vault, as the user asks for it. */
export interface NamedTable {
  /** Python name. */
  readonly name: string;
  /** The number in its row ids. */
  readonly tableId: number;
}

/** The tables of some snapshots; those of the newest come first. */
export async function vaultTables(
  path: string,
  snapshots: readonly SourceSnapshot[],
): Promise<readonly NamedTable[]> {
  using vault = await readVault(path);
  const states = new TableStates(vault.engine);
  const last = snapshots.at(-1)?.number ?? 0;
  const all = states.at(last).flatMap(({ number }) => states.life(number))
    .filter(([from]) => from <= last)
    .sort(([a], [b]) => b - a)
    .map(([, { table, tableId }]) => ({ name: table.name, tableId }));
  return [...new Map(all.map((one) => [JSON.stringify(one), one] as const)).values()];
}

/**
 * The changes of rows, night by night.
 * @param snapshots of the vault, the oldest first
 * @throws {AnvilSqliteError} `no-such-table`, `bad-where` (exit 2)
 */
export async function* vaultHistory(
  path: string,
  query: HistoryQuery,
  snapshots: readonly SourceSnapshot[],
): AsyncIterable<RowEvent> {
  using vault = await readVault(path);
  yield* new VaultHistory(vault.engine, query, snapshots).events();
}

class VaultHistory {
  readonly #engine: Engine;
  readonly #snapshots: readonly SourceSnapshot[];
  readonly #query: HistoryQuery;
  readonly #life: readonly (readonly [from: number, table: StoredTable])[];
  readonly #number: number;
  readonly #newest: number;
  readonly #absent: ReadonlyMap<number, ReadonlySet<string>>;
  /** The last row that was read, if it is the same on each night that has this version in these columns. */
  #last: { readonly version: RowVersion; readonly schema: TableSchema; readonly row: KnownRow } | null = null;

  constructor(engine: Engine, query: HistoryQuery, snapshots: readonly SourceSnapshot[]) {
    this.#engine = engine;
    this.#query = query;
    this.#snapshots = snapshots;
    this.#newest = snapshots.at(-1)?.number ?? 0;
    const found = findLife(new TableStates(engine), query, this.#newest);
    if (found === null) {
      throw new AnvilSqliteError(`There is no table '${query.table}' in this vault`, { code: "no-such-table" });
    }
    [this.#number, this.#life] = found;
    this.#absent = absentAt(engine, snapshots);
  }

  *events(): Iterable<RowEvent> {
    const wasRead = this.#life.some(([, { state }]) => state === "copied");
    const columns = wasRead ? [...storedColumns(this.#engine, this.#number).values()] : null;
    const rows = this.#query.where === null || columns === null
      ? this.#query.rows.map((text) => parseRowId(text)?.row ?? "0").map(BigInt)
      : rowsOnceWhere(this.#engine, this.#number, columns, this.#life, this.#newest, this.#query.where);
    using media = new MediaLives(this.#engine);
    const places = new Map(columns?.map(({ number }, at) => [number, at]));
    const tables = this.#snapshots.map(({ number }) => this.#tableAt(number ?? 0));
    const log = new RowLog();
    for (const row of rows) {
      // A table whose rows were never read has no numbered columns.
      const [life] = columns === null ? [] : [...rowLives(this.#engine, this.#number, columns, { after: 0, row })];
      for (const [at, snapshot] of this.#snapshots.entries()) {
        const table = tables[at] ?? null;
        if (table === "unread") continue;
        const now = table === null ? null : this.#known(life, table, snapshot.number ?? 0, places, media);
        const event = log.note(this.#rowText(row, table), now, snapshot);
        if (event !== null) yield event;
      }
    }
  }

  /** Null when the app does not have the table; `unread` when nothing is known of its rows. */
  #tableAt(snapshot: number): StoredTable | null | "unread" {
    const table = this.#life.findLast(([from]) => from <= snapshot)?.[1];
    if (table === undefined || table.position === null) return null;
    return table.state === "copied" || table.state === "schema-only" ? table : "unread";
  }

  #rowText(row: bigint, table: StoredTable | null): string {
    const tableId = parseRowId(this.#query.rows[0] ?? "")?.table ?? table?.tableId ?? this.#life.at(-1)?.[1].tableId ??
      0;
    return rowIdText(tableId, row.toString());
  }

  #known(
    life: RowLife | undefined,
    { table, tableId, stored, state }: StoredTable,
    snapshot: number,
    places: ReadonlyMap<number, number>,
    media: MediaLives,
  ): KnownRow | null {
    const version = life?.versions.find(({ from, until }) => from <= snapshot && snapshot < until);
    if (life === undefined || version === undefined || state !== "copied") return null;
    const absent = this.#absent.get(snapshot);
    if (absent === undefined && this.#last?.version === version && this.#last.schema === table) return this.#last.row;
    const cells = stored.map((number): SqlValue => version.cells[places.get(number) ?? -1] ?? null);
    const plain = cells.map((cell): Cell => cell instanceof Uint8Array ? null : cell);
    const row = rowIdText(tableId, life.row.toString());
    const isMedium = (column: ColumnSchema, at: number) => column.kind === "media" && typeof plain[at] === "bigint";
    const shown = table.columns.flatMap((column, at) => {
      if (absent?.has(`${row} ${column.name}`) === true) return [];
      const cell = plain[at] ?? null;
      const facts = typeof cell === "bigint" && isMedium(column, at) ? media.at(cell, snapshot)?.facts : undefined;
      return [[columnKey(column), { column, cell: facts ?? cell }] as const];
    });
    const known = { cells: new Map(shown), label: labelOf(labelColumns(table.columns).map((at) => plain[at] ?? null)) };
    // What is known of a medium may change while its row does not.
    const isLasting = absent === undefined && !table.columns.some(isMedium);
    this.#last = isLasting ? { version, schema: table, row: known } : null;
    return known;
  }
}

/** The table with the number in the rows' ids, otherwise the newest of its name, with its states up to a snapshot. */
function findLife(
  states: TableStates,
  { table, rows }: HistoryQuery,
  newest: number,
): readonly [number, readonly (readonly [number, StoredTable])[]] | null {
  const id = parseRowId(rows[0] ?? "")?.table;
  const lives = states.at(newest).map(({ number }) =>
    [number, states.life(number).filter(([from]) => from <= newest)] as const
  );
  const lastOf = (fits: (one: StoredTable) => boolean) =>
    lives.filter(([, life]) => life.some(([, one]) => fits(one)))
      .toSorted(([, a], [, b]) => Number(b.at(-1)?.[1].position !== null) - Number(a.at(-1)?.[1].position !== null))[0];
  return lastOf((one) => one.tableId === id && one.table.name === table) ?? lastOf((one) => one.table.name === table) ??
    null;
}

/** Cells whose values are absent, by snapshot, as `[table,row] column`. */
function absentAt(engine: Engine, snapshots: readonly SourceSnapshot[]): ReadonlyMap<number, ReadonlySet<string>> {
  const [any] = engine.query("SELECT 1 FROM _anvil_warnings WHERE code = ?1 LIMIT 1", [ABSENT_CELL]);
  if (any === undefined) return new Map();
  return new Map(snapshots.map(({ number }) => [
    number ?? 0,
    new Set(
      warningsAt(engine, number ?? 0).filter(({ code }) => code === ABSENT_CELL).map(({ row, column }) =>
        `${row} ${column}`
      ),
    ),
  ]));
}
