/**
 * Nights: the backups of one app, as pages know them before one is opened. Plain data, so that threads can send it to
 * each other.
 */

/** One backup of the app. */
export interface Night {
  /** Its name in an address: `20261101T020700Z`; unique on the page. */
  readonly key: string;
  /** Its name for `restore`: `app.vault@2026-11-01T02:07:00Z`, or the file. */
  readonly source: string;
  /** Its number in a vault; null for a file. */
  readonly number: number | null;
  /** When it was begun, in milliseconds since 1970; null when the file does not say. */
  readonly start: number | null;
  readonly complete: boolean;
  readonly sameMoment: boolean;
  readonly rows: number | null;
  readonly bytes: number | null;
  /** Sentences about what looks wrong; empty when nothing does. */
  readonly looksWrong: readonly string[];
  /** How many more or fewer rows than the night before, by the names of tables; null when that is not stored. */
  readonly rowChanges: Readonly<Record<string, number>> | null;
}

/** What the pages show: one file, or the nights of a folder or vault. */
export interface Library {
  /** As the user named it. */
  readonly source: string;
  readonly kind: "file" | "folder" | "vault";
  /** Path of the vault; null for files. */
  readonly vault: string | null;
  /** Name of the app; empty when it is not known. */
  readonly app: string;
  /** The newest first; at least one. */
  readonly nights: readonly Night[];
  /** Key of the night that is shown when the address names none. */
  readonly newest: string;
  /** When the newest good night was last checked, and how; null when that is not known. */
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

/** Where the file of a night is, or how far its making is. */
export type NightState =
  | { readonly kind: "there"; readonly path: string }
  | { readonly kind: "making"; readonly rows: number }
  | { readonly kind: "failed"; readonly message: string };
