/**
 * Reports to a monitoring service how a run begins and ends, by requests to a secret URL. It sends counts only: no
 * names, no texts, no keys. A service that does not answer neither stops nor fails the run, and delays it by 12 s at
 * most.
 */
import type { Clock } from "../clock.ts";
import { EXIT, type ExitCode } from "../exit_codes.ts";
import { directClient } from "../uplink/loopback.ts";

/** How long the end of a run waits for the service, in milliseconds, all tries together. */
const PING_LIMIT_MS = 10_000;
/** How long the beginning may still be told when the run is over. */
const START_MS = 2_000;
/** Pause before the end is told once more. */
const AGAIN_MS = 1_000;

/** Where to tell it, and how. */
export interface PingOptions {
  /** `http:` or `https:`. A success is told to it as it stands. */
  readonly url: string;
  readonly clock: Clock;
  /** Called with a sentence, without the URL, when the end of a run could not be told. */
  readonly warn: (message: string) => void;
  /** The exit code of what was thrown. */
  readonly exitCodeOf: (error: unknown) => ExitCode;
}

/** How a run ended. */
export interface PingOutcome {
  readonly exitCode: ExitCode;
  readonly counts: { readonly [name: string]: number };
}

/**
 * Runs something between two pings. The paths are those that healthchecks.io made usual: `URL/start` at the beginning, `URL`
 * for exit code 0, `URL/CODE` for any other.
 */
export async function pinged<T>(
  options: PingOptions | null,
  body: () => Promise<T>,
  outcomeOf: (result: T) => PingOutcome,
): Promise<T> {
  if (options === null) return await body();
  const { clock } = options;
  const began = clock.monotonic();
  const starting = new AbortController();
  const start = send(pingUrl(options.url, "start"), "", starting.signal);
  const end = async ({ exitCode, counts }: PingOutcome) => {
    // Two pings under way at once could arrive in the wrong order.
    const cancel = clock.after(START_MS, () => starting.abort());
    await start;
    cancel();
    const seconds = Math.round((clock.monotonic() - began) / 1_000);
    const lines = Object.entries({ exit: exitCode, ...counts, seconds }).map(([name, count]) => `${name}=${count}\n`);
    const url = exitCode === EXIT.done ? options.url : pingUrl(options.url, String(exitCode));
    const failure = await sendTwice(url, lines.join(""), clock);
    if (failure !== null) options.warn(`How this run ended could not be told to the URL of --ping: ${failure}`);
  };
  let result: T;
  try {
    result = await body();
  } catch (error) {
    await end({ exitCode: options.exitCodeOf(error), counts: {} });
    throw error;
  }
  await end(outcomeOf(result));
  return result;
}

/** Tells that a run failed that could not tell it itself: it was killed, or never began. */
export async function tellFailure({ url, clock, warn }: PingOptions): Promise<void> {
  const failure = await sendTwice(pingUrl(url, "fail"), "", clock);
  if (failure !== null) warn(`The failure could not be told to the URL of --ping: ${failure}`);
}

/** The URL with one more word behind its path; what it asks for stays. */
function pingUrl(url: string, word: string): string {
  const address = new URL(url);
  address.pathname = `${address.pathname.replace(/\/+$/, "")}/${word}`;
  return address.href;
}

/** Two tries within the limit; why both failed, or null. */
async function sendTwice(url: string, counts: string, clock: Clock): Promise<string | null> {
  const limit = new AbortController();
  const cancelLimit = clock.after(PING_LIMIT_MS, () => limit.abort());
  try {
    if (await send(url, counts, limit.signal) === null) return null;
    await new Promise<void>((resolve) => {
      const cancel = clock.after(AGAIN_MS, resolve);
      limit.signal.addEventListener("abort", () => (cancel(), resolve()), { once: true });
    });
    return await send(url, counts, limit.signal);
  } finally {
    cancelLimit();
  }
}

/** Why it was not told, or null. */
async function send(url: string, body: string, signal: AbortSignal): Promise<string | null> {
  try {
    using client = directClient(url);
    const options = { method: "POST", body, signal } as const;
    const response = await fetch(url, client === null ? options : { ...options, client });
    await response.body?.cancel();
    return response.ok ? null : `its server answered ${response.status}`;
  } catch {
    // The message of such an error holds the URL.
    return signal.aborted ? `no answer within ${PING_LIMIT_MS / 1_000} s` : "its server was not reached";
  }
}
