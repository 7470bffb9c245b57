/**
 * Whether a file is as it was made: SQLite's own checks, counts, links, digests of every table and every medium. It
 * only reads; with `quick` it does not read everything. It never asks the app.
 */
import { type Catalogue, type CatalogueTable, isHeld } from "../archive/catalogue/catalogue.ts";
import { type DanglingLink, findDanglingLinks, readDanglingLinks } from "../archive/rows/dangling_links.ts";
import type { Engine } from "../sqlite/engine.ts";
import { intactMedia } from "../archive/media/intact_media.ts";
import { junctionDifferences } from "../archive/rows/junctions.ts";
import { mediaInventory } from "../archive/media/media_inventory.ts";
import { countStored } from "../archive/rows/row_reader.ts";
import { readSeal, SEAL_KEY } from "../archive/digest/seal.ts";
import { type BlockDigest, fileDigest, tableDigest } from "../archive/digest/table_digest.ts";
import { rowIdText } from "../value/row_id.ts";
import { CheckHelper } from "./parallel/check_helper.ts";
import { type CheckResult, type CheckTask, rowTasks, runCheck } from "./parallel/check_task.ts";
import type { Finding } from "./finding.ts";
import { runChecks } from "./parallel/run_checks.ts";
import { catalogueTextFindings, textFindings } from "./text_findings.ts";

/** How much is checked. */
export interface VerifyOptions {
  /** Only SQLite's checks, foreign keys and counts. */
  readonly quick: boolean;
  /** Called before each part, and for a large table several times; it may throw to stop. */
  readonly onStep: (what: string) => void;
  /** Receives the blocks of each table whose rows are as they were made. */
  readonly onBlocks?: (table: number, blocks: readonly BlockDigest[]) => void;
  /** URL of a module whose thread may help, which calls `answerChecks` in it; without it this thread does all work. */
  readonly helperModule?: string | undefined;
}

/** Checks a file; it is good if there is no finding. */
export async function* verifyFile(
  engine: Engine,
  catalogue: Catalogue,
  options: VerifyOptions,
): AsyncGenerator<Finding, void> {
  const held = catalogue.tables.filter(isHeld);
  const integrity: CheckTask = { kind: "integrity" };
  options.onStep("counts");
  const stored = new Map(held.map((table) => [table, countStored(engine, table.plan)]));
  const rows = new Map(
    options.quick ? [] : [...stored].map(([table, count]) => [table, rowTasks(engine, table, count)]),
  );
  const tasks = [integrity, ...[...rows.values()].flat()];
  const results = await runTasks(engine, catalogue, tasks, options);
  const result = (task: CheckTask) => results.get(task);
  yield* integrityFindings(result(integrity));
  for (const [table, count] of stored) yield* countFinding(table, count);
  options.onStep("links");
  yield* danglingFindings(engine, held);
  if (options.quick) return;
  yield* held.flatMap(({ plan }) =>
    junctionDifferences(engine, plan).map((message): Finding => ({
      kind: "links",
      table: plan.table.name,
      row: null,
      message,
    }))
  );
  options.onStep("catalogue");
  const { seal, replaced } = readSeal(engine);
  yield* sealFinding(seal, catalogue);
  yield* catalogueTextFindings(engine, held, replaced);
  for (const [table, tasks] of rows) {
    const results = tasks.map(result);
    yield* rowFindings(table, results, options.onBlocks);
    yield* textFindings(engine, table, results);
  }
  yield* fileDigestFinding(catalogue);
  options.onStep("media");
  yield* mediaFindings(engine);
}

/** Size of a file in bytes from which a second thread is worth its start. */
const WORTH_HELP = 30_000_000;

async function runTasks(
  engine: Engine,
  catalogue: Catalogue,
  tasks: readonly CheckTask[],
  { helperModule, onStep }: VerifyOptions,
): Promise<ReadonlyMap<CheckTask, CheckResult>> {
  const here = (task: CheckTask) => {
    onStep(task.kind === "integrity" ? "integrity" : `table ${nameOf(catalogue, task.tableId)}`);
    return runCheck(engine, catalogue, task);
  };
  const isLarge = tasks.length > 2 && (await Deno.stat(engine.path)).size >= WORTH_HELP;
  // A thread that is killed would leave SQLite's files beside this one.
  const hasWal = await Deno.lstat(`${engine.path}-wal`).then(() => true, () => false);
  using helper = helperModule === undefined || !isLarge || hasWal ? null : new CheckHelper(helperModule, engine.path);
  return await runChecks(tasks, here, helper);
}

function nameOf({ tables }: Catalogue, tableId: number): string {
  return tables.find(({ plan }) => plan.tableId === tableId)?.plan.table.name ?? String(tableId);
}

function* integrityFindings(result: CheckResult | undefined): Iterable<Finding> {
  if (result?.kind !== "integrity") return;
  for (const message of result.problems) yield { kind: "integrity", table: null, row: null, message };
}

function* countFinding({ plan, rowsCopied }: CatalogueTable, stored: number): Iterable<Finding> {
  if (rowsCopied === null || stored === rowsCopied) return;
  const { name } = plan.table;
  const message = `Table '${name}' holds ${stored} rows; the catalogue says ${rowsCopied}`;
  yield { kind: "count", table: name, row: null, message };
}

function* danglingFindings(engine: Engine, held: readonly CatalogueTable[]): Iterable<Finding> {
  const text = ({ table, column, row, target }: DanglingLink) => JSON.stringify([table, column, row, target]);
  const copied = held.filter(({ state }) => state === "copied").map(({ plan }) => plan);
  const found = findDanglingLinks(engine, copied);
  const recorded = readDanglingLinks(engine);
  const recordedTexts = new Set(recorded.map(text));
  const foundTexts = new Set(found.map(text));
  for (const link of found) if (!recordedTexts.has(text(link))) yield danglingFinding(link, "leads nowhere");
  for (const link of recorded) {
    if (!foundTexts.has(text(link))) yield danglingFinding(link, "was recorded as leading nowhere and does not");
  }
}

function danglingFinding({ table, column, row, target }: DanglingLink, what: string): Finding {
  const message = `The link in column '${column}' of row ${row} of table '${table}' to ${target} ${what}`;
  return { kind: "dangling", table, row, message };
}

function* sealFinding(seal: string, { provenance }: Catalogue): Iterable<Finding> {
  const recorded = provenance.get(SEAL_KEY);
  if (recorded === seal) return;
  const message = recorded === undefined
    ? "The file has no seal: it was not finished by this program"
    : "The catalogue or the schema was changed after the file was finished";
  yield { kind: "catalogue", table: null, row: null, message };
}

/** Only a completely copied table has a digest; the spelling of objects is checked in all tables. */
function* rowFindings(
  { plan, digest, state }: CatalogueTable,
  results: readonly (CheckResult | undefined)[],
  onBlocks: VerifyOptions["onBlocks"],
): Iterable<Finding> {
  const { name } = plan.table;
  const parts = results.flatMap((result) => result?.kind === "rows" ? [result] : []);
  const failure = parts.find((part) => part.failure !== null)?.failure ?? null;
  const blocks = parts.flatMap((part) => part.blocks);
  const differs = failure !== null || tableDigest(plan, blocks) !== digest;
  if (!differs) onBlocks?.(plan.tableId, blocks);
  if (differs && state === "copied") {
    const what = failure === null ? "differ from their digest" : `cannot be read in order: ${failure}`;
    yield { kind: "digest", table: name, row: null, message: `The rows of table '${name}' ${what}` };
  }
  for (const { column, row: id } of parts.flatMap(({ spellings }) => spellings)) {
    const row = rowIdText(plan.tableId, id);
    const where = `column '${plan.columns[column]?.column.name ?? ""}' of row ${row} of table '${name}'`;
    yield { kind: "digest", table: name, row, message: `The value in ${where} is not spelled as it was written` };
  }
  const more = parts.reduce((sum, { moreSpellings }) => sum + moreSpellings, 0);
  if (more === 0) return;
  const message = `${more} more values of table '${name}' are not spelled as they were written`;
  yield { kind: "digest", table: name, row: null, message };
}

function* fileDigestFinding({ tables, provenance }: Catalogue): Iterable<Finding> {
  const digests = tables.flatMap(({ plan, digest }) => digest === null ? [] : [{ id: plan.tableId, digest }]);
  if (provenance.get("digest") === fileDigest(digests)) return;
  const message = "The file's digest does not fit the digests of its tables";
  yield { kind: "catalogue", table: null, row: null, message };
}

function* mediaFindings(engine: Engine): Iterable<Finding> {
  const { blobs, problems } = mediaInventory(engine);
  for (const message of problems) yield { kind: "media", table: null, row: null, message };
  const found = intactMedia(engine);
  for (const { sha256, length, uses } of blobs) {
    const bytes = found.get(sha256) ?? null;
    if (bytes !== null && (length === null || length === bytes)) continue;
    const message = `The bytes of medium ${uses} (SHA-256 ${sha256}) are damaged`;
    yield { kind: "media", table: null, row: null, message };
  }
}
