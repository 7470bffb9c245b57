/**
 * Takes a finished archive into a vault, as its newest snapshot, in one transaction: all of it is there afterwards, or
 * nothing. What changed since the snapshot before is found out on the way.
 */
import { type CatalogueTable, isHeld, readWarnings } from "../../archive/catalogue/catalogue.ts";
import { SEAL_KEY } from "../../archive/digest/seal.ts";
import type { OpenArchive } from "../../archive/open_archive.ts";
import { findDanglingLinks, readDanglingLinks } from "../../archive/rows/dangling_links.ts";
import { AnvilSqliteError } from "../../errors.ts";
import { addColumn, createHistory, createLive } from "../layout/row_tables.ts";
import { noteProvenance, noteWarnings, type Provenance, provenanceAt } from "../store/known_lines.ts";
import type { OpenVault } from "../store/open_vault.ts";
import { linksDigest } from "../store/links_digest.ts";
import { snapshotSeal } from "../store/snapshot_seal.ts";
import { listSnapshots, type TableChanges, type VaultSnapshot, writeSnapshot } from "../store/snapshots.ts";
import { storedColumns } from "../store/stored_columns.ts";
import { type StoredTable, TableStates } from "../store/table_states.ts";
import { refreshViews } from "../store/views.ts";
import { checkArchive, checkFollows, sameSnapshot } from "./check_archive.ts";
import { chooseColumns } from "./choose_columns.ts";
import { MediaIntake } from "./media_intake.ts";
import type { RowChanges } from "./row_changes.ts";
import { takeInTable } from "./take_in_table.ts";

/** How a file is taken in. */
interface TakeInOptions {
  /** Whether a file of another app may come in. */
  readonly force: boolean;
  /** When it is taken in. */
  readonly now: Date;
  readonly fileBytes: number;
  /** Whether damaged media of the vault are mended from the file. */
  readonly heals: boolean;
  /** Called for each table and now and then between; it may throw to stop. */
  readonly onStep: (table: string, rows: number) => void;
}

/** What became of a file. */
export interface TakenIn {
  readonly snapshot: VaultSnapshot;
  /** Whether it was in the vault already. */
  readonly already: boolean;
}

/**
 * Takes an archive in.
 * @throws {AnvilSqliteError} `damaged` (exit 4), `not-an-archive` (exit 20), `older-snapshot`, `other-app`,
 * `too-many-columns` (exit 2), `locked`, `disk-full` (exit 21); the vault is as it was
 */
export function takeIn(vault: OpenVault, archive: OpenArchive, options: TakeInOptions): TakenIn {
  const { provenance } = archive.catalogue;
  checkArchive(archive);
  return vault.engine.transaction(() => {
    const snapshots = listSnapshots(vault.engine);
    const same = sameSnapshot(snapshots, provenance);
    if (same !== null) return { snapshot: same, already: true };
    const newest = snapshots.at(-1);
    const before = newest === undefined ? new Map() : provenanceAt(vault.engine, newest.number);
    if (newest !== undefined) checkFollows(archive.engine.path, newest, before, provenance, options.force);
    return { snapshot: new Intake(vault, archive, options).run(newest ?? null, before), already: false };
  });
}

class Intake {
  readonly #vault: OpenVault;
  readonly #archive: OpenArchive;
  readonly #options: TakeInOptions;
  readonly #states: TableStates;

  constructor(vault: OpenVault, archive: OpenArchive, options: TakeInOptions) {
    this.#vault = vault;
    this.#archive = archive;
    this.#options = options;
    this.#states = new TableStates(vault.engine);
  }

  run(newest: VaultSnapshot | null, before: Provenance): VaultSnapshot {
    const { engine } = this.#vault;
    const { engine: archive, catalogue: { tables, provenance } } = this.#archive;
    const number = (newest?.number ?? 0) + 1;
    const known = newest === null ? [] : this.#states.at(newest.number);
    const changes = this.#takeTables(number, known);
    const links = this.#brokenLinks(newest, changes);
    noteProvenance(engine, number, before, withoutSeal(provenance));
    noteWarnings(engine, number, readWarnings(archive));
    const text = (key: string) => String(provenance.get(key) ?? "");
    const facts = {
      number,
      takenAt: text("backup_start"),
      addedAt: this.#options.now.toISOString(),
      complete: text("complete") !== "no",
      kind: text("snapshot_kind"),
      rows: tables.reduce((sum, { rowsCopied }) => sum + (rowsCopied ?? 0), 0),
      fileBytes: this.#options.fileBytes,
      digest: text("digest"),
      previous: newest?.number ?? null,
      changes: newest === null ? null : changes,
      brokenLinks: links.count,
      brokenLinksDigest: links.digest,
    };
    const snapshot = { ...facts, seal: snapshotSeal(engine, facts, this.#states) };
    writeSnapshot(engine, snapshot);
    refreshViews(engine, this.#states, number);
    return snapshot;
  }

  #takeTables(snapshot: number, known: readonly StoredTable[]): TableChanges {
    const left = new Set(known);
    const changes: [string, RowChanges][] = [];
    const { catalogue: { tables }, engine: archive } = this.#archive;
    using media = new MediaIntake(this.#vault.engine, archive, snapshot, this.#options.heals);
    let next = known.reduce((most, { number }) => Math.max(most, number), 0) + 1;
    tables.forEach((table, position) => {
      const before = sameTable(table, left);
      if (before !== undefined) left.delete(before);
      const number = before?.number ?? next++;
      const counts = this.#takeTable(snapshot, table, position, number, before, media);
      if (counts.added + counts.changed + counts.removed > 0) changes.push([table.plan.table.name, counts]);
    });
    for (const gone of left) this.#states.note(snapshot, gone, { ...gone, position: null });
    return Object.fromEntries(
      changes.map(([name, { added, changed, removed }]) => [name, { added, changed, removed }]),
    );
  }

  #takeTable(
    snapshot: number,
    table: CatalogueTable,
    position: number,
    number: number,
    before: StoredTable | undefined,
    media: MediaIntake,
  ): RowChanges {
    const { plan, state, rowsServer, rowsCopied, digest } = table;
    const { onStep } = this.#options;
    onStep(plan.table.name, 0);
    const stored = isHeld(table) ? this.#columns(number, table, before !== undefined) : [];
    const facts = { table: plan.table, tableId: plan.tableId, stored, number, position, state, rowsServer, rowsCopied };
    const unread = { added: 0, changed: 0, removed: 0 };
    if (state !== "copied") {
      this.#states.note(snapshot, before, { ...facts, digest, mediaDigest: null });
      return unread;
    }
    const hasMedia = plan.table.columns.some(({ kind }) => kind === "media");
    // Only what the newest snapshot read is what the living rows are: an older one may have been followed by others.
    const isSame = !hasMedia && before?.state === "copied" && before.position !== null && before.digest === digest &&
      before.stored.join() === stored.join();
    const { mediaDigest, ...counts } = isSame ? { mediaDigest: null, ...unread } : takeInTable({
      vault: this.#vault.engine,
      archive: this.#archive.engine,
      table,
      number,
      stored,
      snapshot,
      media,
      onRows: (rows) => onStep(plan.table.name, rows),
    });
    this.#states.note(snapshot, before, { ...facts, digest, mediaDigest });
    return counts;
  }

  /** Numbered columns for those of a table; makes what is missing. */
  #columns(number: number, { plan: { table } }: CatalogueTable, isKnown: boolean): readonly number[] {
    const { engine } = this.#vault;
    const there = storedColumns(engine, number);
    const earlier = isKnown ? this.#states.life(number).map(([, schema]) => schema).reverse() : [];
    const { stored, fresh } = chooseColumns(table, earlier, new Set(there.keys()));
    const isMade = engine.query("SELECT 1 FROM pragma_table_info(?1) LIMIT 1", [`_anvil_live_${number}`]).length > 0;
    const statements = isMade
      ? fresh.flatMap((column) => addColumn(number, column))
      : [createLive(number, fresh), createHistory(number, fresh)];
    for (const sql of statements) engine.exec(sql);
    return stored;
  }

  /**
   * The broken links of the file. They are not stored, since rows say them again; so they are looked for once where they may
   * have changed, and a file that says something else is refused.
   */
  #brokenLinks(
    newest: VaultSnapshot | null,
    changes: TableChanges,
  ): { readonly count: number; readonly digest: string } {
    const { engine, catalogue: { tables } } = this.#archive;
    const recorded = readDanglingLinks(engine);
    const digest = linksDigest(recorded);
    const isKnown = newest !== null && Object.keys(changes).length === 0 && digest === newest.brokenLinksDigest;
    const copied = tables.filter(({ state }) => state === "copied").map(({ plan }) => plan);
    if (!isKnown && linksDigest(findDanglingLinks(engine, copied)) !== digest) {
      throw new AnvilSqliteError(`DAMAGED: the list of broken links of '${engine.path}' is not that of its rows`, {
        code: "damaged",
        hint: "It was not taken in, and the vault is as it was. 'verify' says more about the file.",
      });
    }
    return { count: recorded.length, digest };
  }
}

/** The table of the vault that a table of a file is: by Anvil's id where both have one, else by its Python name. */
function sameTable({ plan: { table } }: CatalogueTable, known: ReadonlySet<StoredTable>): StoredTable | undefined {
  const candidates = [...known].sort((a, b) => Number(a.position === null) - Number(b.position === null));
  return candidates.find((other) =>
    table.id !== null && other.table.id !== null ? table.id === other.table.id : table.name === other.table.name
  );
}

function withoutSeal(provenance: Provenance): Provenance {
  return new Map([...provenance].filter(([key]) => key !== SEAL_KEY));
}
