/**
 * Opens a partial file to go on with it. The file is locked first, and proven before anything is built on it. A file
 * that is not a partial one is never written to. Damaged parts are left behind, and read again from the app.
 */
import type { ArchiveLayout } from "../../ddl/archive_layout.ts";
import { archiveLayout } from "../../ddl/lay_out_archive.ts";
import { identityBehind } from "../../disk/file_identity.ts";
import type { ErrorCode } from "../../error_codes.ts";
import { AnvilSqliteError } from "../../errors.ts";
import type { Engine } from "../../sqlite/engine.ts";
import { openEngine } from "../../sqlite/open_engine.ts";
import { checkRegularFile } from "../../sqlite/regular_file.ts";
import { type Catalogue, catalogueSchema, isHeld } from "../catalogue/catalogue.ts";
import { FORMAT_VERSION, PARTIAL_SUFFIX } from "../catalogue/identity.ts";
import { checkNoTriggers } from "../catalogue/plain_tables.ts";
import { summarizeMedia } from "../catalogue/summary.ts";
import { readTrusted } from "../open_archive.ts";
import { countStored } from "../rows/row_reader.ts";
import { ArchiveWriter, prepareForWriting } from "../making/archive_writer.ts";
import { schemaMismatch } from "./expected_schema.ts";
import { lockFile } from "../making/lock_file.ts";
import { damagedPartial, emptyPartial } from "./partial_errors.ts";
import { checkPartialHeader, notAPartial, padFile } from "./partial_header.ts";
import { descriptionDamage, provePartial } from "./prove_partial.ts";
import { salvage } from "./salvage.ts";

/** A partial file after it was opened again. */
interface ReopenedPartial {
  readonly writer: ArchiveWriter;
  /** What the file says about itself. */
  readonly catalogue: Catalogue;
  /** The proven parts that are kept of a damaged file; null when all of it was proven. */
  readonly kept: { readonly rows: number; readonly media: number } | null;
}

/**
 * Opens a partial file.
 * @param path of the file itself, not a link to it
 * @param onStep receives each step; it may throw to stop
 * @throws {AnvilSqliteError} `not-a-partial`, `empty-partial`, `newer-format` (exit 20), `damaged-partial` (exit 4),
 * `locked` (exit 21), `resume-mismatch` (exit 2), and as {@link salvage}
 */
export async function reopenPartial(path: string, onStep: (what: string) => void): Promise<ReopenedPartial> {
  if (!path.endsWith(PARTIAL_SUFFIX)) throw notAPartial(path);
  await checkRegularFile(path);
  await checkPartialHeader(path);
  const cut = await padFile(path);
  try {
    return await open(path, onStep);
  } catch (error) {
    // A refused file gets its old length back.
    if (cut !== null) await Deno.truncate(path, cut);
    throw error;
  }
}

async function open(path: string, onStep: (what: string) => void): Promise<ReopenedPartial> {
  const engine = await openEngine(path, { mode: "write" }).catch((error: unknown) => {
    throw explained(path, error);
  });
  try {
    const file = await identityBehind(path);
    const { catalogue, plan } = await described(engine);
    const proof = provePartial(engine, catalogue, onStep);
    if (proof.isSound) {
      prepareForWriting(engine);
      return { writer: new ArchiveWriter(engine, file, plan.tables), catalogue, kept: null };
    }
    const writer = await salvage({ engine, file, catalogue, plan, proof }, onStep);
    const rows = plan.tables.reduce((sum, table) => sum + countStored(writer.engine, table), 0);
    return { writer, catalogue, kept: { rows, media: summarizeMedia(writer.engine).stored } };
  } catch (error) {
    engine.close();
    throw error;
  }
}

/** Errors that SQLite and the readers of a catalogue throw for a damaged file; other errors have their own words. */
const DAMAGES: ReadonlySet<ErrorCode> = new Set(["damaged", "damaged-catalogue", "not-a-database", "not-an-archive"]);

/** Locks a file. Returns its description of itself, if that is as it was written, and the layout of such a file. */
async function described(engine: Engine): Promise<{ readonly catalogue: Catalogue; readonly plan: ArchiveLayout }> {
  const { path } = engine;
  try {
    await lockFile(engine);
    if (engine.query("SELECT 1 FROM sqlite_schema LIMIT 1").length === 0) throw emptyPartial(path);
    const catalogue = readTrusted(engine);
    checkFormat(engine);
    checkNoTriggers(engine);
    const { plan } = archiveLayout(catalogueSchema({ ...catalogue, tables: catalogue.tables.filter(isHeld) }));
    const damage = await schemaMismatch(engine, plan) ?? descriptionDamage(engine, catalogue);
    if (damage !== null) throw damagedPartial(path, damage);
    return { catalogue, plan };
  } catch (cause) {
    throw explained(path, cause);
  }
}

/**
 * A partial file is finished as it was begun: the statements for its end are those of its format.
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

/** The error of a file that cannot be read, in the words of a partial one. */
function explained(path: string, cause: unknown): unknown {
  if (cause instanceof AnvilSqliteError && !DAMAGES.has(cause.code)) return cause;
  return damagedPartial(path, cause instanceof Error ? cause.message : String(cause), cause);
}
