/**
 * Every wait of the program on a server has its limit here, so that nothing hangs.
 * All in milliseconds unless the name says otherwise. Only numbers and why they are what they are.
 */

/** Limits of one connection; tests pass smaller ones. */
export interface Limits {
  /** From dialling to the WebSocket being open. Deno's client has no limit of its own. */
  readonly connectMs: number;
  /** From sending the key to the `auth` reply. */
  readonly greetingMs: number;
  /** From a call to its reply. A page that takes 10 s loses its transaction anyway. */
  readonly callMs: number;
  /** Between two chunks of one medium. The server's own limit for uploads is 60 s. */
  readonly chunkMs: number;
  /** Nothing received at all while the keepalive asks: the link is half open. */
  readonly silenceMs: number;
  /** Pause between two keepalive calls; the official client uses the same. */
  readonly keepaliveMs: number;
  /** From asking for the connection's end to giving up on a clean close. */
  readonly closeMs: number;
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
};

/** How often the limits above are looked at. */
export const WATCH_INTERVAL_MS = 500;

/** A JSON message of this many bytes or more is never sent by the server, and closes the connection when received. */
export const MAX_MESSAGE_BYTES = 16_777_216;
