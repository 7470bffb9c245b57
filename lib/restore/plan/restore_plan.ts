/**
 * The contents of a restore plan: tables, what does not fit, what cannot come back, and for a restore in place every
 * row. Plain data; it plans nothing.
 */
import type { ChangesOfTable } from "../in_place/shown_changes.ts";
import type { Gap } from "../job/check_fit.ts";
import type { LossMessage } from "../job/loss_list.ts";
import type { RestoreMode } from "../job/restore_options.ts";
import type { Storages, TableJob } from "../job/table_job.ts";

/** One table of the plan. */
export interface PlannedTable {
  readonly name: string;
  readonly inserts: number;
  readonly updates: number;
  /** Rows that the app has already. */
  readonly skips: number;
  /** Rows of the app that are deleted first. */
  readonly deletes: number;
}

/** The plan of a restore. */
export interface RestorePlan {
  readonly mode: RestoreMode;
  /** What a user types to agree: the app's id, or its host. */
  readonly app: string;
  /** Whether the archive was made from this same app. */
  readonly sameApp: boolean;
  readonly tables: readonly PlannedTable[];
  /** Rows to insert or update. */
  readonly rows: number;
  /** Bytes of their values. */
  readonly bytes: number;
  readonly media: number;
  readonly mediaBytes: number;
  readonly links: number;
  readonly estimateMs: number;
  readonly gaps: readonly Gap[];
  /** `db_schema` text that would add what is missing; empty when it can add nothing. */
  readonly closingSchema: string;
  /** What of the chosen rows cannot come back. */
  readonly losses: readonly LossMessage[];
  /** Values that the app's storage changes. */
  readonly changes: readonly LossMessage[];
  /** Names of tables that rows are to be written to, and that server code may not write to. */
  readonly refused: readonly string[];
  /** What the app loses besides the deleted rows: links of other tables to them. */
  readonly warnings: readonly string[];
  /** What a restore in place does, row by row; null for any other restore. */
  readonly ownApp: OwnAppPlan | null;
}

/** What no restore over the Uplink can bring back. */
export const NOT_RESTORED: readonly string[] = [
  "row ids: Anvil gives new ones (the id map says which), and text that holds an old id still holds it",
  "ids of tables, columns and media",
  "access rules and indexes of tables",
];

/** A plan, with what is needed to carry it out. */
export interface PreparedRestore {
  readonly plan: RestorePlan;
  readonly jobs: readonly TableJob[];
  readonly storages: Storages;
}

/** What is known of a restore in place, besides the rows of its tables. */
export interface OwnAppPlan {
  /** When the backup was begun, as ISO 8601 in UTC; null when the file does not say. */
  readonly madeAt: string | null;
  /** Whether the app was recognised by its address and columns: an App Server has no ids. */
  readonly concluded: boolean;
  readonly tables: readonly ChangesOfTable[];
  /** Number of rows of the app that are newer than the file and stay, by table; only for whole tables. */
  readonly newer: readonly { readonly table: string; readonly rows: number }[];
}
