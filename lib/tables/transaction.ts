/**
 * One transaction: one snapshot of all tables for every call on its stack; its writes take effect together or not at
 * all. It keeps itself alive while open. It does not retry: the caller decides what a lost one means.
 */
import { type Clock, systemClock } from "../clock.ts";
import { isKind } from "../errors.ts";
import type { Connection } from "../uplink/connection.ts";
import { listTables } from "./listing.ts";

/**
 * Pause between two keepalive calls. The server drops a transaction whose last call began more than 10 s ago, and
 * `get_app_tables` is the cheapest call that counts: inside a transaction it is cached.
 */
const KEEPALIVE_MS = 3_000;

let opened = 0;

/** A call stack id that no other caller of this process uses. */
export function freshStack(purpose: string): string {
  return `outbound-${purpose}${opened++}`;
}

/** An open transaction. */
export interface Transaction {
  /** Calls on this stack run inside it. */
  readonly stack: string;
  /** Ends it, unless it has ended already. With `rollback` its writes are undone, otherwise they stay. */
  close(rollback: boolean): Promise<void>;
  /** Stops the keepalive without a call, for a transaction that is already gone. */
  abandon(): void;
}

/** Isolation levels by the wire's names: PostgreSQL's REPEATABLE READ or SERIALIZABLE. */
export type Isolation = "relaxed" | "serializable";

/**
 * Opens a transaction on a stack of its own. The snapshot is fixed by the first query in it, not by this call.
 * @throws {RemoteError} `permission-denied` for a client or DB-read key
 */
export async function openTransaction(
  connection: Connection,
  clock: Clock = systemClock,
  isolation: Isolation = "relaxed",
): Promise<Transaction> {
  const stack = freshStack("tx");
  await connection.call({
    command: "anvil.private.tables.open_transaction",
    kwargs: { isolation: isolation === "relaxed" ? isolation : null },
    stack,
  });
  let cancel = () => {};
  let isKept = true;
  let isClosed = false;
  const keepAlive = () => {
    if (!isKept) return;
    cancel = clock.after(KEEPALIVE_MS, () => {
      listTables(connection, stack).then(keepAlive, (error: unknown) => {
        // If the transaction is gone, the next real call reports it, which has a caller. Any other failure concerns
        // this call only, and the next one must follow, or the transaction would be gone too.
        if (!connection.isOver && !isKind(error, "transaction")) keepAlive();
      });
    });
  };
  keepAlive();
  const stop = () => {
    isKept = false;
    cancel();
  };
  return {
    stack,
    close: async (rollback) => {
      if (isClosed) return;
      stop();
      await connection.call({ command: "anvil.private.tables.close_transaction", args: [rollback], stack });
      isClosed = true;
    },
    abandon: stop,
  };
}
