/**
 * The archive behind a server: its file or private copy, the schema of the moment, who may write, and which tables
 * each commit touched. It opens connections to the file and runs no command of the wire.
 */
import { type CatalogueTable, isHeld, readCatalogue } from "../../archive/catalogue/catalogue.ts";
import { type Engine } from "../../sqlite/engine.ts";
import { type SqlValue } from "../../sqlite/sql_value.ts";
import { openEngine } from "../../sqlite/open_engine.ts";
import { openArchive } from "../../archive/open_archive.ts";
import { highestRow, keepsRowIds } from "../../archive/rows/row_reader.ts";
import type { Clock } from "../../clock.ts";
import type { KeyKind } from "../../uplink/frames.ts";
import type { RowId } from "../../value/row_id.ts";
import { databaseError } from "../protocol/errors.ts";
import { Permits } from "./permits.ts";
import { copyArchive, type PrivateCopy, speedUp } from "./private_copy.ts";
import { ServedApp } from "./served_app.ts";
import { ServedSnapshot, type StorageStyle } from "./snapshot.ts";
import { Views } from "./views.ts";

/** How long a write waits for another one to end, in milliseconds. A real server retries for about as long. */
const WRITE_WAIT_MS = 30_000;

/** How the archive is served. */
interface StoreOptions {
  readonly path: string;
  readonly storage: StorageStyle;
  readonly writable: boolean;
  readonly clock: Clock;
}

/** The archive behind a server. */
export class Store {
  readonly writable: boolean;
  /** One writer at a time. */
  readonly #writeLock: Permits;
  readonly #copy: PrivateCopy | null;
  readonly #views = new Map<string, Views>();
  readonly #commits: ReadonlySet<number>[] = [];
  readonly #nextRow = new Map<number, bigint>();
  readonly provenance: ReadonlyMap<string, SqlValue>;
  #current: ServedSnapshot;
  #nextMedium = 0n;

  /** Opens the archive, or a private copy where it must be written. */
  static async open(options: StoreOptions): Promise<Store> {
    const archive = await openArchive(options.path);
    const { engine, catalogue } = archive;
    try {
      const held = catalogue.tables.filter(isHeld);
      if (!options.writable && held.every(({ plan }) => keepsRowIds(engine, plan))) {
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
    { storage, writable, clock }: StoreOptions,
    engine: Engine,
    copy: PrivateCopy | null,
    tables: readonly CatalogueTable[],
    provenance: ReadonlyMap<string, SqlValue>,
  ) {
    this.writable = writable;
    this.provenance = provenance;
    this.#copy = copy;
    this.#writeLock = new Permits(1, clock);
    this.#current = new ServedSnapshot(engine, new ServedApp(tables), storage);
    this.#startSequences();
  }

  /** The app as it is outside of any transaction. */
  get current(): ServedSnapshot {
    return this.#current;
  }

  /** Number of commits so far. */
  get commits(): number {
    return this.#commits.length;
  }

  /** Whether a commit after the first `count` touched one of these tables. */
  touchedSince(count: number, tables: ReadonlySet<number>): boolean {
    return this.#commits.slice(count).some((touched) => [...touched].some((table) => tables.has(table)));
  }

  /** What a kind of key sees of an app. */
  views(app: ServedApp, kind: KeyKind): Views {
    const known = this.#views.get(kind);
    if (known?.app === app) return known;
    const views = new Views(app, kind);
    if (app === this.#current.app) this.#views.set(kind, views);
    return views;
  }

  /** Opens another connection to the private copy; null where nothing can change, and one connection does for all. */
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

  /** Gives up the right to write; `touched` are the tables of what was committed. */
  unlockWrites(touched: ReadonlySet<number>): void {
    if (touched.size > 0) this.#commits.push(touched);
    this.#writeLock.give();
  }

  /** Writes outside of any transaction, all or nothing. */
  async write<T>(body: (snapshot: ServedSnapshot, touched: Set<number>) => T): Promise<T> {
    await this.lockWrites();
    const touched = new Set<number>();
    let committed: ReadonlySet<number> = new Set();
    try {
      const result = this.#current.engine.transaction(() => body(this.#current, touched));
      committed = touched;
      return result;
    } finally {
      this.unlockWrites(committed);
    }
  }

  /** Changes the file in any way, also its catalogue, which is then read again. For tests that change an app meanwhile. */
  async edit(body: (engine: Engine) => void): Promise<void> {
    const tables = new Set(this.#current.app.tables.map(({ id }) => id));
    await this.write((snapshot, touched) => {
      body(snapshot.engine);
      for (const id of tables) touched.add(id);
    });
    this.#current.forgetStatements();
    this.#current = this.#current.with(new ServedApp(readCatalogue(this.#current.engine).tables));
  }

  /** The next row id: one sequence for all tables, in split storage one for each. Never given twice. */
  nextRow(tableId: number): RowId {
    const sequence = this.#current.storage === "split" ? tableId : 0;
    const id = this.#nextRow.get(sequence) ?? 1n;
    this.#nextRow.set(sequence, id + 1n);
    return id.toString();
  }

  /** The next id of a medium. */
  nextMedium(): bigint {
    return this.#nextMedium++;
  }

  #startSequences(): void {
    const { engine, app, storage } = this.#current;
    for (const { id, held, plan } of app.tables) {
      const sequence = storage === "split" ? id : 0;
      const next = BigInt(held ? highestRow(engine, plan) ?? 0 : 0) + 1n;
      if (next > (this.#nextRow.get(sequence) ?? 0n)) this.#nextRow.set(sequence, next);
    }
    const [row] = engine.query("SELECT coalesce(max(id), 0) + 1 FROM _anvil_media_objects");
    this.#nextMedium = BigInt(String(row?.[0] ?? 1));
  }

  /** Closes the file and removes the private copy. */
  async close(): Promise<void> {
    this.#current.forgetStatements();
    this.#current.engine.close();
    await this.#copy?.remove();
  }
}
