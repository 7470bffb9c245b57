/**
 * How long a command tries to reach the server at first: what the user says, else by whether somebody looks on.
 */
import { FIRST_WAIT } from "../../uplink/limits.ts";
import type { Surroundings } from "../model/command.ts";

/** Milliseconds. */
export function firstWait(
  { flags, terminal }: Pick<Surroundings, "terminal"> & { readonly flags: { readonly wait: number | null } },
): number {
  if (flags.wait !== null) return flags.wait;
  return terminal.errIsTerminal || terminal.outIsTerminal ? FIRST_WAIT.watchedMs : FIRST_WAIT.unwatchedMs;
}
