/**
 * Copies the proven parts of a damaged partial file into a fresh one. The damaged one is never written to: when one
 * place of a SQLite file is wrong, writing can damage another. What is not copied is read again from the app.
 */
import type { ArchiveLayout, TableLayout } from "../../ddl/archive_layout.ts";
import { fileReplaced } from "../../disk/place_errors.ts";
import { type FileIdentity, identityBehind, isSameFile } from "../../disk/file_identity.ts";
import { sidecarsOf } from "../../disk/sidecars.ts";
import type { Engine } from "../../sqlite/engine.ts";
import type { Cell } from "../../value/cell.ts";
import { parseRowId } from "../../value/row_id.ts";
import { type ArchiveWarning, type Catalogue, isHeld, readWarnings } from "../catalogue/catalogue.ts";
import { PageSummer } from "../digest/page_sum.ts";
import { mediaBytes } from "../media/media_lookup.ts";
import { MediaStore } from "../media/media_store.ts";
import { RowWriter, type WritableRow } from "../rows/row_writer.ts";
import type { StoredUse } from "../media/use_lookup.ts";
import { type ArchiveWriter, beginArchive, openWriter } from "../making/archive_writer.ts";
import { isUseSound, type PartialProof } from "./prove_partial.ts";
import { type CopiedRows, isIn, PageWriter } from "../making/resume_state.ts";
import { storedRows } from "./stored_page.ts";

/** Rows that are written in one transaction, and noted as one page. */
const PAGE_ROWS = 1_000;

/** A damaged file, open and locked, whose own description is whole. */
interface DamagedPartial {
  readonly engine: Engine;
  readonly file: FileIdentity | null;
  readonly catalogue: Catalogue;
  /** The layout of such a file. */
  readonly plan: ArchiveLayout;
  readonly proof: PartialProof;
}

/**
 * Puts a fresh file in the place of a damaged one, which is closed.
 * @param onStep receives each step; it may throw to stop
 * @throws {AnvilSqliteError} `disk-full`, `cannot-write`, `file-replaced` (exit 21); the damaged file stays then
 */
export async function salvage(
  { engine, file, catalogue, plan, proof }: DamagedPartial,
  onStep: (what: string) => void,
): Promise<ArchiveWriter> {
  const { path } = engine;
  const fresh = await beginArchive(path, {
    plan,
    listedOnly: catalogue.tables.flatMap((table) =>
      isHeld(table) ? [] : [{ table: table.plan.table, state: table.state }]
    ),
    provenance: catalogue.provenance,
    warnings: readWarnings(engine).filter((warning) => isAboutProven(warning, proof.rows)),
  });
  try {
    const salvage = new Salvage(engine, fresh.engine, proof);
    for (const table of plan.tables) {
      onStep(`taking over table ${table.table.name}`);
      salvage.table(table);
    }
    salvage.finalize();
    if (file !== null && !isSameFile(await identityBehind(path), file)) throw fileReplaced(path);
  } catch (error) {
    await fresh.discard();
    throw error;
  }
  engine.close();
  // The damaged file's journal was rolled back when it was opened; SQLite would play it into the fresh file.
  for (const sidecar of await sidecarsOf(path)) await Deno.remove(sidecar);
  await fresh.replace();
  return await openWriter(path, plan.tables);
}

/** A row that is read again brings its warning again. */
function isAboutProven({ row }: ArchiveWarning, proven: readonly CopiedRows[]): boolean {
  const place = row === null ? null : parseRowId(row);
  if (place === null) return true;
  return proven.some((part) => part.tableId === place.table && isIn(part, place.row));
}

class Salvage {
  readonly #from: Engine;
  readonly #to: Engine;
  readonly #proof: PartialProof;
  readonly #media: MediaStore;
  readonly #pages: PageWriter;

  constructor(from: Engine, to: Engine, proof: PartialProof) {
    this.#from = from;
    this.#to = to;
    this.#proof = proof;
    this.#media = new MediaStore(to);
    this.#pages = new PageWriter(to);
  }

  table(plan: TableLayout): void {
    const writer = new RowWriter(this.#to, plan);
    for (const part of this.#proof.rows) if (part.tableId === plan.tableId) this.#part(plan, part, writer);
    writer.finalize();
  }

  #part(plan: TableLayout, part: CopiedRows, writer: RowWriter): void {
    let page = new PageToWrite();
    let { after } = part;
    const write = (until: string | null) => {
      this.#write(plan, { tableId: part.tableId, after, until }, page, writer);
      page = new PageToWrite();
      after = until;
    };
    for (const { row, uses } of storedRows(this.#from, plan, part)) {
      if (page.rows.length >= PAGE_ROWS) write(page.rows.at(-1)?.id ?? null);
      // What SQLite holds in a column of a proven row is a cell.
      page.rows.push({ id: row.id, cells: row.cells as readonly Cell[] });
      page.uses.push(...uses);
    }
    write(part.until);
  }

  #write(plan: TableLayout, part: CopiedRows, { rows, uses }: PageToWrite, writer: RowWriter): void {
    const summer = new PageSummer(plan);
    for (const { id, cells } of rows) summer.row(BigInt(id), cells);
    const sum = summer.end({ ...part, rows: rows.length }, uses);
    this.#to.transaction(() => {
      for (const use of uses) this.#use(use);
      writer.write(rows);
      this.#pages.add({ ...part, rows: rows.length, sum });
    });
  }

  #use(use: StoredUse): void {
    const { sha256, length } = use;
    if (!isUseSound(use, this.#proof.media)) return this.#media.keepUse(use, "pending");
    if (use.state !== "stored" || sha256 === null || length === null) {
      return this.#media.keepUse(use, use.state === "failed" || use.state === "skipped" ? use.state : "pending");
    }
    this.#media.keepUse(use, "stored", { sha256, length, pieces: () => mediaBytes(this.#from, sha256) });
  }

  finalize(): void {
    this.#media.finalize();
    this.#pages.finalize();
  }
}

/** Rows that are collected until they fill a page. */
class PageToWrite {
  readonly rows: WritableRow[] = [];
  readonly uses: StoredUse[] = [];
}
