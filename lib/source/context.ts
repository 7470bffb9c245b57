/**
 * What reading a source needs from outside: the time, vaults, names of apps, and a function for messages. Types only;
 * the command line makes the one that a run uses.
 */
import type { SourceSnapshot } from "./snapshot.ts";

/** Reads vaults; made by the room that knows their file. */
export interface VaultReader {
  /**
   * The snapshots of a vault, in any order. Each of them extracts itself when it is opened.
   * @throws {AnvilSqliteError} when it is not a vault that can be read
   */
  list(path: string): Promise<readonly SourceSnapshot[]>;
}

/** Knows apps by the names they were set up under. */
export interface AppPlaces {
  /** The folder or vault of an app; null for a name that is not an app's. */
  placeOf(name: string): Promise<string | null>;
  /** The names of all apps. */
  names?(): Promise<readonly string[]>;
}

/** The world around a source. */
export interface SourceContext {
  readonly now: Date;
  /** Null in a program without vaults. */
  readonly vaults: VaultReader | null;
  /** Null in a program without names of apps. */
  readonly apps: AppPlaces | null;
  /** Whether only what matters is told of what was passed over. */
  readonly quiet?: boolean;
  /** Told a line of what was passed over or chosen. */
  readonly note: (line: string) => void;
}
