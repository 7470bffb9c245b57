/**
 * What a run reports about itself while it goes on: a closed union of plain events, the same for people and programs.
 * `--json` prints them unchanged, one JSON object a line, with `type` renamed to `event`. Types only.
 */

/** The backup of one of several apps begins. */
interface AppEvent {
  readonly type: "app";
  /** The name under which it was set up. */
  readonly name: string;
}

/** A backup is young enough, so no new one is made. */
interface NotDueEvent {
  readonly type: "not-due";
  /** The newest complete backup. */
  readonly path: string;
  /** Its age in milliseconds. */
  readonly ageMs: number;
}

/** A restore was tried on this machine, after the backup. */
interface DrilledEvent {
  readonly type: "drilled";
  /** Whether everything came back as it is in the file. */
  readonly good: boolean;
  readonly rows: number;
}

/** Old backups were removed, after the backup. */
interface PrunedEvent {
  readonly type: "pruned";
  /** Files, or snapshots of a vault. */
  readonly removed: number;
}

/** Connected and authenticated. */
interface ConnectedEvent {
  readonly type: "connected";
  /** Host of the server. */
  readonly host: string;
  /** Anvil's app id, or null if the server does not say it. */
  readonly app: string | null;
}

/** What will be copied. */
interface PlanEvent {
  readonly type: "plan";
  readonly tables: number;
  /** Rows of all these tables, as the server counts them. */
  readonly rows: number;
}

/** The copy of a table begins. Several can run at the same time. */
interface TableStartEvent {
  readonly type: "table-start";
  readonly table: string;
  /** Its rows as the server counts them. */
  readonly rows: number;
}

/** The progress of a table. */
interface RowsEvent {
  readonly type: "rows";
  readonly table: string;
  /** Its rows copied so far. */
  readonly rows: number;
  /** Bytes received for them so far. */
  readonly bytes: number;
}

/** The progress of the media. */
interface MediaEvent {
  readonly type: "media";
  /** Files done so far, in the whole run. */
  readonly done: number;
  /** Files known so far. */
  readonly total: number;
  /** Bytes received for them so far. */
  readonly bytes: number;
}

/** A table is finished. */
interface TableDoneEvent {
  readonly type: "table-done";
  readonly table: string;
  /** Rows copied. */
  readonly rows: number;
}

/** Something is missing or odd; it is noted in the file too. */
interface WarningEvent {
  readonly type: "warning";
  /** Stable, lower-case, hyphenated. */
  readonly code: string;
  readonly message: string;
}

/** Something failed and is tried again. */
interface RetryEvent {
  readonly type: "retry";
  /** What is tried again. */
  readonly what: string;
  /** Number of the coming attempt, from 2. */
  readonly attempt: number;
  /** Milliseconds until then. */
  readonly waitMs: number;
  /** Why it failed. */
  readonly message: string;
}

/** A check that may take a while. */
interface CheckingEvent {
  readonly type: "checking";
  readonly what: string;
}

/** Work that changes no figure. */
interface StepEvent {
  readonly type: "step";
  /** A few words, such as `Setting links of table 'books'`. */
  readonly what: string;
}

/** The run has ended. */
export interface DoneEvent {
  readonly type: "done";
  /** The file written, or null. */
  readonly path: string | null;
  /** Whether nothing is missing. */
  readonly complete: boolean;
  readonly tables: number;
  readonly rows: number;
  /** Media files. */
  readonly media: number;
  /** Bytes received, rows and media. */
  readonly bytes: number;
  readonly warnings: number;
  /** Milliseconds from beginning to end. */
  readonly ms: number;
}

/** One event of a run. */
export type ProgressEvent =
  | AppEvent
  | NotDueEvent
  | DrilledEvent
  | PrunedEvent
  | ConnectedEvent
  | PlanEvent
  | TableStartEvent
  | RowsEvent
  | MediaEvent
  | TableDoneEvent
  | WarningEvent
  | RetryEvent
  | CheckingEvent
  | StepEvent
  | DoneEvent;
