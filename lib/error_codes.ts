/**
 * Every failure that a user may see, by its code: its kind, which decides about retries, and the exit code of the
 * program. Only the table; `errors.ts` makes errors of it.
 */
import { EXIT, type ExitCode } from "./exit_codes.ts";

/** What can be done about a failure. */
const ERROR_KINDS = [
  /** The command line, a key, or a file of the user's has to be changed. */
  "usage",
  /** A file is not what it should be. */
  "file",
  /** The place where a file goes, or the disk. */
  "place",
  /** The app's tables are not as they should be. */
  "schema",
  /** The server refuses, and will refuse again. */
  "refused",
  /** The connection failed or was lost: another may work. */
  "connection",
  /** One call was not answered in time: it may work the next time. */
  "unanswered",
  /** The server is too busy, or says only that something went wrong: it may work the next time. */
  "busy",
  /** Others hold all of the server's database connections: one will be free when they have ended, in minutes. */
  "full",
  /** The server is busy for minutes: maintenance, a quota. */
  "unavailable",
  /** The transaction is gone, with its writes: doing it again may work. */
  "transaction",
  /** The reply would be too large: asking for less works. */
  "size",
  /** The bytes of one medium were wrong: fetching them again may work. */
  "medium",
  /** What was asked for no longer exists. */
  "gone",
  /** The server did something that it should not do. */
  "server",
  /** The user stopped the run. */
  "stopped",
] as const;

/** One of {@link ERROR_KINDS}. */
export type ErrorKind = typeof ERROR_KINDS[number];

/** What is known of a code. */
interface Failure {
  readonly kind: ErrorKind;
  readonly exitCode: ExitCode;
}

const failure = (kind: ErrorKind, exitCode: ExitCode): Failure => ({ kind, exitCode });

const USAGE = failure("usage", EXIT.usage);
const NOT_OURS = failure("file", EXIT.notOurs);
const DAMAGED = failure("file", EXIT.different);
const PLACE = failure("place", EXIT.destination);
const SCHEMA = failure("schema", EXIT.drift);
const NOT_ALLOWED = failure("refused", EXIT.notAllowed);
const CONNECTION = failure("connection", EXIT.unreachable);
const UNAVAILABLE = failure("unavailable", EXIT.unavailable);
const TRANSACTION = failure("transaction", EXIT.failed);

/** All codes: stable, lower-case, hyphenated, for programs and tests. */
export const FAILURES = {
  "usage": USAGE,
  "bad-url": USAGE,
  "proxy-between": USAGE,
  "bad-key": USAGE,
  "bad-key-file": USAGE,
  "no-key": USAGE,
  "no-such-app": USAGE,
  "bad-app-file": USAGE,
  "no-config-folder": USAGE,
  "bad-selection": USAGE,
  "bad-where": USAGE,
  "no-such-row": USAGE,
  "no-such-table": USAGE,
  "bad-key-column": USAGE,
  "ambiguous-key": USAGE,
  "bad-mask": USAGE,
  "cannot-read": USAGE,
  "not-yaml": USAGE,
  "not-a-schema": USAGE,
  "duplicate-table": USAGE,
  "too-many-columns": USAGE,
  "not-confirmed": USAGE,
  "not-permitted": USAGE,
  "no-sqlite": USAGE,
  "no-id-map": USAGE,
  "address-in-use": USAGE,
  "address-refused": USAGE,
  "bad-address": USAGE,
  "own-app": USAGE,
  "other-app": USAGE,
  "older-snapshot": USAGE,
  "resume-mismatch": USAGE,
  "undo-mismatch": USAGE,
  "bad-when": USAGE,
  "no-such-snapshot": USAGE,
  "ambiguous-source": USAGE,

  "cannot-open": NOT_OURS,
  "not-a-database": NOT_OURS,
  "not-a-vault": NOT_OURS,
  "not-an-archive": NOT_OURS,
  "not-an-id-map": NOT_OURS,
  "not-a-partial": NOT_OURS,
  "empty-partial": NOT_OURS,
  "newer-format": NOT_OURS,
  "bad-schema-json": NOT_OURS,
  "bad-forum-file": NOT_OURS,
  "unfinished": NOT_OURS,
  "unfinished-write": NOT_OURS,
  "row-vanished": NOT_OURS,
  "damaged": DAMAGED,
  "damaged-catalogue": DAMAGED,
  "export-differs": DAMAGED,
  "damaged-id-map": DAMAGED,
  "damaged-partial": DAMAGED,
  "damaged-vault": DAMAGED,

  "destination-exists": PLACE,
  "destination-missing": PLACE,
  "cannot-write": PLACE,
  "file-replaced": PLACE,
  "name-too-long": PLACE,
  "no-temp-folder": PLACE,
  "output-lost": PLACE,
  "disk-full": PLACE,
  "disk-failed": PLACE,
  "locked": PLACE,
  "unfinished-restore": PLACE,
  "not-empty": PLACE,

  "schema-drift": SCHEMA,
  "app-changed": SCHEMA,
  "other-table": SCHEMA,
  "schema-changed": failure("schema", EXIT.failed),

  "key-refused": failure("refused", EXIT.keyRefused),
  "client-key": NOT_ALLOWED,
  "not-readable": NOT_ALLOWED,
  "not-writable": NOT_ALLOWED,
  "not-writable-key": NOT_ALLOWED,
  "permission-denied": NOT_ALLOWED,
  "refused": failure("connection", EXIT.unreachable),
  "outdated": failure("refused", EXIT.unreachable),

  "unreachable": CONNECTION,
  "server-down": CONNECTION,
  "not-an-uplink": failure("refused", EXIT.unreachable),
  "connection-lost": CONNECTION,
  "database-unreachable": CONNECTION,
  "database-password": failure("refused", EXIT.keyRefused),
  "database-error": failure("server", EXIT.failed),
  "no-answer": failure("unanswered", EXIT.unreachable),
  "protocol": failure("server", EXIT.unreachable),
  "maintenance": UNAVAILABLE,
  "quota": UNAVAILABLE,
  "rate-limit": failure("busy", EXIT.unavailable),

  "server-full": failure("full", EXIT.unavailable),
  "server-busy": failure("busy", EXIT.failed),
  "transaction-expired": TRANSACTION,
  "transaction-conflict": TRANSACTION,
  "transaction-lost": TRANSACTION,
  "payload-too-large": failure("size", EXIT.failed),
  "message-too-large": failure("size", EXIT.failed),
  "media-length": failure("medium", EXIT.failed),
  "media-gone": failure("gone", EXIT.failed),
  "row-deleted": failure("gone", EXIT.failed),
  "more-deleted": failure("refused", EXIT.failed),
  "deletion-refused": failure("refused", EXIT.failed),
  "remote-error": failure("server", EXIT.failed),

  "hung-up": failure("stopped", EXIT.hungUp),
  "interrupted": failure("stopped", EXIT.interrupted),
  "terminated": failure("stopped", EXIT.terminated),
} as const satisfies Readonly<Record<string, Failure>>;

/** One of the codes of {@link FAILURES}. */
export type ErrorCode = keyof typeof FAILURES;
