/**
 * Transactions as the wire knows them: bound to a connection and a call stack, one snapshot from the first query on,
 * closed by the server when idle for too long, and poisoned afterwards until someone closes them.
 *
 * SQLite has one writer where PostgreSQL has many: a second transaction that writes waits for the first one's end, and
 * conflicts when a table that it has read was changed by another commit, whichever rows those were.
 */
import type { Engine } from "../../sqlite/engine.ts";
import type { Clock } from "../../clock.ts";
import {
  CallError,
  databaseError,
  opaqueError,
  tableError,
  transactionConflict,
  transactionExpired,
} from "../protocol/errors.ts";
import { Permits } from "./permits.ts";
import type { Snapshot } from "./snapshot.ts";
import type { Store } from "./store.ts";

/** Isolation as asked for: `relaxed` is PostgreSQL's REPEATABLE READ, the default SERIALIZABLE. */
export type Isolation = "serializable" | "relaxed";

/** How long a call waits for a connection of the pool, in milliseconds. */
const POOL_WAIT_MS = 5_000;

/** Why a transaction takes no more calls. */
type Poison = "aborted" | "expired" | "closed";

/** One transaction. */
export class Transaction {
  readonly isolation: Isolation;
  readonly #store: Store;
  /** A connection of its own; null where nothing can change. */
  readonly #engine: Engine | null;
  #snapshot: Snapshot | null = null;
  #poison: Poison | null = null;
  #writing = false;
  #becoming: Promise<void> | null = null;
  #commitsBefore = 0;
  readonly #read = new Set<number>();
  readonly #touched = new Set<number>();
  /** When its last table call began, on the monotonic clock. */
  touchedAt: number;

  constructor(store: Store, engine: Engine | null, isolation: Isolation, now: number) {
    this.#store = store;
    this.#engine = engine;
    this.isolation = isolation;
    this.touchedAt = now;
  }

  /** Why it takes no more calls, or null. */
  get poison(): Poison | null {
    return this.#poison;
  }

  /** Its snapshot, fixed by the first call of this. */
  snapshot(): Snapshot {
    this.#check();
    return this.#snapshot ??= this.#begin("BEGIN");
  }

  #begin(statement: string): Snapshot {
    const { app } = this.#store.current;
    const onRead = (tableId: number) => void this.#read.add(tableId);
    this.#commitsBefore = this.#store.commits;
    if (this.#engine === null) return this.#store.current.with(app, onRead);
    this.#engine.exec(statement);
    // SQLite takes the snapshot at the first read, not at BEGIN.
    this.#engine.query("SELECT 1 FROM _anvil_tables LIMIT 1");
    return this.#store.current.on(this.#engine, app, onRead);
  }

  /** Writes within it, all of the call or nothing. */
  async write<T>(body: (snapshot: Snapshot, touched: Set<number>) => T): Promise<T> {
    this.#check();
    await this.#becomeWriter();
    const snapshot = this.snapshot();
    const { engine } = snapshot;
    engine.exec("SAVEPOINT one_call");
    try {
      const result = body(snapshot, this.#touched);
      engine.exec("RELEASE one_call");
      return result;
    } catch (error) {
      engine.exec("ROLLBACK TO one_call; RELEASE one_call");
      if (error instanceof CallError && error.fromDatabase) this.abort();
      throw error;
    }
  }

  /** Calls of one transaction may write at once: the first one gets the right for all. */
  #becomeWriter(): Promise<void> {
    this.#becoming ??= this.#takeWriteLock().catch((error) => {
      this.#becoming = null;
      throw error;
    });
    return this.#becoming;
  }

  async #takeWriteLock(): Promise<void> {
    await this.#store.lockWrites();
    if (this.#poison !== null) {
      this.#store.unlockWrites(new Set());
      return this.#check();
    }
    this.#writing = true;
    if (this.#snapshot !== null && this.#store.commits === this.#commitsBefore) return;
    if (this.#snapshot !== null && this.#store.touchedSince(this.#commitsBefore, this.#read)) {
      this.abort();
      throw transactionConflict();
    }
    // What this transaction has read is as it was: it may begin again where the others have ended.
    if (this.#snapshot !== null) this.#rollback();
    this.#snapshot = this.#begin("BEGIN IMMEDIATE");
  }

  /** Commits or rolls back; the transaction is over either way. */
  end(rollback: boolean): void {
    if (this.#snapshot !== null && !rollback && this.#poison === null) {
      this.#snapshot.forgetStatements();
      this.#engine?.exec("COMMIT");
      this.#snapshot = null;
      this.#release(this.#touched);
    }
    this.#stop("closed");
  }

  /** Rolls back after an error of the database; every call fails until someone closes it. */
  abort(): void {
    this.#stop("aborted");
  }

  /** Rolls back because nobody asked anything of it. */
  expire(): void {
    this.#stop("expired");
  }

  /** Loses its connection to the database, as a CSV export makes it. */
  loseConnection(): void {
    this.#stop("closed");
  }

  #stop(poison: Poison): void {
    if (this.#poison === null) {
      if (this.#snapshot !== null) this.#rollback();
      this.#release(new Set());
      this.#engine?.close();
    }
    this.#poison = poison;
  }

  #rollback(): void {
    this.#snapshot?.forgetStatements();
    this.#engine?.exec("ROLLBACK");
    this.#snapshot = null;
  }

  #release(touched: ReadonlySet<number>): void {
    if (this.#writing) this.#store.unlockWrites(touched);
    this.#writing = false;
  }

  #check(): void {
    switch (this.#poison) {
      case null:
        return;
      case "expired":
        throw transactionExpired();
      case "aborted":
        throw databaseError(
          "ERROR: current transaction is aborted, commands ignored until end of transaction block",
        );
      case "closed":
        throw databaseError("Connection is closed");
    }
  }
}

/** How transactions are kept. */
export interface TransactionOptions {
  readonly clock: Clock;
  /** A transaction is closed when its last call began longer ago than this. */
  readonly idleMs: number;
  /** Connections to the database; each open transaction holds one. */
  readonly poolSize: number;
}

/** All transactions of a server. */
export class Transactions {
  readonly #store: Store;
  readonly #options: TransactionOptions;
  readonly #pool: Permits;
  readonly #open = new Map<string, Transaction>();
  /** Those that hold a connection of the pool: all but the expired and the broken. */
  readonly #holding = new Set<Transaction>();
  #cancelSweep: () => void;

  constructor(store: Store, options: TransactionOptions) {
    this.#store = store;
    this.#options = options;
    this.#pool = new Permits(options.poolSize, options.clock);
    this.#cancelSweep = this.#scheduleSweep();
  }

  /** The transaction of a call, whose clock it touches; null outside of one. */
  find(connection: number, stack: string): Transaction | null {
    const transaction = this.#open.get(keyOf(connection, stack)) ?? null;
    if (transaction !== null) transaction.touchedAt = this.#options.clock.monotonic();
    return transaction;
  }

  /** Opens a transaction. */
  async open(connection: number, stack: string, isolation: Isolation): Promise<void> {
    const key = keyOf(connection, stack);
    if (this.#open.has(key)) throw tableError("You already have a transaction open here");
    if (!await this.#pool.take(POOL_WAIT_MS)) {
      throw tableError("Could not open a transaction: Too many transactions already in progress.");
    }
    try {
      const engine = await this.#store.connect();
      if (this.#open.has(key)) {
        engine?.close();
        throw tableError("You already have a transaction open here");
      }
      const transaction = new Transaction(this.#store, engine, isolation, this.#options.clock.monotonic());
      this.#open.set(key, transaction);
      this.#holding.add(transaction);
    } catch (error) {
      this.#pool.give();
      throw error;
    }
  }

  /** Closes a transaction; a rollback of one that has failed succeeds in silence. */
  close(connection: number, stack: string, rollback: boolean): void {
    const key = keyOf(connection, stack);
    const transaction = this.#open.get(key);
    if (transaction === undefined) {
      if (rollback) return;
      throw tableError("There is no transaction open here");
    }
    const { poison } = transaction;
    this.#open.delete(key);
    try {
      // Asked to commit what is lost, it says so once.
      if (poison !== null && !rollback) transaction.snapshot();
      transaction.end(rollback);
    } finally {
      this.#giveBack(transaction);
    }
  }

  /** Takes the connection away from a transaction; it stays poisoned until someone closes it. */
  fail(transaction: Transaction, how: "expire" | "loseConnection"): void {
    transaction[how]();
    this.#giveBack(transaction);
  }

  #giveBack(transaction: Transaction): void {
    if (this.#holding.delete(transaction)) this.#pool.give();
  }

  /**
   * Runs a call that needs a connection of the pool for a moment.
   * @param opaque whether an empty pool shows as an internal error, as it does for media
   */
  async withConnection<T>(opaque: boolean, body: () => T | Promise<T>): Promise<T> {
    if (!await this.#pool.take(POOL_WAIT_MS)) {
      throw opaque ? opaqueError() : databaseError("request timed out waiting for a connection");
    }
    try {
      return await body();
    } finally {
      this.#pool.give();
    }
  }

  /** A server looks for idle transactions twice in the time that they may be idle. */
  #scheduleSweep(): () => void {
    const { clock, idleMs } = this.#options;
    return clock.after(idleMs / 2, () => {
      for (const transaction of this.#open.values()) {
        const isIdle = clock.monotonic() - transaction.touchedAt > idleMs;
        if (isIdle && this.#holding.has(transaction)) this.fail(transaction, "expire");
      }
      this.#cancelSweep = this.#scheduleSweep();
    });
  }

  /** Rolls everything back. */
  stop(): void {
    this.#cancelSweep();
    for (const transaction of this.#open.values()) this.fail(transaction, "loseConnection");
    this.#open.clear();
  }
}

function keyOf(connection: number, stack: string): string {
  return `${connection} ${stack}`;
}
