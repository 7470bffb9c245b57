/**
 * Digests one table of a vault at all its snapshots, in one walk over its rows. The canonical form of a version is made
 * only once, however many snapshots have it. It only reads.
 */
import { createHash } from "node:crypto";
import { ByteBuffer } from "../../archive/digest/byte_buffer.ts";
import { appendRow, type CanonicalColumns } from "../../archive/digest/canonical.ts";
import { BLOCK_IDS, type BlockDigest, digestColumns, tableDigest } from "../../archive/digest/table_digest.ts";
import type { TableLayout } from "../../ddl/archive_layout.ts";
import { archiveLayout } from "../../ddl/lay_out_archive.ts";
import type { Engine } from "../../sqlite/engine.ts";
import type { SqlValue } from "../../sqlite/sql_value.ts";
import type { StoredColumn } from "../layout/row_tables.ts";
import { MediaDigest } from "../store/media_digest.ts";
import { type RowLife, rowLives, type RowVersion } from "../store/row_versions.ts";
import type { StoredTable } from "../store/table_states.ts";
import type { MediaLives } from "./media_lives.ts";

/** A snapshot of a table whose digest is wanted. */
export interface WantedDigest {
  readonly snapshot: number;
  readonly table: StoredTable;
}

/** The digest for a snapshot of a table, from what the vault holds. */
interface FoundDigest extends WantedDigest {
  readonly digest: string;
  readonly mediaDigest: string | null;
}

/** Columns of a table, as they were during some snapshots. */
interface Layout {
  readonly schemaId: number;
  readonly plan: TableLayout;
  /** For each column of the plan, its place among the columns that are read. */
  readonly places: readonly number[];
  readonly canonical: CanonicalColumns;
  /** Indexes of the plan's media columns. */
  readonly media: readonly number[];
}

/** The canonical form of a version, and what it was made for. */
interface CanonicalVersion {
  readonly layout: Layout;
  /** The snapshots at which the facts about its media begin. */
  readonly states: string;
  readonly start: number;
  readonly end: number;
}

/**
 * Digests a table at each of some snapshots.
 * @param columns all numbered columns of the table
 * @param wanted by descending snapshot
 * @param onBlock called after each block of rows; it may throw to stop
 */
export function digestSnapshots(
  engine: Engine,
  columns: readonly StoredColumn[],
  wanted: readonly WantedDigest[],
  media: MediaLives,
  onBlock: (rows: number) => void,
): readonly FoundDigest[] {
  const number = wanted[0]?.table.number ?? 0;
  const oldest = wanted.at(-1)?.snapshot ?? 0;
  const layouts = new Map<number, Layout>();
  const states = wanted.map((one) => {
    const layout = layouts.get(one.table.schemaId) ?? layoutOf(one.table, columns);
    layouts.set(layout.schemaId, layout);
    return { ...one, layout, blocks: [] as BlockDigest[], media: layout.media.length === 0 ? null : new MediaDigest() };
  });
  const forms = new ByteBuffer();
  const [only] = layouts.size === 1 ? layouts.values() : [];
  const begin = () => {
    forms.clear();
    return new BlockWalk(media, forms, only?.media.length === 0 ? only : null);
  };
  for (const [block, digester] of blocksOf(rowLives(engine, number, columns, { after: oldest }), begin)) {
    let newer: (typeof states)[number] | null = null;
    for (const state of states) {
      const isSame = newer !== null && newer.layout === state.layout && state.media === null &&
        !digester.changedBetween(state.snapshot, newer.snapshot);
      const digest = isSame ? newer?.blocks.at(-1) : digester.digest(state.snapshot, state.layout, state.media);
      if (digest !== undefined && (!isSame || digest.block === block)) state.blocks.push({ ...digest, block });
      newer = state;
    }
    onBlock(digester.rows);
  }
  return states.map(({ snapshot, table, layout, blocks, media: facts }) => ({
    snapshot,
    table,
    digest: tableDigest(layout.plan, blocks),
    mediaDigest: facts?.finish() ?? null,
  }));
}

function layoutOf(table: StoredTable, columns: readonly StoredColumn[]): Layout {
  const [plan] = archiveLayout({ source: "archive", tables: [table.table] }).plan.tables;
  if (plan === undefined) throw new RangeError(`Table ${table.number}`);
  return {
    schemaId: table.schemaId,
    plan,
    places: table.stored.map((stored) => columns.findIndex((column) => column.number === stored)),
    canonical: digestColumns(plan),
    media: plan.columns.flatMap(({ column }, at) => column.kind === "media" ? [at] : []),
  };
}

/** Rows by the block of the digest that they are in. A block is finished when the next one is asked for. */
function* blocksOf(
  lives: Iterable<RowLife>,
  begin: () => BlockWalk,
): Iterable<readonly [block: number, rows: BlockWalk]> {
  let [block, rows]: [number, BlockWalk | null] = [-1, null];
  for (const life of lives) {
    const at = Number(life.row / BigInt(BLOCK_IDS));
    if (at !== block && rows !== null) {
      yield [block, rows];
      rows = null;
    }
    block = at;
    rows ??= begin();
    rows.add(life);
  }
  if (rows !== null) yield [block, rows];
}

const FLUSH_BYTES = 60_000;
const NO_CELLS: readonly SqlValue[] = [];

/** Digests one block at one snapshot after the other. */
class BlockWalk {
  readonly #lives: RowLife[] = [];
  readonly #media: MediaLives;
  readonly #made = new Map<RowVersion, CanonicalVersion>();
  readonly #bounds = new Set<number>();
  /** All canonical forms that were made, one after the other. */
  readonly #forms: ByteBuffer;
  readonly #only: Layout | null;
  readonly #bytes = new Uint8Array(FLUSH_BYTES);

  /** @param only the only wanted layout, if there is just one and it has no media; else null */
  constructor(media: MediaLives, forms: ByteBuffer, only: Layout | null) {
    this.#media = media;
    this.#forms = forms;
    this.#only = only;
  }

  get rows(): number {
    return this.#lives.length;
  }

  /** Adds a row. If its versions have only one form each, the forms are made at once, and the cells are dropped. */
  add({ row, versions }: RowLife): void {
    for (const { from, until } of versions) this.#bounds.add(from).add(until);
    const only = this.#only;
    this.#lives.push({
      row,
      versions: only === null ? versions : versions.map((version) => {
        const { from, until } = version;
        const bare = { from, until, cells: NO_CELLS };
        this.#made.set(bare, this.#form(row, version, only, "", 0));
        return bare;
      }),
    });
  }

  /** Whether a version begins or ends after one snapshot, up to another. */
  changedBetween(after: number, until: number): boolean {
    for (let n = after + 1; n <= until; n++) if (this.#bounds.has(n)) return true;
    return false;
  }

  /** The block at a snapshot; undefined when it had no rows. */
  digest(snapshot: number, layout: Layout, facts: MediaDigest | null): BlockDigest | undefined {
    const hash = createHash("sha256");
    let [rows, filled] = [0, 0];
    for (const { row, versions } of this.#lives) {
      const version = versions.find(({ from, until }) => from <= snapshot && snapshot < until);
      if (version === undefined) continue;
      rows++;
      if (facts !== null) this.#addMedia(row, version, layout, snapshot, facts);
      const { start, end } = this.#canonical(row, version, layout, snapshot);
      const bytes = this.#forms.bytes().subarray(start, end);
      if (filled + bytes.length > FLUSH_BYTES) {
        hash.update(this.#bytes.subarray(0, filled));
        filled = 0;
      }
      if (bytes.length > FLUSH_BYTES) hash.update(bytes);
      else {
        this.#bytes.set(bytes, filled);
        filled += bytes.length;
      }
    }
    hash.update(this.#bytes.subarray(0, filled));
    return rows === 0 ? undefined : { block: 0, rows, digest: new Uint8Array(hash.digest()) };
  }

  #canonical(row: bigint, version: RowVersion, layout: Layout, snapshot: number): CanonicalVersion {
    const made = this.#made.get(version);
    // Nearly every version is asked for by many snapshots; without media it is the same for all of one layout.
    const isPlain = layout.media.length === 0;
    if (isPlain && made?.layout === layout) return made;
    const states = isPlain ? "" : layout.media
      .map((at) => this.#knownFrom(version.cells[layout.places[at] ?? -1], snapshot)).join(" ");
    if (made?.layout === layout && made.states === states) return made;
    const form = this.#form(row, version, layout, states, snapshot);
    this.#made.set(version, form);
    return form;
  }

  #form(row: bigint, { cells }: RowVersion, layout: Layout, states: string, snapshot: number): CanonicalVersion {
    const wanted = layout.places.map((place) => cells[place] ?? null);
    const start = this.#forms.length;
    appendRow(this.#forms, row, layout.canonical, wanted, (use) => this.#media.at(use, snapshot)?.facts ?? null);
    return { layout, states, start, end: this.#forms.length };
  }

  #knownFrom(cell: SqlValue | undefined, snapshot: number): number {
    return typeof cell === "bigint" ? this.#media.at(cell, snapshot)?.from ?? -1 : -1;
  }

  #addMedia(row: bigint, version: RowVersion, layout: Layout, snapshot: number, digest: MediaDigest): void {
    for (const at of layout.media) {
      const cell = version.cells[layout.places[at] ?? -1];
      if (typeof cell !== "bigint") continue;
      const known = this.#media.at(cell, snapshot);
      if (known !== null) digest.add(String(row), at, known.facts);
    }
  }
}
