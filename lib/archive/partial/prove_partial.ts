/**
 * Checks what of a partial file is as it was written, page by page and medium by medium. A power cut or a failing disk
 * may have left anything, so a run builds only on what is proven here. It only reads.
 */
import type { TableLayout } from "../../ddl/archive_layout.ts";
import type { Engine } from "../../sqlite/engine.ts";
import { textOf } from "../../sqlite/sql_value.ts";
import { computeSeal, SEAL_KEY } from "../digest/seal.ts";
import { digestTable } from "../digest/compute_digests.ts";
import { fileDigest } from "../digest/table_digest.ts";
import { type Catalogue, isHeld } from "../catalogue/catalogue.ts";
import { isUnfinished } from "../catalogue/unfinished.ts";
import { intactMedia, intactMedium } from "../media/intact_media.ts";
import { mediaInventory } from "../media/media_inventory.ts";
import { type StoredUse, useLookup } from "../media/use_lookup.ts";
import { findDanglingLinks, readDanglingLinks } from "../rows/dangling_links.ts";
import { junctionDifferences } from "../rows/junctions.ts";
import { countStored } from "../rows/row_reader.ts";
import { integrityProblems } from "../making/integrity.ts";
import { frameDamage } from "../making/frame.ts";
import { copiedPages, type CopiedRows } from "../making/resume_state.ts";
import { sumStored } from "./stored_page.ts";

/** What is proven of a partial file. */
export interface PartialProof {
  readonly rows: readonly CopiedRows[];
  /** Bytes of each medium that is whole, by its hash in hexadecimal. */
  readonly media: ReadonlyMap<string, number>;
  /** Whether everything in the file is proven, so that a run can go on with it as it is. */
  readonly isSound: boolean;
}

/** Receives each step; it may throw to stop. */
type StepListener = (what: string) => void;

/** The first sign of damage in a file's description of itself, in words; null when it is whole. */
export function descriptionDamage(engine: Engine, { provenance }: Catalogue): string | null {
  if (isUnfinished(engine)) return frameDamage(engine);
  return provenance.get(SEAL_KEY) === computeSeal(engine) ? null : "it was finished, and is not as it was then";
}

/** Proves the rows and media of a file whose own description is whole. */
export function provePartial(engine: Engine, catalogue: Catalogue, onStep: StepListener): PartialProof {
  onStep("structure");
  const isWhole = attempt(() => integrityProblems(engine).length === 0) ?? false;
  onStep("rows");
  const rows = isUnfinished(engine) ? provePages(engine, catalogue, onStep) : proveTables(engine, catalogue, onStep);
  onStep("media");
  const media = provenMedia(engine);
  const isSound = isWhole && rows.isAll && (attempt(() => areMediaSound(engine, media, rows.uses)) ?? false) &&
    (attempt(() => areLinksSound(engine, catalogue)) ?? false);
  return { rows: rows.proven, media, isSound };
}

/** Rows that are proven, and whether they are all rows of the table. */
interface ProvenRows {
  readonly proven: readonly CopiedRows[];
  readonly isAll: boolean;
  /** How many media they use; null if that is proven in another way. */
  readonly uses: number | null;
}

function provePages(engine: Engine, catalogue: Catalogue, onStep: StepListener): ProvenRows {
  const noted = attempt(() => copiedPages(engine));
  const plans = new Map(heldPlans(catalogue).map((plan) => [plan.tableId, plan]));
  const proven: CopiedRows[] = [];
  const counts = new Map<number, number>();
  let uses = 0;
  for (const page of noted ?? []) {
    const plan = plans.get(page.tableId);
    if (plan === undefined) continue;
    onStep(`table ${plan.table.name}`);
    const stored = attempt(() => sumStored(engine, plan, page));
    if (stored === null || stored.sum !== page.sum || stored.rows !== page.rows) continue;
    proven.push(page);
    uses += stored.uses;
    counts.set(page.tableId, (counts.get(page.tableId) ?? 0) + page.rows);
  }
  const areAllCounted =
    attempt(() => [...plans.values()].every((plan) => countStored(engine, plan) === (counts.get(plan.tableId) ?? 0))) ??
      false;
  return { proven, uses, isAll: noted !== null && proven.length === noted.length && areAllCounted };
}

/** A file that only lacks its name has no pages any more. Its tables have digests, and its seal covers the media. */
function proveTables(engine: Engine, { tables, provenance }: Catalogue, onStep: StepListener): ProvenRows {
  const proven: CopiedRows[] = [];
  const digests: { id: number; digest: string }[] = [];
  const copied = tables.filter(({ state }) => state === "copied");
  for (const { plan, digest, rowsCopied } of copied) {
    onStep(`table ${plan.table.name}`);
    digests.push({ id: plan.tableId, digest: digest ?? "" });
    const isProven = attempt(() =>
      digestTable(engine, plan).digest === digest && countStored(engine, plan) === rowsCopied
    );
    if (isProven === true) proven.push({ tableId: plan.tableId, after: null, until: null });
  }
  const isAll = proven.length === copied.length && provenance.get("digest") === fileDigest(digests);
  return { proven, uses: null, isAll };
}

/** Media whose bytes fit their hash. */
function provenMedia(engine: Engine): ReadonlyMap<string, number> {
  const found = new Map(attempt(() => intactMedia(engine)) ?? []);
  // Where the file is damaged, a walk over all media would stop.
  for (const sha256 of storedHashes(engine)) {
    if (!found.has(sha256)) found.set(sha256, attempt(() => intactMedium(engine, sha256)));
  }
  return new Map([...found].flatMap(([sha256, bytes]) => bytes === null ? [] : [[sha256, bytes] as const]));
}

function storedHashes(engine: Engine): readonly string[] {
  const sql = "SELECT DISTINCT sha256 FROM _anvil_media_objects WHERE state = 'stored'";
  return (attempt(() => engine.query(sql)) ?? []).flatMap(([sha256]) => textOf(sha256) ?? []);
}

/** Whether a use has what its state says. */
export function isUseSound({ state, sha256, length }: StoredUse, media: ReadonlyMap<string, number>): boolean {
  if (state === "stored") return sha256 !== null && length !== null && media.get(sha256) === length;
  return ["pending", "failed", "skipped"].includes(state) && sha256 === null && length === null;
}

function areMediaSound(engine: Engine, media: ReadonlyMap<string, number>, uses: number | null): boolean {
  using lookup = useLookup(engine);
  const ids = engine.query("SELECT id FROM _anvil_media_objects").flatMap(([id]) => typeof id === "bigint" ? [id] : []);
  return (uses === null || ids.length === uses) && mediaInventory(engine).problems.length === 0 && ids.every((id) => {
    const use = lookup(id);
    return use !== null && isUseSound(use, media);
  });
}

function areLinksSound(engine: Engine, catalogue: Catalogue): boolean {
  const plans = heldPlans(catalogue);
  const copied = catalogue.tables.filter(({ state }) => state === "copied").map(({ plan }) => plan);
  if (plans.some((plan) => junctionDifferences(engine, plan).length > 0)) return false;
  const recorded = JSON.stringify(readDanglingLinks(engine));
  return recorded === JSON.stringify(isUnfinished(engine) ? [] : findDanglingLinks(engine, copied));
}

function heldPlans({ tables }: Catalogue): readonly TableLayout[] {
  return tables.filter(isHeld).map(({ plan }) => plan);
}

/** What `body` returns, or null when the file is too damaged for it. */
function attempt<T>(body: () => T): T | null {
  try {
    return body();
  } catch {
    return null;
  }
}
