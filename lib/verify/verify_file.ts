/**
 * Whether a file is as it was made: SQLite's own checks, counts, links, digests of every table and every medium.
 * It only reads, and reads everything but with `quick`. It never asks the app.
 */
import { createHash } from "node:crypto";
import { type Catalogue, type CatalogueTable, isHeld } from "../archive/catalogue.ts";
import { digestTable } from "../archive/compute_digests.ts";
import { type DanglingLink, findDanglingLinks, readDanglingLinks } from "../archive/dangling_links.ts";
import type { Engine } from "../archive/engine.ts";
import { integrityProblems } from "../archive/integrity.ts";
import { junctionDifferences } from "../archive/junctions.ts";
import { mediaBytes } from "../archive/media_store.ts";
import { mediaInventory } from "../archive/media_inventory.ts";
import { countStored } from "../archive/row_reader.ts";
import { computeSeal, SEAL_KEY } from "../archive/seal.ts";
import { fileDigest, type SpellingListener } from "../archive/table_digest.ts";
import { rowIdText } from "../value/row_id.ts";
import type { Finding } from "./finding.ts";

/** Odd spellings told one by one for each table; a file made elsewhere may have millions. */
const SPELLINGS_TOLD = 100;

/** How deep to look. */
export interface VerifyOptions {
  /** Only SQLite's checks, foreign keys and counts. */
  readonly quick: boolean;
  /** Called before each part. */
  readonly onStep: (what: string) => void;
}

/** Checks a file; no finding means that it is good. */
export function* verifyFile(engine: Engine, catalogue: Catalogue, options: VerifyOptions): Iterable<Finding> {
  options.onStep("integrity");
  for (const message of integrityProblems(engine)) yield { kind: "integrity", table: null, row: null, message };
  const held = catalogue.tables.filter(isHeld);
  options.onStep("counts");
  yield* held.flatMap((table) => countFinding(engine, table));
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
  yield* sealFinding(engine, catalogue);
  for (const table of held) {
    options.onStep(`table ${table.plan.table.name}`);
    yield* rowFindings(engine, table);
  }
  yield* fileDigestFinding(catalogue);
  options.onStep("media");
  yield* mediaFindings(engine);
}

function countFinding(engine: Engine, { plan, rowsCopied }: CatalogueTable): readonly Finding[] {
  const stored = countStored(engine, plan);
  if (rowsCopied === null || stored === rowsCopied) return [];
  const { name } = plan.table;
  const message = `Table '${name}' holds ${stored} rows; the catalogue says ${rowsCopied}`;
  return [{ kind: "count", table: name, row: null, message }];
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

function* sealFinding(engine: Engine, { provenance }: Catalogue): Iterable<Finding> {
  const recorded = provenance.get(SEAL_KEY);
  if (recorded === computeSeal(engine)) return;
  const message = recorded === undefined
    ? "The file has no seal: it was not finished by this program"
    : "The catalogue or the schema was changed after the file was finished";
  yield { kind: "catalogue", table: null, row: null, message };
}

/** Only a table that was copied whole has a digest; how objects are spelled is looked at in all. */
function* rowFindings(engine: Engine, { plan, digest, state }: CatalogueTable): Iterable<Finding> {
  const { name } = plan.table;
  const odd: Finding[] = [];
  let more = 0;
  const onOddSpelling: SpellingListener = (index, id) => {
    if (odd.length === SPELLINGS_TOLD) return void more++;
    const row = rowIdText(plan.tableId, id);
    const column = plan.columns[index]?.column.name ?? "";
    const message =
      `The object in column '${column}' of row ${row} of table '${name}' is not spelled as it was written`;
    odd.push({ kind: "digest", table: name, row, message });
  };
  const difference = digestDifference(() => digestTable(engine, plan, { media: true, onOddSpelling }).digest, digest);
  if (difference !== null && state === "copied") {
    yield { kind: "digest", table: name, row: null, message: `The rows of table '${name}' ${difference}` };
  }
  yield* odd;
  if (more === 0) return;
  const message = `${more} more objects of table '${name}' are not spelled as they were written`;
  yield { kind: "digest", table: name, row: null, message };
}

/** What is wrong with a table's digest, or null. */
function digestDifference(compute: () => string, recorded: string | null): string | null {
  try {
    return compute() === recorded ? null : "differ from their digest";
  } catch (error) {
    return `cannot be read in order: ${error instanceof Error ? error.message : ""}`;
  }
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
  for (const { sha256, length, uses } of blobs) {
    const hash = createHash("sha256");
    let bytes = 0;
    for (const piece of mediaBytes(engine, sha256)) {
      hash.update(piece);
      bytes += piece.length;
    }
    if (hash.digest("hex") === sha256 && (length === null || length === bytes)) continue;
    const message = `The bytes of medium ${uses} (SHA-256 ${sha256}) are damaged`;
    yield { kind: "media", table: null, row: null, message };
  }
}
