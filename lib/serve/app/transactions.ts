/**
 * All transactions of a server. Each belongs to a connection and a call stack. The server closes it when it is idle for
 * too long; then it stays poisoned until the client closes it. This file also has the pool of database connections,
 * which transactions hold.
 */
import type { Clock } from "../../clock.ts";
import { databaseError, opaqueError, runtimeUnavailable, tableError } from "../protocol/errors.ts";
import { Permits } from "./permits.ts";
import type { Store } from "./store.ts";
import { type IsolationLevel, ServedTransaction } from "./transaction.ts";

/** How long a call waits for a connection of the pool, in milliseconds. */
const POOL_WAIT_MS = 5_000;

/** Limits of transactions. */
interface TransactionOptions {
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
  readonly #open = new Map<string, ServedTransaction>();
  /** Those that hold a connection of the pool: all except the expired and the broken ones. */
  readonly #holding = new Set<ServedTransaction>();
  #cancelSweep: () => void;

  constructor(store: Store, options: TransactionOptions) {
    this.#store = store;
    this.#options = options;
    this.#pool = new Permits(options.poolSize, options.clock);
    this.#cancelSweep = this.#scheduleSweep();
  }

  /** The transaction of a call, whose idle time begins anew; null if the call is outside of one. */
  find(connection: number, stack: string): ServedTransaction | null {
    const transaction = this.#open.get(keyOf(connection, stack)) ?? null;
    if (transaction !== null) transaction.touchedAt = this.#options.clock.monotonic();
    return transaction;
  }

  /** Opens a transaction. */
  async open(connection: number, stack: string, isolation: IsolationLevel): Promise<void> {
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
      const transaction = new ServedTransaction(this.#store, engine, isolation, this.#options.clock.monotonic());
      this.#open.set(key, transaction);
      this.#holding.add(transaction);
    } catch (error) {
      this.#pool.give();
      throw error;
    }
  }

  /** Closes a transaction. The rollback of a failed one succeeds without an error. */
  close(connection: number, stack: string, rollback: boolean): void {
    const key = keyOf(connection, stack);
    const transaction = this.#open.get(key);
    if (transaction === undefined) {
      if (rollback) return;
      throw tableError("There is no transaction open here");
    }
    const { poison } = transaction;
    // After a conflict or an error of the database it cannot be committed, and stays open.
    if (poison === "aborted" && !rollback) throw runtimeUnavailable();
    this.#open.delete(key);
    try {
      // When a lost transaction should be committed, the error is reported once.
      if (poison !== null && !rollback) transaction.snapshot();
      transaction.end(rollback);
    } finally {
      this.#giveBack(transaction);
    }
  }

  /** Takes the connection away from a transaction; it stays poisoned until the client closes it. */
  fail(transaction: ServedTransaction, how: "expire" | "closeConnection" | "loseConnection"): void {
    transaction[how]();
    this.#giveBack(transaction);
  }

  #giveBack(transaction: ServedTransaction): void {
    if (this.#holding.delete(transaction)) this.#pool.give();
  }

  /**
   * Runs a call that needs a connection of the pool for a short time.
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

  /** A server looks for idle transactions twice within the allowed idle time. */
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

  /** Every transaction loses its connection to the database. */
  loseConnections(): void {
    for (const transaction of this.#open.values()) this.fail(transaction, "loseConnection");
  }

  /** Rolls back all transactions. */
  stop(): void {
    this.#cancelSweep();
    this.loseConnections();
    this.#open.clear();
  }
}

function keyOf(connection: number, stack: string): string {
  return `${connection} ${stack}`;
}
