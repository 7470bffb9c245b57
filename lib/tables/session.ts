/**
 * A connection with its snapshot: what one uninterrupted stretch of a backup runs in.
 * When it is lost, `run_backup.ts` opens another and says so in the file.
 */
import type { Clock } from "../clock.ts";
import { clientKeyError } from "../errors.ts";
import type { LiveTable } from "../schema/from_live.ts";
import { appOrigin, describeTable, type ListedTable, listTables } from "./listing.ts";
import { freshStack, openTransaction, type Transaction } from "./transaction.ts";
import { connect, type Connection } from "../uplink/connection.ts";
import type { Limits } from "../uplink/limits.ts";
import { type Patience, patiently } from "../uplink/patience.ts";

/** What the rows of a file have in common. */
const SNAPSHOT_KINDS = [
  /** All tables as they were at one moment. */
  "consistent",
  /** Each page as it was when it was read. */
  "per-table",
  /** The run was continued: what was read before and after may stem from different moments. */
  "resumed",
] as const;

/** One of {@link SNAPSHOT_KINDS}. */
export type SnapshotKind = typeof SNAPSHOT_KINDS[number];

/** The snapshot that a file holds, and why it is of this kind. */
export interface Snapshot {
  readonly kind: SnapshotKind;
  readonly reason: string;
}

/** How to reach the app. */
export interface SessionOptions extends Patience {
  readonly url: string;
  readonly key: string;
  readonly clock: Clock;
  readonly limits: Limits;
  readonly signal?: AbortSignal;
  readonly onOutput?: (text: string) => void;
}

/** A live session. */
export interface Session {
  readonly connection: Connection;
  /** Calls on this stack see the snapshot. */
  readonly stack: string;
  /** Null when the key may not open one. */
  readonly transaction: Transaction | null;
  readonly listed: readonly ListedTable[];
  readonly live: readonly LiveTable[];
  /** Where the app has its pages; null when the server does not say. */
  readonly origin: string | null;
}

/** `list_columns` calls in flight. */
const DESCRIBE_IN_FLIGHT = 16;

/**
 * Connects, opens the snapshot and lists the tables in it.
 * @throws {AnvilSqliteError} as `connect`; `client-key` (exit 12)
 */
export async function openSession(options: SessionOptions): Promise<Session> {
  const connection = await connect(options);
  try {
    if (connection.welcome.keyKind === "client") throw clientKeyError();
    // A small server has few transactions to give; one that is free soon is worth a wait.
    const transaction = connection.welcome.keyKind === "uplink"
      ? await patiently("opening a transaction", () => openTransaction(connection, options.clock), options)
      : null;
    const stack = transaction?.stack ?? freshStack("read");
    const listed = await patiently("listing the tables", () => listTables(connection, stack), options);
    const [live, origin] = await Promise.all([describeAll(connection, stack, listed, options), appOrigin(connection)]);
    return { connection, stack, transaction, listed, live, origin };
  } catch (error) {
    await connection.close();
    throw error;
  }
}

async function describeAll(
  connection: Connection,
  stack: string,
  listed: readonly ListedTable[],
  options: Patience,
): Promise<readonly LiveTable[]> {
  const live: LiveTable[] = [];
  for (let from = 0; from < listed.length; from += DESCRIBE_IN_FLIGHT) {
    const some = listed.slice(from, from + DESCRIBE_IN_FLIGHT);
    const describe = (table: ListedTable) =>
      patiently(`listing the columns of '${table.name}'`, () => describeTable(connection, stack, table), options);
    live.push(...await Promise.all(some.map(describe)));
  }
  return live;
}

/**
 * Ends a session. The transaction is rolled back, since nothing was written in it; a server that does not answer that is
 * not waited for beyond the connection's own limit.
 */
export async function closeSession(session: Session): Promise<void> {
  session.transaction?.close(true).catch(() => {
    // The snapshot is no longer needed; the server drops it by itself.
  });
  await session.connection.close();
}
