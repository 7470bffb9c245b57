/**
 * What a run of the bench is asked for: which parts, how large, how often. Plain data.
 */
import type { PaceName } from "../../lib/backup/copy/pace.ts";

/** Parts of the bench, in the order in which they run. */
export const PARTS = [
  "client",
  "serve",
  "media",
  "shapes",
  "pace",
  "restore",
  "revert",
  "export",
  "browse",
  "vault",
  "start",
] as const;

/** One of {@link PARTS}. */
export type Part = typeof PARTS[number];

/** A run. */
export interface BenchPlan {
  /** The long form: sizes of the README's figures. */
  readonly long: boolean;
  /** How often each thing is measured; the median counts. */
  readonly runs: number;
  /** The pace of backups. */
  readonly pace: PaceName;
  /** A folder for files, emptied by nobody but its owner. */
  readonly folder: string;
}

/** Key of every server here. */
export const BENCH_KEY = "server_BENCHBENCHBENCHBENCHBE-BENCHAPP";
