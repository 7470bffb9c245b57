/**
 * Checks the rows of a file that a restore uses, when it uses only a few of many: the digest blocks that they are in,
 * and the bytes of their media. The right digests of blocks are remembered beside the file once all of a table was
 * read; the table's own digest in the file proves that memory.
 */
import { createHash } from "node:crypto";
import { type CatalogueTable, isHeld } from "../../archive/catalogue/catalogue.ts";
import { digestRows } from "../../archive/digest/compute_digests.ts";
import { BLOCK_IDS, type BlockDigest, tableDigest } from "../../archive/digest/table_digest.ts";
import { MediaReader } from "../../archive/media/media_reader.ts";
import type { OpenArchive } from "../../archive/open_archive.ts";
import { RowLookup } from "../../archive/rows/row_lookup.ts";
import type { RowBounds } from "../../archive/rows/row_reader.ts";
import type { IdMap } from "../../id_map/id_map.ts";
import type { RowId } from "../../value/row_id.ts";

/** The memory beside a file: the blocks of each table, as number, rows and digest. */
type Remembered = Readonly<Record<string, readonly (readonly [block: number, rows: number, digest: string])[]>>;

/** Ending of its name, after the file's name. */
const ENDING = ".blocks.json";

/** Size in bytes from which a file gets a memory: smaller ones are read quickly. */
const WORTH_BYTES = 50_000_000;

/** Where a memory is kept. */
interface BlockMemory {
  /** The file that the memory belongs to; null for a temporary file. */
  readonly file: string | null;
  /** Size in bytes from which a memory is kept; {@link WORTH_BYTES} except in tests. */
  readonly worth?: number;
}

/** Checks the rows that the id map lists as used. Returns what is wrong with them, in sentences. */
export async function usedRowProblems(
  archive: OpenArchive,
  idMap: IdMap,
  memory: BlockMemory,
): Promise<readonly string[]> {
  const problems: string[] = [];
  const remembered = await recall(memory.file);
  const learned: Record<string, Remembered[string]> = { ...remembered };
  for (const table of archive.catalogue.tables.filter(isHeld)) {
    const rows = usedRows(idMap, table.plan.tableId);
    if (rows.length === 0) continue;
    const known = knownBlocks(table, remembered);
    const blocks = known ?? allBlocks(archive, table, problems);
    if (known !== null) problems.push(...damagedBlocks(archive, table, known, rows));
    else if (blocks !== null) {
      learned[String(table.plan.tableId)] = entriesOf(blocks);
    }
    problems.push(...mediaProblems(archive, table, rows));
  }
  if (Object.keys(learned).length > Object.keys(remembered).length) await remember(memory, learned);
  return problems;
}

/** Remembers the blocks of tables that were all checked. */
export async function rememberBlocks(
  memory: BlockMemory,
  tables: ReadonlyMap<number, readonly BlockDigest[]>,
): Promise<void> {
  await remember(memory, Object.fromEntries([...tables].map(([id, blocks]) => [String(id), entriesOf(blocks)])));
}

function entriesOf(blocks: readonly BlockDigest[]): Remembered[string] {
  return blocks.map(({ block, rows, digest }) => [block, rows, hex(digest)]);
}

function usedRows(idMap: IdMap, table: number): readonly RowId[] {
  const rows = new Set<RowId>();
  for (let after: RowId = "0";;) {
    const some = idMap.rows.unwritten(table, after, 1_000);
    for (const { old } of some) rows.add(old);
    const last = some.at(-1);
    if (last === undefined) break;
    after = last.old;
  }
  for (const state of ["open", "kept"] as const) {
    for (const { old } of idMap.cells.inState(table, state)) if (old !== null) rows.add(old);
  }
  return [...rows];
}

/** The blocks of a table in the memory, if they belong to this same table. */
function knownBlocks({ plan, digest }: CatalogueTable, remembered: Remembered): readonly BlockDigest[] | null {
  const entries = remembered[String(plan.tableId)];
  if (entries === undefined) return null;
  const blocks = entries.map(([block, rows, text]) => ({ block, rows, digest: Uint8Array.fromHex(text) }));
  return tableDigest(plan, blocks) === digest ? blocks : null;
}

/** Reads all of a table; null when its rows are not what the file says. */
function allBlocks(
  { engine }: OpenArchive,
  { plan, digest, state }: CatalogueTable,
  problems: string[],
): readonly BlockDigest[] | null {
  try {
    const blocks = digestRows(engine, plan, { media: true }, null);
    if (state !== "copied" || tableDigest(plan, blocks) === digest) return state === "copied" ? blocks : null;
    problems.push(`The rows of table '${plan.table.name}' differ from their digest`);
  } catch (error) {
    problems.push(
      `The rows of table '${plan.table.name}' cannot be read: ${error instanceof Error ? error.message : ""}`,
    );
  }
  return null;
}

function damagedBlocks(
  { engine }: OpenArchive,
  { plan }: CatalogueTable,
  known: readonly BlockDigest[],
  rows: readonly RowId[],
): readonly string[] {
  const numbers = new Set(rows.map((row) => BigInt(row) / BigInt(BLOCK_IDS)));
  return [...numbers].flatMap((number): readonly string[] => {
    const from = number * BigInt(BLOCK_IDS);
    const bounds: RowBounds = { from: from.toString(), until: (from + BigInt(BLOCK_IDS) - 1n).toString() };
    const [found] = digestRows(engine, plan, { media: true }, bounds);
    const wanted = known.find(({ block }) => BigInt(block) === number);
    if (found !== undefined && wanted !== undefined && hex(found.digest) === hex(wanted.digest)) return [];
    return [`Rows ${bounds.from} to ${bounds.until} of table '${plan.table.name}' differ from their digest`];
  });
}

function mediaProblems({ engine }: OpenArchive, { plan }: CatalogueTable, rows: readonly RowId[]): readonly string[] {
  const columns = plan.columns.flatMap(({ column }, index) => column.kind === "media" ? [index] : []);
  if (columns.length === 0) return [];
  using media = new MediaReader(engine);
  using lookup = new RowLookup(engine, plan, columns);
  return rows.flatMap((row) =>
    (lookup.cells(row) ?? []).flatMap((cell): readonly string[] => {
      const medium = typeof cell === "bigint" ? media.find(cell) : null;
      if (medium === null) return [];
      const hash = createHash("sha256");
      for (const piece of media.bytes(medium)) hash.update(piece);
      if (hash.digest("hex") === medium.sha256) return [];
      return [`A media file of row [${plan.tableId},${row}] of table '${plan.table.name}' differs from its digest`];
    })
  );
}

async function recall(file: string | null): Promise<Remembered> {
  if (file === null) return {};
  try {
    const parsed: unknown = JSON.parse(await Deno.readTextFile(file + ENDING));
    return typeof parsed === "object" && parsed !== null ? parsed as Remembered : {};
  } catch {
    // No memory, or one that cannot be read: then the table is read again.
    return {};
  }
}

async function remember({ file, worth = WORTH_BYTES }: BlockMemory, blocks: Remembered): Promise<void> {
  if (file === null || Object.keys(blocks).length === 0) return;
  try {
    if ((await Deno.stat(file)).size < worth) return;
    await Deno.writeTextFile(file + ENDING, `${JSON.stringify(blocks)}\n`, { mode: 0o600 });
  } catch {
    // A folder that may not be written: then the table is read again the next time.
  }
}

function hex(digest: Uint8Array): string {
  return digest.toHex();
}
