/**
 * One transaction: a snapshot from its first query on, its own writes, and what it answers when it can do no more.
 * SQLite has one writer, PostgreSQL many: here a second transaction that writes waits until the first has ended. A
 * transaction conflicts when it writes a row that another commit has changed since its snapshot. A serializable one
 * also conflicts when any row of a table that it has read was changed; PostgreSQL checks those more exactly. A relaxed
 * one sees what others committed once it writes, since SQLite cannot write to an older state.
 */
import type { Engine } from "../../sqlite/engine.ts";
import { CallError, databaseError, transactionConflict, transactionExpired } from "../protocol/errors.ts";
import { Changes } from "./commit_log.ts";
import type { ServedSnapshot } from "./snapshot.ts";
import type { Store, Touch } from "./store.ts";

/** Isolation levels of the wire: `relaxed` is PostgreSQL's REPEATABLE READ, the default SERIALIZABLE. */
export type IsolationLevel = "serializable" | "relaxed";

/** Why a transaction takes no more calls. */
type Poison = "aborted" | "expired" | "closed" | "lost";

/** One transaction. */
export class ServedTransaction {
  readonly isolation: IsolationLevel;
  readonly #store: Store;
  /** A connection of its own; null if nothing can change. */
  readonly #engine: Engine | null;
  #snapshot: ServedSnapshot | null = null;
  #poison: Poison | null = null;
  #writing = false;
  #becoming: Promise<void> | null = null;
  /** Number of commits before its snapshot; null while it has no snapshot. */
  #since: number | null = null;
  readonly #read = new Set<number>();
  #changes = new Changes();
  /** When its last table call began, on the monotonic clock. */
  touchedAt: number;

  constructor(store: Store, engine: Engine | null, isolation: IsolationLevel, now: number) {
    this.#store = store;
    this.#engine = engine;
    this.isolation = isolation;
    this.touchedAt = now;
    store.commits.watch();
  }

  /** Why it takes no more calls, or null. */
  get poison(): Poison | null {
    return this.#poison;
  }

  /** Its snapshot, fixed by the first call of this method. */
  snapshot(): ServedSnapshot {
    this.#check();
    return this.#snapshot ??= this.#begin("BEGIN");
  }

  #begin(statement: string): ServedSnapshot {
    const { app } = this.#store.current;
    const onRead = (tableId: number) => void this.#read.add(tableId);
    this.#since ??= this.#store.commits.count;
    if (this.#engine === null) return this.#store.current.with(app, onRead);
    this.#engine.exec(statement);
    // SQLite takes the snapshot at the first read, not at BEGIN.
    this.#engine.query("SELECT 1 FROM _anvil_tables LIMIT 1");
    return this.#store.current.on(this.#engine, app, onRead);
  }

  /** Writes within the transaction, all of the call or nothing. */
  async write<T>(body: (snapshot: ServedSnapshot, touch: Touch) => T): Promise<T> {
    this.#check();
    await this.#becomeWriter();
    const snapshot = this.snapshot();
    const { engine } = snapshot;
    engine.exec("SAVEPOINT one_call");
    try {
      const result = body(snapshot, (tableId, row) => this.#touch(tableId, row));
      engine.exec("RELEASE one_call");
      return result;
    } catch (error) {
      engine.exec("ROLLBACK TO one_call; RELEASE one_call");
      if (error instanceof CallError && error.fromDatabase) this.abort();
      if (error instanceof CallError && error.undoesTransaction) this.#startAgain();
      throw error;
    }
  }

  #touch(...[tableId, row]: Parameters<Touch>): void {
    const others = this.#store.commits.since(this.#since ?? 0);
    if (others.some((changes) => changes.has(tableId, row))) throw transactionConflict();
    this.#changes.add(tableId, row);
  }

  /** Loses what was written so far and goes on, in a new snapshot. */
  #startAgain(): void {
    this.#rollback();
    this.#release(new Changes());
    this.#becoming = null;
    this.#since = null;
    this.#changes = new Changes();
    this.#read.clear();
  }

  /** Calls of one transaction may write at once: the first one takes the right to write for all. */
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
      this.#store.unlockWrites(new Changes());
      return this.#check();
    }
    this.#writing = true;
    const others = this.#since === null ? [] : this.#store.commits.since(this.#since);
    if (this.#snapshot !== null && others.length === 0) return;
    const hasReadThem = others.some((changes) => [...changes.tables].some((table) => this.#read.has(table)));
    if (hasReadThem && this.isolation === "serializable") {
      this.abort();
      throw transactionConflict();
    }
    // It may begin again after the others: rows that they changed conflict when it writes them.
    if (this.#snapshot !== null) this.#rollback();
    this.#snapshot = this.#begin("BEGIN IMMEDIATE");
  }

  /** Commits or rolls back; the transaction is over either way. */
  end(rollback: boolean): void {
    if (this.#snapshot !== null && !rollback && this.#poison === null) {
      this.#snapshot.forgetStatements();
      this.#engine?.exec("COMMIT");
      this.#snapshot = null;
      this.#release(this.#changes);
    }
    this.#stop("closed");
  }

  /** Rolls back after an error of the database; every call fails until the client closes it. */
  abort(): void {
    this.#stop("aborted");
  }

  /** Rolls back because the client was silent for too long. */
  expire(): void {
    this.#stop("expired");
  }

  /** Notes that its connection to the database was closed, as a CSV export does. */
  closeConnection(): void {
    this.#stop("closed");
  }

  /** Notes that its connection to the database was lost. */
  loseConnection(): void {
    this.#stop("lost");
  }

  #stop(poison: Poison): void {
    if (this.#poison === null) {
      if (this.#snapshot !== null) this.#rollback();
      this.#release(new Changes());
      this.#engine?.close();
      this.#store.commits.release();
    }
    this.#poison = poison;
  }

  #rollback(): void {
    this.#snapshot?.forgetStatements();
    this.#engine?.exec("ROLLBACK");
    this.#snapshot = null;
  }

  #release(changes: Changes): void {
    if (this.#writing) this.#store.unlockWrites(changes);
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
      case "lost":
        throw databaseError("This connection has been closed.");
    }
  }
}
