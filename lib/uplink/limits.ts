/**
 * Limits of the waits on a server's answers, and bounds of retries, so that nothing hangs. Waits on other things have
 * theirs where they are: a commit whose reply was lost (`restore_options.ts`), the lock of a file (`archive_writer.ts`),
 * the second thread (`check_helper.ts`). All in milliseconds unless the name says otherwise. Only numbers and why.
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
export const WATCH_INTERVAL_MS = 500;

/** Which failures are worth another try, and when it is enough: whichever bound is met first. */
export interface PatienceRule {
  readonly kinds: readonly ErrorKind[];
  /** Tries in all, of which none brought anything. */
  readonly tries?: number;
  /** From the first of these failures on, in milliseconds. */
  readonly forMs?: number;
}

/** How often something is tried before it counts as failed. */
export const PATIENCE = {
  /** The first connection: a server may be slow to wake, and one that refuses has said so. */
  connect: { kinds: ["connection", "unanswered"], tries: 3 },
  /**
   * A connection in place of one that was lost: two to four minutes, a server's restart. Once rows are copied, waiting for
   * the end of a maintenance is better than giving up.
   */
  reconnect: { kinds: ["connection", "unanswered", "unavailable"], tries: 18 },
  /** Sessions in a row that bring nothing new. */
  session: { kinds: ["connection", "unanswered", "transaction"], tries: 18 },
  /** A call that fails with an opaque internal error, or finds the server's pool empty. */
  call: { kinds: ["busy"], tries: 4 },
  /** A medium that fails so, comes short, or stops coming. It is fetched outside of any transaction. */
  medium: { kinds: ["busy", "transaction", "unanswered", "medium", "server", "size"], tries: 4 },
  /** A group of writes that conflicts, expires, or meets a server in trouble. */
  group: { kinds: ["connection", "unanswered", "transaction", "busy"], tries: 10 },
  /** Reading back what was written, from its beginning. */
  proof: { kinds: ["connection", "unanswered", "transaction", "busy"], tries: 4 },
} as const satisfies Readonly<Record<string, PatienceRule>>;

/** Waits between tries: each longer, by chance between half of it and all, so that no two clients ask in step. */
export const BACKOFF = { firstMs: 250, growth: 2.5, maxMs: 20_000 } as const;

/** Pause between two questions whether a commit whose reply was lost has taken effect. */
export const ASK_COMMIT_MS = 250;

/** A JSON message of this many bytes or more is never sent by the server, and closes the connection when received. */
export const MAX_MESSAGE_BYTES = 16_777_216;
