/**
 * The exit codes of the program, by meaning, and which of several is the worst. Only numbers; `error_codes.ts` says which failure has which.
 */

/** Exit codes of the program, by meaning. */
export const EXIT = {
  /** Done and complete. */
  done: 0,
  /** Failed, with no code of its own. */
  failed: 1,
  /** Wrong usage or configuration, or a file that is not a schema. */
  usage: 2,
  /** Written, but incomplete. */
  incomplete: 3,
  /** Differences or damage found. */
  different: 4,
  /** Schema drift refused. */
  drift: 5,
  /** Something looks wrong, or the newest backup is too old. */
  attention: 6,
  /** Server not reached, or lost for good. */
  unreachable: 10,
  /** Key refused. */
  keyRefused: 11,
  /** The key may not do this. */
  notAllowed: 12,
  /** Maintenance, quota or rate limit. */
  unavailable: 13,
  /** Not one of our files, or written by a newer version. */
  notOurs: 20,
  /** Destination exists, is locked, or the disk is full. */
  destination: 21,
  /** The terminal was closed; 128 plus the signal's number, as in any program that a signal ends. */
  hungUp: 129,
  /** Interrupted by the user. */
  interrupted: 130,
  /** Ended by SIGTERM. */
  terminated: 143,
} as const;

/** One of {@link EXIT}'s values. */
export type ExitCode = typeof EXIT[keyof typeof EXIT];

/** The worst first. */
const FROM_WORST: readonly ExitCode[] = [
  EXIT.interrupted,
  EXIT.terminated,
  EXIT.hungUp,
  EXIT.failed,
  EXIT.usage,
  EXIT.notOurs,
  EXIT.destination,
  EXIT.keyRefused,
  EXIT.notAllowed,
  EXIT.unreachable,
  EXIT.unavailable,
  EXIT.drift,
  EXIT.different,
  EXIT.incomplete,
  EXIT.attention,
];

/** The exit code of a run with several results: the worst of them; 0 if there are none. */
export function worstExit(codes: Iterable<ExitCode>): ExitCode {
  const given = new Set(codes);
  return FROM_WORST.find((code) => given.has(code)) ?? EXIT.done;
}
