/**
 * Forgets snapshots of a vault, in one transaction. The intervals of lines are joined over them, and what no kept
 * snapshot has is deleted. Every kept snapshot stays exactly the same.
 */
import { AnvilSqliteError } from "../../errors.ts";
import { historyTable, liveTable } from "../layout/row_tables.ts";
import { damagedVault, type OpenVault } from "../store/open_vault.ts";
import { snapshotSeal } from "../store/snapshot_seal.ts";
import { listSnapshots, type TableChanges, type VaultSnapshot, writeSnapshot } from "../store/snapshots.ts";
import { storedColumns } from "../store/stored_columns.ts";
import { type StoredTable, TableStates } from "../store/table_states.ts";
import { refreshViews } from "../store/views.ts";
import { KeptNumbers } from "./kept_numbers.ts";
import { dropUnused, moveLines } from "./prune_lines.ts";
import { countChanges, pruneRows } from "./prune_rows.ts";

/** How snapshots are forgotten. */
interface ForgetOptions {
  /** Called for each table, and sometimes in between; it may throw to stop. */
  readonly onStep: (what: string, rows: number) => void;
}

/**
 * Forgets snapshots by their numbers.
 * @throws {AnvilSqliteError} `usage` (exit 2) for the newest, since the living rows belong to it; `damaged-vault` (exit
 * 4)
 */
export function forgetSnapshots(vault: OpenVault, numbers: ReadonlySet<number>, { onStep }: ForgetOptions): void {
  const { engine } = vault;
  engine.transaction(() => {
    const all = listSnapshots(engine);
    const kept = all.filter(({ number }) => !numbers.has(number));
    if (kept.length === all.length) return;
    const newest = all.at(-1);
    if (newest === undefined || kept.at(-1) !== newest) throw newestMustStay(vault.path);
    const states = new TableStates(engine);
    // Seals are made anew at the end: data that is damaged now must not become good by that.
    for (const { seal, ...facts } of kept) {
      if (snapshotSeal(engine, facts, states) !== seal) {
        throw damagedVault(vault.path, `what is known of snapshot #${facts.number} is not as it was taken in`);
      }
    }
    new Forgetting(vault, kept, states, onStep).run();
    refreshViews(engine, new TableStates(engine), newest.number);
  });
  // Each step frees one page: all result rows must be read, or not all pages are freed (sqlite.org/pragma.html).
  engine.query("PRAGMA incremental_vacuum");
}

class Forgetting {
  readonly #vault: OpenVault;
  readonly #kept: readonly VaultSnapshot[];
  readonly #states: TableStates;
  readonly #onStep: ForgetOptions["onStep"];

  constructor(
    vault: OpenVault,
    kept: readonly VaultSnapshot[],
    states: TableStates,
    onStep: ForgetOptions["onStep"],
  ) {
    this.#vault = vault;
    this.#kept = kept;
    this.#states = states;
    this.#onStep = onStep;
  }

  run(): void {
    const { engine } = this.#vault;
    const kept = new KeptNumbers(this.#kept.map(({ number }) => number));
    const read = this.#tablesRead();
    for (const table of this.#rowTables()) this.#pruneTable(table, read.get(table) ?? [], kept);
    moveLines(engine, kept);
    dropUnused(
      engine,
      [...read].flatMap(([table, states]) => mediaColumns(states).map((column) => [table, column] as const)),
    );
    this.#dropGoneTables();
    this.#resnapshot();
  }

  /** The tables that have rows in kept snapshots, each with its states there. */
  #tablesRead(): ReadonlyMap<number, readonly StoredTable[]> {
    const all = this.#kept.flatMap(({ number }) =>
      this.#states.listed(number).filter(({ state }) => state === "copied")
    );
    return Map.groupBy(all, ({ number }) => number);
  }

  #rowTables(): readonly number[] {
    return this.#vault.engine.query(
      "SELECT substr(name, 13) FROM sqlite_schema WHERE type = 'table' AND name GLOB '_anvil_live_*' ORDER BY name",
    ).map(([number]) => Number(number));
  }

  #pruneTable(table: number, states: readonly StoredTable[], kept: KeptNumbers): void {
    const { engine } = this.#vault;
    const name = states.at(-1)?.table.name ?? "";
    this.#onStep(`table ${name}`, 0);
    if (states.length === 0) {
      engine.exec(`DROP TABLE ${liveTable(table)}; DROP TABLE ${historyTable(table)}`);
      return;
    }
    const used = new Set(states.flatMap(({ stored }) => stored));
    const columns = [...storedColumns(engine, table).values()];
    pruneRows(
      engine,
      table,
      columns.filter(({ number }) => used.has(number)),
      columns.filter(({ number }) => !used.has(number)),
      kept,
      (rows) => this.#onStep(`table ${name}`, rows),
    );
  }

  /** Removes tables that no kept snapshot lists. */
  #dropGoneTables(): void {
    this.#vault.engine.exec(`
      DELETE FROM _anvil_table_states WHERE table_number NOT IN (
        SELECT table_number FROM _anvil_table_states WHERE position IS NOT NULL);
      DELETE FROM _anvil_schemas WHERE id NOT IN (SELECT schema_id FROM _anvil_table_states)`);
  }

  /** Writes the list of snapshots anew: the snapshot before each, what changed since, and its seal. */
  #resnapshot(): void {
    const { engine } = this.#vault;
    const states = new TableStates(engine);
    const counts = new Map(this.#rowTables().map((table) => [table, countChanges(engine, table)]));
    engine.exec("DELETE FROM _anvil_snapshots");
    this.#kept.forEach((snapshot, at) => {
      const previous = this.#kept[at - 1]?.number ?? null;
      const { seal: _, ...before } = snapshot;
      const changes = previous === null ? null : previous === snapshot.previous ? snapshot.changes : changesAt(
        states.listed(snapshot.number),
        snapshot.number,
        counts,
      );
      const facts = { ...before, previous, changes };
      writeSnapshot(engine, { ...facts, seal: snapshotSeal(engine, facts, states) });
    });
  }
}

type Counts = ReadonlyMap<number, ReturnType<typeof countChanges>>;

function changesAt(tables: readonly StoredTable[], snapshot: number, counts: Counts): TableChanges {
  return Object.fromEntries(tables.flatMap(({ number, table, state }) => {
    const found = state === "copied" ? counts.get(number)?.get(snapshot) : undefined;
    return found === undefined ? [] : [[table.name, found]];
  }));
}

/** Numbered columns that held media. */
function mediaColumns(states: readonly StoredTable[]): readonly number[] {
  return [
    ...new Set(
      states.flatMap(({ table, stored }) =>
        table.columns.flatMap(({ kind }, at) => kind === "media" ? stored[at] ?? [] : [])
      ),
    ),
  ];
}

function newestMustStay(path: string): AnvilSqliteError {
  return new AnvilSqliteError(`The newest snapshot of '${path}' cannot be forgotten: the others are told by it`, {
    code: "usage",
    hint: "Keep it, or delete the vault.",
  });
}
