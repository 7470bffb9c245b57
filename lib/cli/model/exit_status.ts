/**
 * What each exit code means, in the words of `--help`. Only constants.
 */
import { EXIT, type ExitCode } from "../../exit_codes.ts";

/** Meaning of every exit code. */
export const EXIT_MEANINGS: Readonly<Record<ExitCode, string>> = {
  [EXIT.done]: "Done and complete.",
  [EXIT.failed]: "Failed, with no code of its own.",
  [EXIT.usage]: "Wrong usage or configuration, or a file that is not a schema.",
  [EXIT.incomplete]: "Written, but incomplete: what is missing is listed in the file and on stderr.",
  [EXIT.different]: "Differences or damage found.",
  [EXIT.drift]: "The app's schema does not fit, or has changed and --strict-schema refused that.",
  [EXIT.attention]: "Something looks wrong, or the newest backup is too old.",
  [EXIT.unreachable]: "Server not reached, or lost for good.",
  [EXIT.keyRefused]: "Key refused.",
  [EXIT.notAllowed]: "The key may not do this.",
  [EXIT.unavailable]: "Maintenance, quota or rate limit.",
  [EXIT.notOurs]: "Not one of our files, or written by a newer version.",
  [EXIT.destination]: "Destination exists, is locked, or the disk is full.",
  [EXIT.hungUp]: "The terminal was closed.",
  [EXIT.interrupted]: "Interrupted, with Ctrl-C.",
  [EXIT.terminated]: "Ended by SIGTERM.",
};

/** Codes of a command that was stopped from outside. */
const STOPPED = [EXIT.hungUp, EXIT.interrupted, EXIT.terminated] as const;

/** Codes that any command may end with. */
export const COMMON_EXITS = [EXIT.done, EXIT.failed, EXIT.usage, ...STOPPED] as const;

/** Codes of a command that connects to a server. */
export const CONNECTION_EXITS = [EXIT.unreachable, EXIT.keyRefused, EXIT.notAllowed, EXIT.unavailable] as const;
