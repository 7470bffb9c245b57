/**
 * One thing that `doctor` looked at, and what it found. Plain data.
 */
import type { ExitCode } from "../exit_codes.ts";

/** The results of a check. */
const VERDICTS = ["ok", "note", "problem"] as const;

/** One of {@link VERDICTS}. */
type Verdict = typeof VERDICTS[number];

/** One thing that was checked, and the result. */
export interface Check {
  /** What was checked: `server`, `key`, `tables`… */
  readonly name: string;
  readonly verdict: Verdict;
  readonly message: string;
  /** What to do; null when there is nothing to do. */
  readonly hint: string | null;
  /** The exit code if this were the only finding. */
  readonly exitCode: ExitCode;
}
