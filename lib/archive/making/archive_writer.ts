/**
 * A file that is being written: created under a partial name, filled inside transactions, finished or left as it is.
 * Only `finish.ts` gives it its final name.
 */
import type { ArchivePlan, TablePlan } from "../../ddl/archive_plan.ts";
import { pause, systemClock } from "../../clock.ts";
import { AnvilSqliteError } from "../../errors.ts";
import {
  type ArchiveWarning,
  isHeld,
  type ListedOnly,
  recordOutcome,
  type TableOutcome,
  writeCatalogue,
  writeProvenance,
  writeWarning,
} from "../catalogue/catalogue.ts";
import { type Engine } from "../../sqlite/engine.ts";
import { type SqlValue } from "../../sqlite/sql_value.ts";
import { openEngine } from "../../sqlite/open_engine.ts";
import { checkRegularFile } from "../../sqlite/regular_file.ts";
import { APPLICATION_ID, FORMAT_VERSION, PARTIAL_SUFFIX } from "../catalogue/identity.ts";
import { MediaStore } from "../media/media_store.ts";
import { cannotWrite } from "../../place/cannot_write.ts";
import { readTrusted } from "../open_archive.ts";
import { checkNoTriggers } from "../catalogue/plain_tables.ts";
import { createResumeState, RangeWriter } from "./resume_state.ts";
import { isUnfinished } from "../catalogue/unfinished.ts";
import { RowWriter } from "../rows/row_writer.ts";

/**
 * Creates a file with its tables and catalogue, readable by its owner only, and locks it against a second writer.
 * @throws {AnvilSqliteError} `destination-exists`, `cannot-write` (exit 21)
 */
export async function createArchive(
  path: string,
  plan: ArchivePlan,
  listedOnly: readonly ListedOnly[] = [],
): Promise<ArchiveWriter> {
  claim(path);
  const engine = await openEngine(path, { mode: "write" });
  prepareForWriting(engine);
  engine.transaction(() => {
    engine.exec(`PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${FORMAT_VERSION}`);
    for (const statement of plan.tableStatements) engine.exec(statement);
    writeCatalogue(engine, plan.tables, listedOnly);
    createResumeState(engine, plan.indexStatements);
  });
  return new ArchiveWriter(engine, plan.tables);
}

/**
 * Opens a partial file to go on writing it, and locks it. A file that is none is not written to.
 * @throws {AnvilSqliteError} `not-a-partial`, `empty-partial`, `newer-format` (exit 20), `damaged`, `damaged-catalogue`
 * (exit 4), `locked` (exit 21), `resume-mismatch` (exit 2)
 */
export async function reopenArchive(path: string): Promise<ArchiveWriter> {
  if (!path.endsWith(PARTIAL_SUFFIX)) throw notAPartial(path);
  await checkRegularFile(path);
  await checkHeader(path);
  const engine = await openEngine(path, { mode: "write" });
  try {
    await lock(engine);
    if (engine.query("SELECT 1 FROM sqlite_schema LIMIT 1").length === 0) throw emptyPartial(path);
    const { tables } = readTrusted(engine);
    checkFormat(engine);
    checkNoTriggers(engine);
    prepareForWriting(engine);
    return new ArchiveWriter(engine, tables.filter(isHeld).map(({ plan }) => plan));
  } catch (error) {
    engine.close();
    throw error;
  }
}

/**
 * A partial file goes on as it was begun, and the statements for its end are those of its format.
 * @throws {AnvilSqliteError} `resume-mismatch` (exit 2)
 */
function checkFormat(engine: Engine): void {
  const format = Number(engine.query("PRAGMA user_version")[0]?.[0] ?? 0);
  if (format === FORMAT_VERSION) return;
  throw new AnvilSqliteError(`'${engine.path}' was begun by an older version of this program (format ${format})`, {
    code: "resume-mismatch",
    hint: "Start a new backup, or finish this one with the version that began it.",
  });
}

/** Two that ask at the same moment turn each other away: one of them gets the lock when both ask again. */
const LOCK_TRIES = 4;
const LOCK_WAIT_MS = 200;

/**
 * Takes the lock for good, now rather than at the first write. What a killed run left half written is rolled back first.
 * The mode is changed inside the transaction, since a lock that was only half got would stay in exclusive mode.
 */
async function lock(engine: Engine): Promise<void> {
  for (let attempt = 1;; attempt++) {
    try {
      return engine.exec("BEGIN EXCLUSIVE; PRAGMA locking_mode = EXCLUSIVE; COMMIT");
    } catch (error) {
      const isLocked = error instanceof AnvilSqliteError && error.code === "locked";
      if (!isLocked || attempt >= LOCK_TRIES) throw error;
      await pause(systemClock, Math.random() * LOCK_WAIT_MS);
    }
  }
}

/** Bytes of SQLite's header, at its beginning and at the application id (sqlite.org/fileformat.html, section 1.3). */
const MAGIC = new TextEncoder().encode("SQLite format 3\0");
const APPLICATION_ID_AT = 68;

/** Looks at the header before SQLite does, which may write to whatever it opens for writing. */
async function checkHeader(path: string): Promise<void> {
  const header = new Uint8Array(100);
  try {
    using file = await Deno.open(path);
    if (await file.read(header) === null) throw emptyPartial(path);
  } catch (cause) {
    throw cause instanceof AnvilSqliteError ? cause : notAPartial(path, cause);
  }
  const isSqlite = MAGIC.every((byte, i) => header[i] === byte);
  const id = new DataView(header.buffer).getUint32(APPLICATION_ID_AT);
  if (!isSqlite || id !== APPLICATION_ID) throw notAPartial(path);
}

function notAPartial(path: string, cause?: unknown): AnvilSqliteError {
  return new AnvilSqliteError(`'${path}' is no interrupted backup`, {
    code: "not-a-partial",
    hint: `Give the file that the interrupted run has left, which ends in ${PARTIAL_SUFFIX}.`,
    cause,
  });
}

/** The error of a partial file whose run was killed before it had begun to copy. */
export function emptyPartial(path: string): AnvilSqliteError {
  return new AnvilSqliteError(`'${path}' was interrupted before anything was in it`, {
    code: "empty-partial",
    hint: "If no run is about to fill it, delete it and start a new backup.",
  });
}

/** Makes the empty file, so that no moment passes in which others may read it, and none is overwritten. */
function claim(path: string): void {
  try {
    Deno.openSync(path, { write: true, createNew: true, mode: 0o600 }).close();
  } catch (cause) {
    if (cause instanceof Deno.errors.AlreadyExists) {
      throw new AnvilSqliteError(`The file exists already: ${path}`, {
        code: "destination-exists",
        hint: "Another run may be writing it. If none is, continue it with 'backup --resume', or delete it.",
        cause,
      });
    }
    throw cannotWrite(path, cause);
  }
}

/**
 * A rollback journal keeps a partial file sound through `kill -9`; one that is kept, its header wiped, costs a twentieth
 * less than one that is cut off after every page. `synchronous = OFF` leaves the one sync that matters to the end. The
 * exclusive lock turns a second writer away at once. A larger cache gains nothing: rows come in few places of a table,
 * near one another.
 */
function prepareForWriting(engine: Engine): void {
  engine.exec(`
    PRAGMA locking_mode = EXCLUSIVE;
    PRAGMA journal_mode = PERSIST;
    PRAGMA synchronous = OFF;
    PRAGMA cache_size = -8000;
    PRAGMA temp_store = MEMORY;
  `);
}

/** An open partial file. */
export class ArchiveWriter {
  readonly engine: Engine;
  /** The data tables that the file holds. */
  readonly tables: readonly TablePlan[];
  readonly media: MediaStore;
  /** How far the copy is. */
  readonly ranges: RangeWriter;

  constructor(engine: Engine, tables: readonly TablePlan[]) {
    this.engine = engine;
    this.tables = tables;
    this.media = new MediaStore(engine);
    this.ranges = new RangeWriter(engine);
  }

  /** Whether all is in the file and it only lacks its name. */
  get completed(): boolean {
    return !isUnfinished(this.engine);
  }

  /** A writer for the rows of one table. */
  rows(table: TablePlan): RowWriter {
    return new RowWriter(this.engine, table);
  }

  /** Writes inside one transaction. */
  transaction<T>(body: () => T): T {
    return this.engine.transaction(body);
  }

  /** Records what became of a table. Runs in the caller's transaction. */
  recordOutcome(table: TablePlan, outcome: TableOutcome): void {
    recordOutcome(this.engine, table.tableId, outcome);
  }

  /** Keeps warnings in the file, in a transaction of their own. */
  warn(warnings: readonly ArchiveWarning[]): void {
    if (warnings.length > 0) this.transaction(() => warnings.forEach((warning) => writeWarning(this.engine, warning)));
  }

  /** Sets provenance entries, in a transaction of their own. */
  provenance(entries: Iterable<readonly [string, SqlValue]>): void {
    this.transaction(() => writeProvenance(this.engine, entries));
  }

  /** Closes the file as it is, and takes its emptied journal away. */
  close(): void {
    this.media.finalize();
    this.ranges.finalize();
    try {
      this.engine.exec("PRAGMA journal_mode = DELETE");
    } catch {
      // A full or failing disk: whatever it was is being told already, and the journal does no harm.
    }
    this.engine.close();
  }
}
