/**
 * The archive behind a server: its file or private copy, the schema of the moment, who may write, and which tables
 * each commit touched. It opens connections to the file and runs no command of the wire.
 */
import { type CatalogueTable, isHeld, readCatalogue } from "../../archive/catalogue/catalogue.ts";
import { type Engine } from "../../sqlite/engine.ts";
import { type SqlValue } from "../../sqlite/sql_value.ts";
import { openEngine } from "../../sqlite/open_engine.ts";
import { standIns } from "../../archive/catalogue/absent_cells.ts";
import { openArchive } from "../../archive/open_archive.ts";
import { readDanglingLinks } from "../../archive/rows/dangling_links.ts";
import { highestRow, keepsRowIds } from "../../archive/rows/row_reader.ts";
import type { Clock } from "../../clock.ts";
import { AnvilSqliteError } from "../../errors.ts";
import type { KeyKind } from "../../uplink/frames.ts";
import { INT64 } from "../../value/cell.ts";
import { parseRowId, type RowId } from "../../value/row_id.ts";
import { databaseError } from "../protocol/errors.ts";
import { Changes, CommitLog } from "./commit_log.ts";
import { Permits } from "./permits.ts";
import { copyArchive, type PrivateCopy, speedUp } from "./private_copy.ts";
import { saveCopy } from "./save_copy.ts";
import { type OnDelete, ServedApp } from "./served_app.ts";
import { ServedSnapshot, type StorageStyle } from "./snapshot.ts";
import { Views } from "./views.ts";

/** How long a write waits until another one ends, in milliseconds. A real server retries for about as long. */
const WRITE_WAIT_MS = 30_000;

/** Notes a change: a row, or all rows of a table; null means that a table has new rows. */
export type Touch = (tableId: number, row: RowId | "all" | null) => void;

/** How the archive is served. */
interface StoreOptions {
  readonly path: string;
  readonly storage: StorageStyle;
  readonly writable: boolean;
  /** What the deletion of a linked row does in split storage; null for what each column says. */
  readonly onDelete: OnDelete | null;
  readonly clock: Clock;
}

/** The archive behind a server. */
export class Store {
  readonly writable: boolean;
  /** One writer at a time. */
  readonly #writeLock: Permits;
  readonly #copy: PrivateCopy | null;
  readonly #onDelete: OnDelete | null;
  readonly #clock: Clock;
  readonly #views = new Map<string, Views>();
  /** Commits, for transactions that may conflict with them. */
  readonly commits = new CommitLog();
  readonly #nextRow = new Map<number, bigint>();
  readonly provenance: ReadonlyMap<string, SqlValue>;
  #current: ServedSnapshot;
  #nextMedium = 0n;

  /** Opens the archive, or a private copy if it must be written. */
  static async open(options: StoreOptions): Promise<Store> {
    const archive = await openArchive(options.path);
    const { engine, catalogue } = archive;
    try {
      const held = catalogue.tables.filter(isHeld);
      if (!options.writable && held.every(({ plan }) => keepsRowIds(engine, plan)) && standIns(engine).length === 0) {
        return new Store(options, engine, null, catalogue.tables, catalogue.provenance);
      }
    } catch (error) {
      archive[Symbol.dispose]();
      throw error;
    }
    archive[Symbol.dispose]();
    const copy = await copyArchive(options.path, catalogue.tables);
    return new Store(options, copy.engine, copy, catalogue.tables, catalogue.provenance);
  }

  private constructor(
    { storage, writable, onDelete, clock }: StoreOptions,
    engine: Engine,
    copy: PrivateCopy | null,
    tables: readonly CatalogueTable[],
    provenance: ReadonlyMap<string, SqlValue>,
  ) {
    this.writable = writable;
    this.provenance = provenance;
    this.#onDelete = onDelete;
    this.#clock = clock;
    this.#copy = copy;
    this.#writeLock = new Permits(1, clock);
    this.#current = new ServedSnapshot(engine, new ServedApp(tables, onDelete), storage);
    this.#startSequences();
  }

  /** The app as it is outside of any transaction. */
  get current(): ServedSnapshot {
    return this.#current;
  }

  /** What a kind of key may see of an app. */
  views(app: ServedApp, kind: KeyKind): Views {
    const known = this.#views.get(kind);
    if (known?.app === app) return known;
    const views = new Views(app, kind);
    if (app === this.#current.app) this.#views.set(kind, views);
    return views;
  }

  /**
   * Opens another connection to the private copy. Null for an archive that cannot change: one connection is enough for
   * all.
   */
  async connect(): Promise<Engine | null> {
    if (this.#copy === null) return null;
    const engine = await openEngine(this.#copy.path, { mode: "write" });
    speedUp(engine);
    return engine;
  }

  /**
   * Waits for the right to write.
   * @throws {CallError} when another writer keeps it for too long
   */
  async lockWrites(): Promise<void> {
    if (await this.#writeLock.take(WRITE_WAIT_MS)) return;
    throw databaseError("ERROR: canceling statement due to lock timeout");
  }

  /** Releases the right to write, after `changes` were committed. */
  unlockWrites(changes: Changes): void {
    this.commits.add(changes);
    this.#writeLock.give();
  }

  /** Writes outside of any transaction, all or nothing. */
  async write<T>(body: (snapshot: ServedSnapshot, touch: Touch) => T): Promise<T> {
    await this.lockWrites();
    const changes = new Changes();
    let committed = new Changes();
    try {
      const result = this.#current.engine.transaction(() =>
        body(this.#current, (tableId, row) => changes.add(tableId, row))
      );
      committed = changes;
      return result;
    } finally {
      this.unlockWrites(committed);
    }
  }

  /**
   * Changes the file in any way, even its catalogue, which is then read again. For tests that change an app while it is
   * served.
   */
  async edit(body: (engine: Engine) => void): Promise<void> {
    const tables = this.#current.app.tables.map(({ id }) => id);
    await this.write((snapshot, touch) => {
      body(snapshot.engine);
      for (const id of tables) touch(id, "all");
    });
    this.#current.forgetStatements();
    const { tables: changed } = readCatalogue(this.#current.engine);
    this.#current = this.#current.with(new ServedApp(changed, this.#onDelete));
  }

  /**
   * The next row id: one sequence for all tables, in split storage one for each. No id is used twice.
   * @throws {CallError} TableError when they are used up
   */
  nextRow(tableId: number): RowId {
    const sequence = this.#current.storage === "split" ? tableId : 0;
    const id = this.#nextRow.get(sequence) ?? 1n;
    if (id > INT64.max) throw databaseError(`ERROR: nextval: reached maximum value of sequence (${INT64.max})`);
    this.#nextRow.set(sequence, id + 1n);
    return id.toString();
  }

  /** The next id of a medium. */
  nextMedium(): bigint {
    return this.#nextMedium++;
  }

  #startSequences(): void {
    const { engine, app } = this.#current;
    for (const { id, held, plan } of app.tables) this.#startAfter(id, held ? highestRow(engine, plan) ?? "0" : "0");
    // A broken link names a row that existed once: its id must not be used again.
    for (const { target } of readDanglingLinks(engine)) {
      const row = parseRowId(target);
      if (row !== null) this.#startAfter(Number(row.table), row.row);
    }
    const [row] = engine.query("SELECT coalesce(max(id), 0) + 1 FROM _anvil_media_objects");
    this.#nextMedium = BigInt(String(row?.[0] ?? 1));
  }

  #startAfter(tableId: number, row: RowId): void {
    const sequence = this.#current.storage === "split" ? tableId : 0;
    const next = BigInt(row) + 1n;
    if (next > (this.#nextRow.get(sequence) ?? 0n)) this.#nextRow.set(sequence, next);
  }

  /**
   * Closes the file and removes the private copy. If there is a name for it, it is saved first.
   * @throws {AnvilSqliteError} when it cannot be saved; the copy then stays, and the hint says where
   */
  async close(savePath: string | null = null): Promise<void> {
    this.#current.forgetStatements();
    const copy = this.#copy;
    if (copy !== null && savePath !== null) this.#current.engine.exec("PRAGMA journal_mode = DELETE");
    this.#current.engine.close();
    if (copy !== null && savePath !== null) await this.#save(copy, savePath);
    await copy?.remove();
  }

  async #save({ path }: PrivateCopy, savePath: string): Promise<void> {
    try {
      await saveCopy(path, savePath, { any: this.commits.count > 0, now: new Date(this.#clock.now()) });
    } catch (cause) {
      if (!(cause instanceof AnvilSqliteError)) throw cause;
      const kept = `What clients wrote is kept in '${path}'.`;
      throw new AnvilSqliteError(cause.message, {
        code: cause.code,
        hint: cause.hint === null ? kept : `${cause.hint} ${kept}`,
        cause,
      });
    }
  }
}
