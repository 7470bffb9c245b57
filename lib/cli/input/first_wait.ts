/**
 * How long a command tries to reach the server at first: as long as the user says. Without that, it depends on whether
 * somebody watches.
 */
import { FIRST_WAIT } from "../../uplink/limits.ts";
import type { Surroundings } from "../model/command.ts";

/** The time in milliseconds. */
export function firstWait(
  { flags, terminal }: Pick<Surroundings, "terminal"> & { readonly flags: { readonly wait: number | null } },
): number {
  if (flags.wait !== null) return flags.wait;
  return terminal.errIsTerminal || terminal.outIsTerminal ? FIRST_WAIT.watchedMs : FIRST_WAIT.unwatchedMs;
}
