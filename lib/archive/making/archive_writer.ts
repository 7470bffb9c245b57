/**
 * A file that is being written. It has a partial name and is filled inside transactions; in the end it is finished, or
 * left as it is. Only `finish.ts` gives it its final name.
 */
import type { ArchiveLayout, TableLayout } from "../../ddl/archive_layout.ts";
import { type FileIdentity, identityBehind } from "../../disk/file_identity.ts";
import type { Engine } from "../../sqlite/engine.ts";
import { beginFile, checkNewName, type NewFile } from "../../sqlite/new_file.ts";
import { openEngine } from "../../sqlite/open_engine.ts";
import type { SqlValue } from "../../sqlite/sql_value.ts";
import {
  type ArchiveWarning,
  type ListedOnly,
  recordOutcome,
  type TableOutcome,
  writeCatalogue,
  writeProvenance,
} from "../catalogue/catalogue.ts";
import { APPLICATION_ID, FORMAT_VERSION } from "../catalogue/identity.ts";
import { isUnfinished } from "../catalogue/unfinished.ts";
import { MediaStore } from "../media/media_store.ts";
import { RowWriter } from "../rows/row_writer.ts";
import { addWarnings, keepFrame } from "./frame.ts";
import { lockFile } from "./lock_file.ts";
import { createResumeState, PageWriter } from "./resume_state.ts";

/** The content of a file at its beginning. */
interface Beginning {
  readonly plan: ArchiveLayout;
  /** Tables of the app that the file only lists. */
  readonly listedOnly?: readonly ListedOnly[];
  readonly provenance?: Iterable<readonly [string, SqlValue]>;
  readonly warnings?: readonly ArchiveWarning[];
}

/**
 * Makes a file with its tables and catalogue, readable by its owner only, and locks it against a second writer. It gets
 * its name only when it can be resumed.
 * @throws {AnvilSqliteError} `destination-exists`, `cannot-write`, `disk-full` (exit 21)
 */
export async function createArchive(path: string, beginning: Beginning): Promise<ArchiveWriter> {
  await checkNewName(path);
  const file = await beginArchive(path, beginning);
  await file.giveName();
  return await openWriter(path, beginning.plan.tables);
}

/** Makes a file that lacks only its name and its rows. */
export async function beginArchive(path: string, beginning: Beginning): Promise<NewFile> {
  const { plan, listedOnly = [], provenance = [], warnings = [] } = beginning;
  const file = await beginFile(path);
  const { engine } = file;
  try {
    prepareForWriting(engine);
    engine.transaction(() => {
      engine.exec(`PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${FORMAT_VERSION}`);
      for (const statement of plan.tableStatements) engine.exec(statement);
      writeCatalogue(engine, plan.tables, listedOnly);
      createResumeState(engine, plan.indexStatements);
      writeProvenance(engine, provenance);
      addWarnings(engine, warnings);
      keepFrame(engine);
    });
    engine.exec("PRAGMA journal_mode = DELETE");
  } catch (error) {
    await file.discard();
    throw error;
  }
  return file;
}

/** Opens a file that was just made, and locks it. */
export async function openWriter(path: string, tables: readonly TableLayout[]): Promise<ArchiveWriter> {
  const engine = await openEngine(path, { mode: "write" });
  try {
    const file = await identityBehind(path);
    await lockFile(engine);
    prepareForWriting(engine);
    return new ArchiveWriter(engine, file, tables);
  } catch (error) {
    engine.close();
    throw error;
  }
}

/**
 * A rollback journal keeps a partial file sound through `kill -9`. Here the journal file is kept and only its header
 * wiped: this costs a twentieth less than cutting it off after every page. `synchronous = OFF` leaves the one sync that
 * matters to the end. The exclusive lock refuses a second writer at once. A larger cache gains nothing: rows come in
 * few places of a table, near one another.
 */
export function prepareForWriting(engine: Engine): void {
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
  /** Which file is open, whatever its path leads to by now; null if the system does not number its files. */
  readonly file: FileIdentity | null;
  /** The data tables that the file holds. */
  readonly tables: readonly TableLayout[];
  readonly media: MediaStore;
  /** Notes which pages are copied. */
  readonly pages: PageWriter;
  #isClosed = false;

  constructor(engine: Engine, file: FileIdentity | null, tables: readonly TableLayout[]) {
    this.engine = engine;
    this.file = file;
    this.tables = tables;
    this.media = new MediaStore(engine);
    this.pages = new PageWriter(engine);
  }

  /** Whether the file only lacks its name. */
  get completed(): boolean {
    return !isUnfinished(this.engine);
  }

  /** A writer for the rows of one table. */
  rows(table: TableLayout): RowWriter {
    return new RowWriter(this.engine, table);
  }

  /** Writes inside one transaction. */
  transaction<T>(body: () => T): T {
    return this.engine.transaction(body);
  }

  /** Records what became of a table. Runs in the caller's transaction. */
  recordOutcome(table: TableLayout, outcome: TableOutcome): void {
    recordOutcome(this.engine, table.tableId, outcome);
  }

  /** Keeps warnings in the file. Runs in the caller's transaction. */
  addWarnings(warnings: readonly ArchiveWarning[]): void {
    if (warnings.length > 0) addWarnings(this.engine, warnings);
  }

  /** Keeps warnings in the file, in a transaction of their own. */
  warn(warnings: readonly ArchiveWarning[]): void {
    if (warnings.length > 0) this.transaction(() => addWarnings(this.engine, warnings));
  }

  /** Closes the file as it is, and removes its empty journal. A second call does nothing. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.media.finalize();
    this.pages.finalize();
    try {
      // Without the exclusive lock SQLite also removes the journal that a killed run has left.
      this.engine.exec("PRAGMA locking_mode = NORMAL; PRAGMA journal_mode = DELETE; SELECT 1 FROM _provenance LIMIT 1");
    } catch {
      // A full or failing disk: the failure itself is being reported already, and the journal does no harm.
    }
    this.engine.close();
  }
}
