/**
 * What reading a source needs from outside: the time, vaults, names of apps, and a function for messages. Types only;
 * the command line makes the one that a run uses.
 */
import type { SourceSnapshot } from "./snapshot.ts";

/** Reads vaults; made by the room that knows their format. */
export interface VaultReader {
  /**
   * The snapshots of a vault, in any order. Each of them extracts itself when it is opened.
   * @throws {AnvilSqliteError} when the file is not a readable vault
   */
  list(path: string): Promise<readonly SourceSnapshot[]>;
}

/** Knows apps by the names under which they were set up. */
export interface AppPlaces {
  /** The folder or vault of an app; null if no app has that name. */
  placeOf(name: string): Promise<string | null>;
  /** The names of all apps. */
  names?(): Promise<readonly string[]>;
}

/** What is needed from the run. */
export interface SourceContext {
  readonly now: Date;
  /** Null in a program without vaults. */
  readonly vaults: VaultReader | null;
  /** Null in a program without names of apps. */
  readonly apps: AppPlaces | null;
  /** Whether messages about passed-over files are limited to the important ones. */
  readonly quiet?: boolean;
  /** Receives a line about what was passed over or chosen. */
  readonly note: (line: string) => void;
}
