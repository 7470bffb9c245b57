/**
 * What SQLite and the file system say when a file cannot be read or written, as errors that a user understands.
 * SQLite's failures are recognised by their text, which is the same in both engines (sqlite.org/rescode.html). Pure.
 */
import { AnvilSqliteError, type ErrorParts } from "../errors.ts";

type Failure = Omit<ErrorParts, "cause"> & { readonly what: string };

/** Texts of failures, and what they mean; the first match counts. */
const FAILURES: readonly (readonly [pattern: RegExp, failure: Failure])[] = [
  [/database or disk is full|No space left on device|Disk quota exceeded/, {
    what: "The disk is full",
    code: "disk-full",
    hint: "Free some space, or choose another place with -o.",
  }],
  [/disk I\/O error|File too large|Input\/output error|Read-only file system/, {
    what: "The disk does not take or give what it should",
    code: "disk-failed",
    hint: "Check the disk, and limits on the size of files.",
  }],
  [/file is not a database/, {
    what: "This is not a SQLite file",
    code: "not-a-database",
    hint: "Give a .sqlite file that 'anvil-sqlite backup' or 'demo' has written.",
  }],
  [/database disk image is malformed|malformed database schema/, {
    what: "The file is damaged",
    code: "damaged",
    hint: "Use another backup; 'sqlite3 FILE .dump' may still show some rows, as SQL to read.",
  }],
  [/database is locked|database table is locked|database schema is locked/, {
    what: "Another run is using the file",
    code: "locked",
    hint: "Wait until it has ended.",
  }],
  // Somebody must roll back a killed run's journal, and a reader only reads.
  [/attempt to write a readonly database/, {
    what: "The file was left in the middle of a write",
    code: "unfinished-write",
    hint: "If it is the file of an interrupted backup, 'backup --resume FILE.partial' repairs it.",
  }],
];

/** The error to throw for a failure: one with a sentence if its text is known, otherwise the same error. */
export function storageError(cause: unknown, path: string): unknown {
  if (cause instanceof AnvilSqliteError || !(cause instanceof Error)) return cause;
  const known = FAILURES.find(([pattern]) => pattern.test(cause.message))?.[1];
  if (known === undefined) return cause;
  const { what, ...parts } = known;
  const reason = cause.message.replace(/ \(os error \d+\)(: .*)?$/, "");
  return new AnvilSqliteError(`${what}: ${reason} ('${path}')`, { ...parts, cause });
}

/** Runs `body`, and replaces the errors that it throws by clear ones. */
export function withStorageErrors<T>(path: string, body: () => T): T {
  try {
    return body();
  } catch (cause) {
    throw storageError(cause, path);
  }
}
