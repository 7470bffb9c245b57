/**
 * Nights: the backups of one app, as pages know them before one is opened. Plain data, so that threads can send it to
 * each other.
 */

/** One backup. */
export interface Night {
  /** How an address names it: `20261101T020700Z`; unique on the page. */
  readonly key: string;
  /** How `restore` names it: `app.vault@2026-11-01T02:07:00Z`, or the file. */
  readonly source: string;
  /** Its number in a vault; null for a file. */
  readonly number: number | null;
  /** Milliseconds since 1970 when it was begun; null when the file does not say. */
  readonly start: number | null;
  readonly complete: boolean;
  readonly sameMoment: boolean;
  readonly rows: number | null;
  readonly bytes: number | null;
  /** Sentences about what looks wrong; empty when nothing does. */
  readonly looksWrong: readonly string[];
  /** Rows more or fewer than the night before, by the names of tables; null where that is not kept. */
  readonly rowChanges: Readonly<Record<string, number>> | null;
}

/** What is looked at: one file, or the nights of a folder or vault. */
export interface Library {
  /** As the user named it. */
  readonly source: string;
  readonly kind: "file" | "folder" | "vault";
  /** Path of the vault; null for files. */
  readonly vault: string | null;
  /** Name of the app; empty when nothing says it. */
  readonly app: string;
  /** The newest first; at least one. */
  readonly nights: readonly Night[];
  /** Key of the night that is shown when none is named. */
  readonly newest: string;
  /** When the newest good one was last proven to restore, and how; null when that is not known. */
  readonly proven: { readonly when: number; readonly how: "drilled" | "verified" } | null;
}

/** The key of a night that was begun at a moment. */
export function nightKey(start: Date | null, taken: ReadonlySet<string>): string {
  const key = start === null ? "file" : start.toISOString().slice(0, 19).replace(/[-:]/g, "") + "Z";
  for (let n = 1;; n++) {
    const free = n === 1 ? key : `${key}-${n}`;
    if (!taken.has(free)) return free;
  }
}

/** How it is with the file of a night. */
export type NightState =
  | { readonly kind: "there"; readonly path: string }
  | { readonly kind: "making"; readonly rows: number }
  | { readonly kind: "failed"; readonly message: string };
