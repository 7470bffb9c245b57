/**
 * Limits of waits for a server's answers, and of retries, so that nothing hangs. Other waits have their limits where
 * they happen: a commit whose reply was lost (`restore_options.ts`), the lock of a file (`archive_writer.ts`), the
 * second thread (`check_helper.ts`). All in milliseconds unless the name says otherwise. Only numbers and their
 * reasons.
 */
import type { ErrorKind } from "../error_codes.ts";

/** Limits of one connection; tests pass smaller ones. */
export interface Limits {
  /** From dialling to an open WebSocket. Deno's client has no limit of its own. */
  readonly connectMs: number;
  /** From sending the key to the `auth` reply. */
  readonly greetingMs: number;
  /**
   * From a call to its reply: a page, a count, a commit. A page that takes 10 s loses its transaction anyway. If the
   * server's pool is empty, it answers the call after 5 s with an error.
   */
  readonly callMs: number;
  /** Between two chunks of one medium. The server's own limit for uploads is 60 s. */
  readonly chunkMs: number;
  /** Nothing at all received while the keepalive asks: the connection is dead on one side. */
  readonly silenceMs: number;
  /** Pause between two keepalive calls; the official client uses the same. */
  readonly keepaliveMs: number;
  /** From asking for the end of a connection to giving up the wait. */
  readonly closeMs: number;
  /** For `doctor`'s question to the server's HTTP side for the time. */
  readonly timeMs: number;
}

/** The limits in force. */
export const LIMITS: Limits = {
  connectMs: 20_000,
  greetingMs: 20_000,
  callMs: 120_000,
  chunkMs: 60_000,
  silenceMs: 45_000,
  keepaliveMs: 10_000,
  closeMs: 2_000,
  timeMs: 10_000,
};

/** How often the limits above are checked. */
export const WATCH_INTERVAL_MS = 2_500;

/** Which failures are retried, and for how long; the first limit that is reached counts. */
export interface PatienceRule {
  readonly kinds: readonly ErrorKind[];
  /** Most tries without any progress. */
  readonly tries?: number;
  /** Longest time since the first of these failures, in milliseconds. */
  readonly forMs?: number;
  /** Other failures, which are counted separately. */
  readonly also?: PatienceRule;
}

/**
 * A server has few database connections, and each transaction holds one, for example another program's backup. A call
 * that gets none is refused by the server after 5 s.
 */
const FULL = { kinds: ["full"], forMs: 300_000 } as const;

/** How often each kind of work is tried before it counts as failed. */
export const PATIENCE = {
  /**
   * A new connection for a lost one: two to four minutes, as long as a server's restart. Once rows are copied, waiting
   * for the end of a maintenance is better than giving up.
   */
  reconnect: { kinds: ["connection", "unanswered", "transaction", "unavailable"], tries: 18 },
  /** Sessions in a row without progress. */
  session: { kinds: ["connection", "unanswered", "transaction"], tries: 18 },
  /** A call that fails with an internal error without details. */
  call: { kinds: ["busy"], tries: 4, also: FULL },
  /** The same outside of any transaction, where the database may drop the call's own connection. */
  alone: { kinds: ["busy", "transaction"], tries: 4, also: FULL },
  /** A medium that fails in this way, is too short, or stops. It is fetched outside of any transaction. */
  medium: { kinds: ["busy", "transaction", "unanswered", "medium", "server", "size"], tries: 4, also: FULL },
  /** Planning, again from its beginning. */
  plan: { kinds: ["connection", "unanswered", "transaction", "busy"], tries: 4 },
  /** A group of writes that conflicts, expires, meets a deleted row, or a server in trouble. */
  group: { kinds: ["connection", "unanswered", "transaction", "busy", "gone"], tries: 10, also: FULL },
  /** Reading back what was written, again from its beginning. */
  proof: { kinds: ["connection", "unanswered", "transaction", "busy"], tries: 4, also: FULL },
} as const satisfies Readonly<Record<string, PatienceRule>>;

/**
 * How long the first connection is tried, in milliseconds. Somebody who watches wants to know soon; a laptop that wakes
 * at night has no network yet.
 */
export const FIRST_WAIT = { watchedMs: 10_000, unwatchedMs: 600_000 } as const;

/** The first connection: tried for this long, except when the server refuses the key. */
export function firstConnection(waitMs: number = FIRST_WAIT.watchedMs): PatienceRule {
  return { kinds: ["connection", "unanswered"], forMs: waitMs, also: { kinds: ["transaction"], tries: 4 } };
}

/**
 * Waits between tries: each longer, by chance between half of it and all, so that clients do not ask at the same
 * moments.
 */
export const BACKOFF = { firstMs: 250, growth: 2.5, maxMs: 20_000 } as const;

/** Pause between two checks whether a commit whose reply was lost has taken effect. */
export const ASK_COMMIT_MS = 250;

/** The server never sends a JSON message of this many bytes or more, and closes the connection when it receives one. */
export const MAX_MESSAGE_BYTES = 16_777_216;
