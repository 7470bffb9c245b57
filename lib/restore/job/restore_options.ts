/**
 * What a restore is asked to do. Plain data, put together by a command or a test.
 */
import { retryReporter } from "../../ui/progress/progress.ts";
import type { Patience } from "../../uplink/patience.ts";
import type { IdMap } from "../../id_map/id_map.ts";
import type { OpenArchive } from "../../archive/open_archive.ts";
import type { Clock } from "../../clock.ts";
import type { Progress } from "../../ui/progress/progress.ts";
import type { Limits } from "../../uplink/limits.ts";
import type { Mask } from "../../mask/mask.ts";

/** What happens to rows that the app has already. */
export const RESTORE_MODES = [
  /** Only into tables without rows. */
  "empty",
  /** The tables' rows are deleted first. */
  "replace",
  /** Rows with the same values in the key columns are updated, the others are inserted. */
  "merge",
  /** Only rows whose id no longer exists in the same app are inserted, and links to them set again. */
  "missing",
  /** As `missing`, and cells of the same app that differ are set back. */
  "revert",
] as const;

/** One of {@link RESTORE_MODES}. */
export type RestoreMode = typeof RESTORE_MODES[number];

/** Which rows of the archive should come back. */
export interface RestoreSelection {
  /** `--table`: only these, by Python name; empty means all. */
  readonly only: readonly string[];
  readonly exclude: readonly string[];
  /** `--row`: only these, as `[table,row]`; empty means all. */
  readonly rows: readonly string[];
  /** `--where`: SQL on the one table named with `--table`. */
  readonly where: string | null;
  /** `--with-links`: rows that selected rows link to come too, and the rows that these link to. */
  readonly withLinks: boolean;
  /** `--linked-from`: rows of the file that link to selected rows come too. */
  readonly linkedFrom: boolean;
  /** `--where-live`: SQL on the app's values of the one table named with `--table`. */
  readonly whereLive: string | null;
}

/** Options of a restore in place, about existing rows of the app that the file was made from. */
export interface InPlaceChoices {
  /** `--column`: only these are set back, as `COLUMN` or `TABLE.COLUMN`; empty means all. */
  readonly columns: readonly string[];
  /** Whether links to rows that come back are set again. */
  readonly relink: boolean;
  /** `--delete-new`: rows of the app that are newer than the file are deleted. */
  readonly deleteNew: boolean;
  /** `--overwrite-newer`: cells that were changed after the plan are set back too. */
  readonly overwriteNewer: boolean;
}

/** Every column, links set again, nothing deleted, nobody's work overwritten. */
export const CAREFUL: InPlaceChoices = { columns: [], relink: true, deleteNew: false, overwriteNewer: false };

/** Whether a mode uses the row ids of the app that the file was made from. */
export function isInPlace(mode: RestoreMode): boolean {
  return mode === "missing" || mode === "revert";
}

/** How to reach the app. */
export interface TargetOptions {
  readonly url: string;
  readonly key: string;
  readonly clock: Clock;
  readonly limits: Limits;
  /** How long the first connection is tried, in milliseconds. Default: as when somebody watches. */
  readonly waitMs?: number;
  readonly signal: AbortSignal;
  readonly progress: Progress;
}

/** What to restore, where to, and how. */
export interface RestoreOptions extends TargetOptions {
  readonly archive: OpenArchive;
  readonly mode: RestoreMode;
  /** `--merge`: names of key columns, as `COLUMN` or `TABLE.COLUMN`. */
  readonly keys: readonly string[];
  readonly selection: RestoreSelection;
  readonly inPlace: InPlaceChoices;
  /** Id maps of earlier restores, which show what is back already. */
  readonly earlierMaps: readonly string[];
  /** Whether media are uploaded. */
  readonly media: boolean;
  /** `--in-order`: one call after the other for each table, so that new row ids ascend as the old ones did. */
  readonly inOrder: boolean;
  /** Whether the archive's own app is refused in every mode: a copy must go to another app. */
  readonly refuseOwnApp?: boolean;
  /** What is changed on the way; null for nothing. */
  readonly mask: Mask | null;
  /** Checks the rows of the file that a plan uses; null if the whole file was checked. */
  readonly checkUsed?: ((idMap: IdMap) => Promise<void>) | null;
  /**
   * How long a commit whose reply was lost may still take effect, in milliseconds; {@link SETTLE_MS} except in tests.
   */
  readonly settleMs: number;
}

/** Everything comes back, into empty tables. */
export const WHOLE: RestoreSelection = {
  only: [],
  exclude: [],
  rows: [],
  where: null,
  withLinks: false,
  linkedFrom: false,
  whereLive: null,
};

/**
 * A server drops a transaction whose commit never reached it after 10 to 15 s; one whose commit reached it takes effect
 * quickly (60 ms were seen). After this time nothing can come any more.
 */
export const SETTLE_MS = 16_000;

/** What retries need from a restore: every retry is reported. */
export function patienceOf(
  { clock, signal, progress }: Pick<TargetOptions, "clock" | "signal" | "progress">,
): Required<Patience> {
  return { clock, signal, onRetry: retryReporter(progress) };
}
