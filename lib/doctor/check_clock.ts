/**
 * Whether this machine's clock agrees with the server's, by the time in its HTTP answers. File names with dates depend
 * on it.
 */
import type { Clock } from "../clock.ts";
import { directClient } from "../uplink/loopback.ts";
import { EXIT } from "../exit_codes.ts";
import type { Check } from "./check.ts";

/** A difference too small to report; HTTP sends whole seconds. */
const TOLERATED_MS = 60_000;

/** Asks the server's HTTP side for the time. It is no problem if the server does not say it. */
export async function checkClock(url: string, clock: Clock, limitMs: number, signal: AbortSignal): Promise<Check> {
  const told = await serverTime(url, limitMs, signal);
  const check = { name: "clock", hint: null, exitCode: EXIT.done } as const;
  if (told === null) return { ...check, verdict: "note", message: "The server does not say its time" };
  const skew = clock.now() - told;
  if (Math.abs(skew) <= TOLERATED_MS) return { ...check, verdict: "ok", message: "Agrees with the server's" };
  const message = `This machine's clock is ${Math.round(Math.abs(skew) / 1_000)} s ${
    skew > 0 ? "ahead of" : "behind"
  } the server's`;
  return { ...check, verdict: "note", message, hint: "Set the clock: backups are dated by it." };
}

async function serverTime(url: string, limitMs: number, signal: AbortSignal): Promise<number | null> {
  try {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(limitMs)]);
    const address = url.replace(/^ws/, "http");
    using client = directClient(address);
    const options = { signal: limit, redirect: "manual" } as const;
    const response = await fetch(address, client === null ? options : { ...options, client });
    await response.body?.cancel();
    const time = Date.parse(response.headers.get("date") ?? "");
    return Number.isNaN(time) ? null : time;
  } catch {
    return null;
  }
}
