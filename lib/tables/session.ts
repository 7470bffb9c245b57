/**
 * A connection with its snapshot: one uninterrupted part of a backup runs in it. When it is lost, `run_backup.ts` opens
 * another and says so in the file.
 */
import { clientKeyError } from "../errors.ts";
import type { LiveTable } from "../schema/from_live.ts";
import { appOrigin, describeTable, type ListedTable, listTables } from "./listing.ts";
import { freshStack, openTransaction, type Transaction } from "./transaction.ts";
import { connect, type Connection } from "../uplink/connection.ts";
import { firstConnection, type Limits, PATIENCE, type PatienceRule } from "../uplink/limits.ts";
import { type Patience, patiently } from "../uplink/patience.ts";

/** How the rows of a file belong together. */
const SNAPSHOT_KINDS = [
  /** All tables are as they were at one moment. */
  "consistent",
  /** Each page is as it was when it was read. */
  "per-table",
  /** The run was resumed: rows read before and after may be from different moments. */
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
  readonly limits: Limits;
  /** How long the first connection is tried, in milliseconds. Default: as when somebody watches. */
  readonly waitMs?: number;
  /** Whether the connection stays open when the signal is aborted, so that running work can be finished. */
  readonly outlivesSignal?: boolean;
  readonly onOutput?: (text: string) => void;
}

/** A connected session. */
export interface Session {
  readonly connection: Connection;
  /** Calls on this stack see the snapshot. */
  readonly stack: string;
  /** Null when the key may not open a transaction. */
  readonly transaction: Transaction | null;
  readonly listed: readonly ListedTable[];
  readonly live: readonly LiveTable[];
  /** The address of the app's pages; null when the server does not say. */
  readonly origin: string | null;
}

/** `list_columns` calls in flight. */
const DESCRIBE_IN_FLIGHT = 16;

/** Opens the first session of a run; it tries for as long as the options say. */
export function firstSession(options: SessionOptions): Promise<Session> {
  return patiently("connection", () => openSession(options), options, firstConnection(options.waitMs));
}

/**
 * Connects, opens the snapshot and lists the tables in it.
 * @throws {AnvilSqliteError} as `connect`; `client-key` (exit 12); `server-full` (exit 13)
 */
export async function openSession(options: SessionOptions): Promise<Session> {
  const { signal, outlivesSignal = false, ...others } = options;
  const connection = await connect(signal === undefined || outlivesSignal ? others : { ...others, signal });
  let transaction: Transaction | null = null;
  try {
    if (connection.welcome.keyKind === "client") throw clientKeyError();
    // A small server has few transactions; one that becomes free soon is worth a wait.
    transaction = connection.welcome.keyKind === "uplink"
      ? await patiently(
        "opening a transaction",
        () => openTransaction(connection, options.clock),
        options,
        PATIENCE.alone,
      )
      : null;
    const stack = transaction?.stack ?? freshStack("read");
    // Without a transaction each call uses its own connection to the database, which may be lost alone.
    const rule = transaction === null ? PATIENCE.alone : PATIENCE.call;
    const listed = await patiently("listing the tables", () => listTables(connection, stack), options, rule);
    const describing = describeAll(connection, stack, listed, options, rule);
    const [live, origin] = await Promise.all([describing, appOrigin(connection)]);
    return { connection, stack, transaction, listed, live, origin };
  } catch (error) {
    await closeSession({ connection, transaction });
    throw error;
  }
}

async function describeAll(
  connection: Connection,
  stack: string,
  listed: readonly ListedTable[],
  options: Patience,
  rule: PatienceRule,
): Promise<readonly LiveTable[]> {
  const live: LiveTable[] = [];
  for (let from = 0; from < listed.length; from += DESCRIBE_IN_FLIGHT) {
    const some = listed.slice(from, from + DESCRIBE_IN_FLIGHT);
    const describe = (table: ListedTable) =>
      patiently(`listing the columns of '${table.name}'`, () => describeTable(connection, stack, table), options, rule);
    live.push(...await Promise.all(some.map(describe)));
  }
  return live;
}

/**
 * Ends a session. The transaction is rolled back, since nothing was written in it. Left open, it would hold one of the
 * server's few database connections for 10 s. If the server does not answer, the wait ends at the connection's own
 * limit.
 */
export async function closeSession(session: Pick<Session, "connection" | "transaction">): Promise<void> {
  session.transaction?.close(true).catch(() => {
    // The snapshot is not needed any more; the server drops it by itself.
  });
  await session.connection.close();
}

/**
 * How a call in a session is retried: a lost database connection ends a transaction; outside of one it only fails that
 * call.
 */
export function callRule({ transaction }: Session): PatienceRule {
  return transaction === null ? PATIENCE.alone : PATIENCE.call;
}
