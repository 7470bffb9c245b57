/**
 * What a backup is asked to do. Plain data, put together by the command or a test.
 */
import type { Clock } from "../clock.ts";
import type { Progress } from "../ui/progress/progress.ts";
import type { PaceName } from "./copy/pace.ts";
import type { Limits } from "../uplink/limits.ts";
import type { Selection } from "./choose_tables.ts";
import type { Destination } from "./destination.ts";
import type { SchemaFile } from "./provenance.ts";

/** What to back up, from where, to where. */
export interface BackupOptions {
  readonly url: string;
  readonly key: string;
  /** The name that the app was set up with. Default: none. */
  readonly appName?: string | null;
  readonly destination: Destination;
  readonly selection: Selection;
  /** Whether media are fetched. */
  readonly media: boolean;
  /** `--schema`: compared with the live app. */
  readonly schemaFile: SchemaFile | null;
  /** `--strict-schema`: drift ends the run with exit 5 before anything is written. */
  readonly strictSchema: boolean;
  /** How much is asked of the server at once. Default: gentle. */
  readonly pace?: PaceName;
  readonly progress: Progress;
  readonly clock: Clock;
  readonly limits: Limits;
  /** How long the first connection is tried, in milliseconds. Default: as for somebody who looks on. */
  readonly waitMs?: number;
  readonly signal: AbortSignal;
}
