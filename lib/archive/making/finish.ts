/**
 * The end of a file's making: indexes, counts, digests, checks, sync, and only then its final name.
 * A file that fails a check keeps its partial name.
 */
import { type FileIdentity, identityBehind, isSameFile } from "../../disk/file_identity.ts";
import { cannotWrite, fileReplaced } from "../../disk/place_errors.ts";
import { AnvilSqliteError } from "../../errors.ts";
import type { ArchiveWriter } from "./archive_writer.ts";
import { giveFinalName } from "../../place/final_name.ts";
import { isHeld, readCatalogue, recordOutcome, writeProvenance } from "../catalogue/catalogue.ts";
import { DIGEST_ALGORITHM } from "../digest/canonical.ts";
import { digestTable } from "../digest/compute_digests.ts";
import { findDanglingLinks, readDanglingLinks, writeDanglingLinks } from "../rows/dangling_links.ts";
import type { SqlValue } from "../../sqlite/sql_value.ts";
import { integrityProblems } from "./integrity.ts";
import { dropResumeState, runFinalStatements } from "./resume_state.ts";
import { countStored } from "../rows/row_reader.ts";
import { computeSeal, SEAL_KEY } from "../digest/seal.ts";
import { type BlockDigest, fileDigest, tableDigest } from "../digest/table_digest.ts";

/** What a finished file says about itself. */
export interface FinishedArchive {
  readonly path: string;
  readonly bytes: number;
  readonly digest: string;
  readonly danglingLinks: number;
  /** Rows in the file, by table id. */
  readonly rows: ReadonlyMap<number, number>;
}

/** What is needed to complete a file. */
interface Completion {
  /** Entries known only now; set in the same transaction as the digests. */
  readonly provenance: () => Iterable<readonly [string, SqlValue]>;
  /** Digests made as rows arrived, by table id; the rows of tables without one are read back. */
  readonly blocks?: ReadonlyMap<number, readonly BlockDigest[]>;
  readonly onStep?: (what: string) => void;
}

/** Completes a file: indexes, counts, digests, dangling links, provenance. After it the file only lacks its name. */
export function completeArchive(writer: ArchiveWriter, completion: Completion): void {
  const { provenance, blocks, onStep = () => {} } = completion;
  const { engine } = writer;
  onStep("indexes");
  writer.transaction(() => runFinalStatements(engine));
  onStep("digests");
  const copied = readCatalogue(engine).tables.filter(({ state }) => state === "copied").map(({ plan }) => plan);
  const digests = copied.map((plan) => {
    const known = blocks?.get(plan.tableId);
    const digest = known === undefined ? digestTable(engine, plan).digest : tableDigest(plan, known);
    return { id: plan.tableId, digest };
  });
  const dangling = findDanglingLinks(engine, copied);
  writer.transaction(() => {
    for (const plan of copied) recordOutcome(engine, plan.tableId, { rowsCopied: countStored(engine, plan) });
    for (const { id, digest } of digests) recordOutcome(engine, id, { digest });
    writeDanglingLinks(engine, dangling);
    writeProvenance(engine, [
      ["digest_algorithm", DIGEST_ALGORITHM],
      ["digest", fileDigest(digests)],
      ...provenance(),
    ]);
    dropResumeState(engine);
    writeProvenance(engine, [[SEAL_KEY, computeSeal(engine)]]);
  });
}

/**
 * Checks, syncs and names a completed file.
 * @throws {AnvilSqliteError} `damaged` (exit 4), `destination-exists`, `file-replaced` or `cannot-write` (exit 21); the
 * partial stays
 */
export async function nameArchive(
  writer: ArchiveWriter,
  finalPath: string,
  onStep: (what: string) => void = () => {},
): Promise<FinishedArchive> {
  const partial = writer.engine.path;
  const facts = await checkAndSync(writer, onStep);
  await giveFinalName(partial, finalPath, writer.file);
  const { size } = await Deno.stat(finalPath);
  return { path: finalPath, bytes: size, ...facts };
}

/** Checks the file, closes it, and waits until it is on the disk. Returns what the file says about itself. */
async function checkAndSync(
  writer: ArchiveWriter,
  onStep: (what: string) => void,
): Promise<Pick<FinishedArchive, "digest" | "danglingLinks" | "rows">> {
  const { engine } = writer;
  const partial = engine.path;
  // It stays open until SQLite has ended: closing any handle of a file drops SQLite's locks
  // (sqlite.org/howtocorrupt.html).
  using file = await openToSync(partial, writer.file);
  // Written data goes to the disk during the checks, so that little is left for the sync that counts.
  const written = sync(file, partial);
  written.catch(() => {});
  onStep("integrity");
  const [problem] = integrityProblems(engine);
  if (problem !== undefined) {
    throw new AnvilSqliteError(`The file that was written is damaged: ${problem}`, {
      code: "damaged",
      hint: `Check the disk; the damaged file is kept as '${partial}'.`,
    });
  }
  const { tables, provenance } = readCatalogue(engine);
  const rows = new Map(tables.filter(isHeld).map(({ plan, rowsCopied }) => [plan.tableId, rowsCopied ?? 0]));
  const danglingLinks = readDanglingLinks(engine).length;
  // Without the exclusive lock and with the plainest journal, so that the file needs no other file.
  engine.exec("PRAGMA locking_mode = NORMAL; PRAGMA journal_mode = DELETE; SELECT 1 FROM _provenance");
  writer.close();
  await written;
  await sync(file, partial);
  return { digest: String(provenance.get("digest") ?? ""), danglingLinks, rows };
}

/** Opens the same file that was written: somebody may have removed it, and made another under its name. */
async function openToSync(path: string, written: FileIdentity | null): Promise<Deno.FsFile> {
  if (written !== null && !isSameFile(await identityBehind(path), written)) throw fileReplaced(path);
  try {
    return await Deno.open(path, { read: true, write: true });
  } catch (cause) {
    throw cannotWrite(path, cause);
  }
}

async function sync(file: Deno.FsFile, path: string): Promise<void> {
  try {
    await file.sync();
  } catch (cause) {
    throw cannotWrite(path, cause);
  }
}
