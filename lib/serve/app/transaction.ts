/**
 * One transaction: a snapshot from its first query on, its own writes, and what it answers when it can do no more.
 *
 * SQLite has one writer where PostgreSQL has many: a second transaction that writes waits for the first one's end, and
 * conflicts when a table that it has read was changed by another commit, whichever rows those were.
 */
import type { Engine } from "../../sqlite/engine.ts";
import { CallError, databaseError, transactionConflict, transactionExpired } from "../protocol/errors.ts";
import type { ServedSnapshot } from "./snapshot.ts";
import type { Store } from "./store.ts";

/** Isolation as asked for: `relaxed` is PostgreSQL's REPEATABLE READ, the default SERIALIZABLE. */
export type IsolationLevel = "serializable" | "relaxed";

/** Why a transaction takes no more calls. */
type Poison = "aborted" | "expired" | "closed";

/** One transaction. */
export class ServedTransaction {
  readonly isolation: IsolationLevel;
  readonly #store: Store;
  /** A connection of its own; null where nothing can change. */
  readonly #engine: Engine | null;
  #snapshot: ServedSnapshot | null = null;
  #poison: Poison | null = null;
  #writing = false;
  #becoming: Promise<void> | null = null;
  #commitsBefore = 0;
  readonly #read = new Set<number>();
  readonly #touched = new Set<number>();
  /** When its last table call began, on the monotonic clock. */
  touchedAt: number;

  constructor(store: Store, engine: Engine | null, isolation: IsolationLevel, now: number) {
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
  snapshot(): ServedSnapshot {
    this.#check();
    return this.#snapshot ??= this.#begin("BEGIN");
  }

  #begin(statement: string): ServedSnapshot {
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
  async write<T>(body: (snapshot: ServedSnapshot, touched: Set<number>) => T): Promise<T> {
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
