/**
 * What a backup is asked to do. Plain data, put together by the command or a test.
 */
import type { EarlierMedia } from "../archive/media/earlier_media.ts";
import type { Clock } from "../clock.ts";
import type { SnapshotApp } from "../source/snapshot.ts";
import type { Progress } from "../ui/progress/progress.ts";
import type { PaceName } from "./copy/pace.ts";
import type { Limits } from "../uplink/limits.ts";
import type { Selection } from "./choose_tables.ts";
import type { Destination } from "./destination.ts";
import type { Predecessor } from "./looks_wrong.ts";
import type { SchemaFile } from "./provenance.ts";

/** What a new backup takes from earlier ones of the same app. */
export interface EarlierBackup extends AsyncDisposable {
  /** The newest complete one, to see what looks wrong compared with it. */
  readonly predecessor: Predecessor | null;
  /** Media that cannot have changed are taken from here; null if all are to be fetched. */
  readonly media: EarlierMedia | null;
}

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
  /** `--require-snapshot`: a file whose rows are not all from the same moment counts as incomplete. */
  readonly requireSnapshot?: boolean;
  /** How much is asked of the server at once. Default: gentle. */
  readonly pace?: PaceName;
  /** Finds the backups before this one, once it is known which app it is of. Default: there are none. */
  readonly earlier?: (app: SnapshotApp) => Promise<EarlierBackup | null>;
  readonly progress: Progress;
  readonly clock: Clock;
  readonly limits: Limits;
  /** How long the first connection is tried, in milliseconds. Default: as when somebody watches. */
  readonly waitMs?: number;
  readonly signal: AbortSignal;
}
