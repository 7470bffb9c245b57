/**
 * Takes a finished archive into a vault, as its newest snapshot, in one transaction: afterwards all of it is there, or
 * nothing. On the way it finds out what changed since the snapshot before.
 */
import { isHeld, readWarnings } from "../../archive/catalogue/catalogue.ts";
import { SEAL_KEY } from "../../archive/digest/seal.ts";
import type { OpenArchive } from "../../archive/open_archive.ts";
import { findDanglingLinks, readDanglingLinks } from "../../archive/rows/dangling_links.ts";
import { AnvilSqliteError } from "../../errors.ts";
import { openPageFile, type PageFile } from "../../sqlite/records/page_file.ts";
import { addColumn, createHistory, createLive, type StoredColumn } from "../layout/row_tables.ts";
import { noteProvenance, noteWarnings, type Provenance, provenanceAt } from "../store/known_lines.ts";
import type { OpenVault } from "../store/open_vault.ts";
import { linksDigest } from "../store/links_digest.ts";
import { snapshotSeal } from "../store/snapshot_seal.ts";
import { listSnapshots, type TableChanges, type VaultSnapshot, writeSnapshot } from "../store/snapshots.ts";
import { type StoredTable, TableStates } from "../store/table_states.ts";
import { refreshViews } from "../store/views.ts";
import { checkArchive, checkFollows, sameSnapshot } from "./check_archive.ts";
import { DigestCheck } from "./digest_check.ts";
import { MediaIntake } from "./media_intake.ts";
import { type IncomingTable, planTables } from "./plan_tables.ts";
import type { RowChanges } from "./row_changes.ts";
import { takeInTable } from "./take_in_table.ts";

/** Number of rows from which a second thread is worth its start and its 40 MB: then it saves about a second. */
const WORTH_HELP = 500_000;

/** How a file is taken in. */
interface TakeInOptions {
  /** Whether a file of another app may come in. */
  readonly force: boolean;
  /** The time of taking it in. */
  readonly now: Date;
  readonly fileBytes: number;
  /** URL of a module whose thread may help, which calls `answerChecks` in it; without it this thread does all work. */
  readonly helperModule?: string | undefined;
  /** Number of rows from which it helps. Default: {@link WORTH_HELP}. */
  readonly helpFrom?: number | undefined;
  /** Whether damaged media of the vault are repaired from the file. */
  readonly heals: boolean;
  /** Called for each table, and sometimes in between; it may throw to stop. */
  readonly onStep: (table: string, rows: number) => void;
}

/** The result for a file. */
export interface TakenIn {
  readonly snapshot: VaultSnapshot;
  /** Whether it was in the vault already. */
  readonly already: boolean;
}

/**
 * Takes an archive in.
 * @throws {AnvilSqliteError} `damaged` (exit 4), `not-an-archive` (exit 20), `older-snapshot`, `other-app`,
 * `too-many-columns` (exit 2), `locked`, `disk-full` (exit 21); the vault is then unchanged
 */
export async function takeIn(vault: OpenVault, archive: OpenArchive, options: TakeInOptions): Promise<TakenIn> {
  const { provenance } = archive.catalogue;
  checkArchive(archive);
  using filePages = openPageFile(archive.engine.path);
  // A new vault stays locked, and closing its pages would end the lock; it also has nothing that could be compared.
  using vaultPages = listSnapshots(vault.engine).length === 0 ? null : openPageFile(vault.path);
  return await vault.engine.waitingTransaction(async () => {
    const snapshots = listSnapshots(vault.engine);
    const same = sameSnapshot(snapshots, provenance);
    if (same !== null) return { snapshot: same, already: true };
    const newest = snapshots.at(-1);
    const before = newest === undefined ? new Map() : provenanceAt(vault.engine, newest.number);
    if (newest !== undefined) checkFollows(archive.engine.path, newest, before, provenance, options.force);
    // Ended only after the transaction: the end of a thread also ends this thread's locks on the file.
    using ended = new DisposableStack();
    const intake = new Intake(vault, archive, options, { vault: vaultPages, file: filePages, ended });
    // One moment of the file, however long it takes.
    archive.engine.exec("BEGIN");
    try {
      return { snapshot: await intake.run(newest ?? null, before), already: false };
    } finally {
      archive.engine.exec("COMMIT");
    }
  });
}

/** What is open during the work. */
interface Opened {
  /** Pages of both files, if they can be read without SQLite. */
  readonly vault: PageFile | null;
  readonly file: PageFile | null;
  readonly ended: DisposableStack;
}

class Intake {
  readonly #vault: OpenVault;
  readonly #archive: OpenArchive;
  readonly #options: TakeInOptions;
  readonly #states: TableStates;
  readonly #opened: Opened;

  constructor(vault: OpenVault, archive: OpenArchive, options: TakeInOptions, opened: Opened) {
    this.#opened = opened;
    this.#vault = vault;
    this.#archive = archive;
    this.#options = options;
    this.#states = new TableStates(vault.engine);
  }

  async run(newest: VaultSnapshot | null, before: Provenance): Promise<VaultSnapshot> {
    const { engine } = this.#vault;
    const { engine: archive, catalogue: { tables, provenance } } = this.#archive;
    const number = (newest?.number ?? 0) + 1;
    const known = newest === null ? [] : this.#states.at(newest.number);
    const changes = await this.#takeTables(number, known);
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

  async #takeTables(snapshot: number, known: readonly StoredTable[]): Promise<TableChanges> {
    const { engine } = this.#vault;
    const { vault, file, ended } = this.#opened;
    const { tables, gone } = planTables({
      vault: engine,
      archive: this.#archive,
      states: this.#states,
      known,
      pages: vault === null || file === null ? null : { a: vault, b: file },
    });
    const read = tables.filter(({ isRead }) => isRead);
    const helperModule = await this.#helperModule(read);
    // Without help, a table that is read whole is digested at the same time.
    const isHelped = helperModule !== null;
    const apart = read.filter(({ only }) => isHelped || only !== null).map(({ table }) => table);
    const digests = ended.use(new DigestCheck(this.#archive, file, apart, helperModule));
    using media = new MediaIntake(engine, this.#archive.engine, snapshot, this.#options.heals);
    const changes: [string, RowChanges][] = [];
    for (const [position, planned] of tables.entries()) {
      const counts = await this.#takeTable(snapshot, planned, position, media, isHelped);
      if (counts.added + counts.changed + counts.removed > 0) changes.push([planned.table.plan.table.name, counts]);
    }
    for (const table of gone) this.#states.note(snapshot, table, { ...table, position: null });
    await digests.finish();
    return Object.fromEntries(
      changes.map(([name, { added, changed, removed }]) => [name, { added, changed, removed }]),
    );
  }

  /**
   * The module for the second thread. A file in WAL mode gets none, since a thread that is killed would leave SQLite's
   * files beside it.
   */
  async #helperModule(read: readonly IncomingTable[]): Promise<string | null> {
    const { helperModule = null, helpFrom = WORTH_HELP } = this.#options;
    if (read.reduce((sum, { table: { rowsCopied } }) => sum + (rowsCopied ?? 0), 0) < helpFrom) return null;
    const hasWal = await Deno.lstat(`${this.#archive.engine.path}-wal`).then(() => true, () => false);
    return hasWal ? null : helperModule;
  }

  async #takeTable(
    snapshot: number,
    { table, number, before, stored, fresh, isRead, only }: IncomingTable,
    position: number,
    media: MediaIntake,
    isHelped: boolean,
  ): Promise<RowChanges> {
    const { plan, state, rowsServer, rowsCopied, digest } = table;
    const { onStep } = this.#options;
    onStep(plan.table.name, 0);
    if (isHeld(table)) this.#makeColumns(number, fresh);
    const facts = { table: plan.table, tableId: plan.tableId, stored, number, position, state, rowsServer, rowsCopied };
    const unread = { added: 0, changed: 0, removed: 0 };
    const { mediaDigest, ...counts } = !isRead ? { mediaDigest: null, ...unread } : await takeInTable({
      vault: this.#vault.engine,
      archive: this.#archive.engine,
      table,
      number,
      stored,
      snapshot,
      media,
      only,
      digests: !isHelped && only === null,
      onRows: (rows) => onStep(plan.table.name, rows),
    });
    this.#states.note(snapshot, before, { ...facts, digest: state === "copied" ? digest : null, mediaDigest });
    return counts;
  }

  #makeColumns(number: number, fresh: readonly StoredColumn[]): void {
    const { engine } = this.#vault;
    const isMade = engine.query("SELECT 1 FROM pragma_table_info(?1) LIMIT 1", [`_anvil_live_${number}`]).length > 0;
    const statements = isMade
      ? fresh.flatMap((column) => addColumn(number, column))
      : [createLive(number, fresh), createHistory(number, fresh)];
    for (const sql of statements) engine.exec(sql);
  }

  /**
   * The broken links of the file. They are not stored, since they can be found again in the rows. So they are searched
   * for once when they may have changed; a file that says something else is refused.
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

function withoutSeal(provenance: Provenance): Provenance {
  return new Map([...provenance].filter(([key]) => key !== SEAL_KEY));
}
