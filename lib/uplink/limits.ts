/**
 * Limits of waits for a server's answers, and of retries, so that nothing hangs. Other waits have their limits where
 * they happen: a commit whose reply was lost (`restore_options.ts`), the lock of a file (`archive_writer.ts`), the
 * second thread (`check_helper.ts`). All in milliseconds unless the name says otherwise. Only numbers and their
 * reasons.
 */
import type { ErrorKind } from "../error_codes.ts";

/** Limits of one connection; tests pass smaller ones. */
export interface Limits {
  /** From dialling to the WebSocket being open. Deno's client has no limit of its own. */
  readonly connectMs: number;
  /** From sending the key to the `auth` reply. */
  readonly greetingMs: number;
  /**
   * From a call to its reply: a page, a count, a commit. A page that takes 10 s loses its transaction anyway. A call that
   * finds the server's pool empty is answered by the server, after 5 s.
   */
  readonly callMs: number;
  /** Between two chunks of one medium. The server's own limit for uploads is 60 s. */
  readonly chunkMs: number;
  /** Nothing received at all while the keepalive asks: the link is half open. */
  readonly silenceMs: number;
  /** Pause between two keepalive calls; the official client uses the same. */
  readonly keepaliveMs: number;
  /** From asking for the connection's end to giving up on a clean close. */
  readonly closeMs: number;
  /** `doctor` asking the server's HTTP side for the time. */
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

/** How often the limits above are looked at. */
export const WATCH_INTERVAL_MS = 2_500;

/** Which failures are worth another try, and when it is enough: whichever bound is met first. */
export interface PatienceRule {
  readonly kinds: readonly ErrorKind[];
  /** Tries in all, of which none brought anything. */
  readonly tries?: number;
  /** From the first of these failures on, in milliseconds. */
  readonly forMs?: number;
  /** Other failures, which are counted apart. */
  readonly also?: PatienceRule;
}

/**
 * A server has few database connections, and whoever has a transaction holds one: a backup of another program, say. A call
 * that gets none is refused by the server after 5 s.
 */
const FULL = { kinds: ["full"], forMs: 300_000 } as const;

/** How often something is tried before it counts as failed. */
export const PATIENCE = {
  /**
   * A connection in place of one that was lost: two to four minutes, a server's restart. Once rows are copied, waiting for
   * the end of a maintenance is better than giving up.
   */
  reconnect: { kinds: ["connection", "unanswered", "transaction", "unavailable"], tries: 18 },
  /** Sessions in a row that bring nothing new. */
  session: { kinds: ["connection", "unanswered", "transaction"], tries: 18 },
  /** A call that fails with an opaque internal error. */
  call: { kinds: ["busy"], tries: 4, also: FULL },
  /** The same outside of any transaction, where the database may take the call's own connection away. */
  alone: { kinds: ["busy", "transaction"], tries: 4, also: FULL },
  /** A medium that fails so, comes short, or stops coming. It is fetched outside of any transaction. */
  medium: { kinds: ["busy", "transaction", "unanswered", "medium", "server", "size"], tries: 4, also: FULL },
  /** Planning, from its beginning. */
  plan: { kinds: ["connection", "unanswered", "transaction", "busy"], tries: 4 },
  /** A group of writes that conflicts, expires, meets a row that is gone, or a server in trouble. */
  group: { kinds: ["connection", "unanswered", "transaction", "busy", "gone"], tries: 10, also: FULL },
  /** Reading back what was written, from its beginning. */
  proof: { kinds: ["connection", "unanswered", "transaction", "busy"], tries: 4, also: FULL },
} as const satisfies Readonly<Record<string, PatienceRule>>;

/**
 * How long the first connection is tried, in milliseconds: somebody who looks on wants to know soon, and a laptop that wakes
 * at night has no network yet.
 */
export const FIRST_WAIT = { watchedMs: 10_000, unwatchedMs: 600_000 } as const;

/** The first connection: tried for so long. A server that refuses a key has said so. */
export function firstConnection(waitMs: number = FIRST_WAIT.watchedMs): PatienceRule {
  return { kinds: ["connection", "unanswered"], forMs: waitMs, also: { kinds: ["transaction"], tries: 4 } };
}

/** Waits between tries: each longer, by chance between half of it and all, so that no two clients ask in step. */
export const BACKOFF = { firstMs: 250, growth: 2.5, maxMs: 20_000 } as const;

/** Pause between two questions whether a commit whose reply was lost has taken effect. */
export const ASK_COMMIT_MS = 250;

/** A JSON message of this many bytes or more is never sent by the server, and closes the connection when received. */
export const MAX_MESSAGE_BYTES = 16_777_216;
