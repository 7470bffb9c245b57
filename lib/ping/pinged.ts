/**
 * Reports to a monitoring service how a run begins and ends, by requests to a secret URL. It sends counts only: no
 * names, no texts, no keys. A service that does not answer neither stops nor fails the run, and delays it by 12 s at
 * most.
 */
import type { Clock } from "../clock.ts";
import { EXIT, type ExitCode } from "../exit_codes.ts";
import { directClient } from "../uplink/loopback.ts";

/** Time in milliseconds that the end of a run may take for the service, all tries together. */
const PING_LIMIT_MS = 10_000;
/** How long the message about the beginning may still take when the run is over. */
const START_MS = 2_000;
/** Pause before the message about the end is sent again. */
const AGAIN_MS = 1_000;

/** Where the service is, and how problems are reported. */
export interface PingOptions {
  /** `http:` or `https:`. After a success, exactly this URL is requested. */
  readonly url: string;
  readonly clock: Clock;
  /** Called with a sentence, without the URL, when the service could not be told of the end. */
  readonly warn: (message: string) => void;
  /** Returns the exit code for what was thrown. */
  readonly exitCodeOf: (error: unknown) => ExitCode;
}

/** How a run ended. */
export interface PingOutcome {
  readonly exitCode: ExitCode;
  readonly counts: { readonly [name: string]: number };
}

/**
 * Runs `body` between two pings. The paths are those of healthchecks.io, which others use too: `URL/start` at the
 * beginning, `URL` for exit code 0, `URL/CODE` for any other.
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
    // Two pings at the same time could arrive in the wrong order.
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

/** Reports the failure of a run that could not report it itself: it was killed, or never began. */
export async function tellFailure({ url, clock, warn }: PingOptions): Promise<void> {
  const failure = await sendTwice(pingUrl(url, "fail"), "", clock);
  if (failure !== null) warn(`The failure could not be told to the URL of --ping: ${failure}`);
}

/** The URL with one more word at the end of its path; its query stays. */
function pingUrl(url: string, word: string): string {
  const address = new URL(url);
  address.pathname = `${address.pathname.replace(/\/+$/, "")}/${word}`;
  return address.href;
}

/** Tries twice within the limit; returns why both tries failed, or null. */
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

/** Sends one request; returns why it failed, or null. */
async function send(url: string, body: string, signal: AbortSignal): Promise<string | null> {
  try {
    using client = directClient(url);
    const options = { method: "POST", body, signal } as const;
    const response = await fetch(url, client === null ? options : { ...options, client });
    await response.body?.cancel();
    return response.ok ? null : `its server answered ${response.status}`;
  } catch {
    // The message of such an error contains the URL.
    return signal.aborted ? `no answer within ${PING_LIMIT_MS / 1_000} s` : "its server was not reached";
  }
}
