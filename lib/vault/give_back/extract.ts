/**
 * Writes a snapshot of a vault as an ordinary archive, with the same digest, catalogue, warnings and broken links as
 * the file that went in; otherwise it fails. It only reads the vault.
 */
import type { ArchiveWriter } from "../../archive/making/archive_writer.ts";
import { createArchive } from "../../archive/making/archive_writer.ts";
import { completeArchive, type FinishedArchive, nameArchive } from "../../archive/making/finish.ts";
import { isHeld, readCatalogue } from "../../archive/catalogue/catalogue.ts";
import { FORMAT_VERSION, PARTIAL_SUFFIX } from "../../archive/catalogue/identity.ts";
import { digestLookup } from "../../archive/digest/compute_digests.ts";
import { type BlockDigest, BlockDigester } from "../../archive/digest/table_digest.ts";
import { readDanglingLinks } from "../../archive/rows/dangling_links.ts";
import type { WritableRow } from "../../archive/rows/row_writer.ts";
import type { TableLayout } from "../../ddl/archive_layout.ts";
import { archiveLayout } from "../../ddl/lay_out_archive.ts";
import { AnvilSqliteError } from "../../errors.ts";
import type { SqlValue } from "../../sqlite/sql_value.ts";
import type { Cell } from "../../value/cell.ts";
import { provenanceAt, warningsAt } from "../store/known_lines.ts";
import { damagedVault, type OpenVault } from "../store/open_vault.ts";
import { linksDigest } from "../store/links_digest.ts";
import { MediaDigest } from "../store/media_digest.ts";
import { rowsAt } from "../store/rows_at.ts";
import { snapshotSeal } from "../store/snapshot_seal.ts";
import type { VaultSnapshot } from "../store/snapshots.ts";
import { columnsNumbered } from "../store/stored_columns.ts";
import { type StoredTable, TableStates } from "../store/table_states.ts";

import { MediaGiver } from "./media_giver.ts";

/** How a snapshot is extracted. */
interface ExtractOptions {
  /** The path of the new file, which must not exist. */
  readonly path: string;
  readonly now: Date;
  /** The source that the new file names. */
  readonly source: string;
  /** Called for each table, and sometimes in between; it may throw to stop. */
  readonly onStep: (what: string, rows: number) => void;
}

/** Rows that are in memory at once, and how many such groups make a transaction. */
const BATCH = 500;
const BATCHES = 20;

/**
 * Extracts a snapshot.
 * @throws {AnvilSqliteError} `destination-exists`, `cannot-write`, `disk-full` (exit 21); `damaged-vault` (exit 4) when
 * the result differs from what went in
 */
export async function extractSnapshot(
  vault: OpenVault,
  snapshot: VaultSnapshot,
  options: ExtractOptions,
): Promise<FinishedArchive> {
  // One moment of the vault, however long it takes.
  vault.engine.exec("BEGIN");
  try {
    return await new Extraction(vault, snapshot, options).run();
  } finally {
    vault.engine.exec("COMMIT");
  }
}

class Extraction {
  readonly #vault: OpenVault;
  readonly #snapshot: VaultSnapshot;
  readonly #options: ExtractOptions;
  readonly #tables: readonly StoredTable[];

  constructor(vault: OpenVault, snapshot: VaultSnapshot, options: ExtractOptions) {
    this.#vault = vault;
    this.#snapshot = snapshot;
    this.#options = options;
    this.#tables = new TableStates(vault.engine).listed(snapshot.number);
  }

  async run(): Promise<FinishedArchive> {
    const { path } = this.#options;
    const { seal, ...facts } = this.#snapshot;
    if (snapshotSeal(this.#vault.engine, facts, new TableStates(this.#vault.engine)) !== seal) {
      throw this.#damaged(`what is known of snapshot #${facts.number} is not as it was taken in`);
    }
    const partial = path + PARTIAL_SUFFIX;
    const held = this.#tables.filter(isHeld);
    const { plan } = archiveLayout({ source: "archive", tables: held.map(({ table }) => table) });
    const tables = plan.tables.map((table, at) => ({ ...table, tableId: held[at]?.tableId ?? table.tableId }));
    const listedOnly = this.#tables.filter((table) => !isHeld(table)).map(({ table, state }) => ({ table, state }));
    const warnings = warningsAt(this.#vault.engine, this.#snapshot.number);
    const writer = await createArchive(partial, { plan: { ...plan, tables }, listedOnly, warnings });
    try {
      const blocks = this.#writeRows(writer, tables, held);
      completeArchive(writer, { provenance: () => this.#provenance(), blocks });
      this.#check(writer);
      return await nameArchive(writer, path);
    } catch (error) {
      writer.close();
      await Deno.remove(partial).catch(() => {});
      throw error;
    }
  }

  #writeRows(
    writer: ArchiveWriter,
    plans: readonly TableLayout[],
    held: readonly StoredTable[],
  ): ReadonlyMap<number, readonly BlockDigest[]> {
    using media = new MediaGiver(this.#vault.engine, writer.engine, this.#snapshot.number);
    const blocks = new Map<number, readonly BlockDigest[]>();
    plans.forEach((plan, at) => {
      const table = held[at];
      if (table === undefined || table.state !== "copied") return;
      this.#options.onStep(plan.table.name, 0);
      blocks.set(plan.tableId, this.#writeTable(writer, plan, table, media));
      writer.transaction(() =>
        writer.recordOutcome(plan, { state: "copied", rowsServer: table.rowsServer, rowsCopied: table.rowsCopied })
      );
    });
    return blocks;
  }

  #writeTable(writer: ArchiveWriter, plan: TableLayout, table: StoredTable, media: MediaGiver): readonly BlockDigest[] {
    const { engine } = this.#vault;
    const columns = columnsNumbered(engine, table.number, table.stored);
    const mediaColumns = plan.columns.flatMap(({ column }, at) => column.kind === "media" ? [at] : []);
    const rowWriter = writer.rows(plan);
    using lookup = digestLookup(writer.engine, { media: true });
    const digester = new BlockDigester(plan, lookup);
    const mediaDigest = new MediaDigest();
    const withMedia = (id: string, cells: SqlValue[]) => {
      for (const at of mediaColumns) {
        const use = cells[at];
        if (typeof use !== "bigint") continue;
        const { id: object, facts } = media.give(use);
        cells[at] = object;
        mediaDigest.add(id, at, facts);
      }
    };
    const rows = rowsAt(engine, table.number, columns, this.#snapshot.number);
    let count = 0;
    /** Writes the next rows; false after the last. */
    const writeSome = (): boolean => {
      const batch: WritableRow[] = [];
      while (batch.length < BATCH) {
        const next = rows.next();
        if (next.done) break;
        const { row, cells } = next.value;
        const id = row.toString();
        withMedia(id, cells);
        digester.add(Number(row) <= Number.MAX_SAFE_INTEGER ? Number(row) : row, cells);
        batch.push({ id, number: row, cells: cells as Cell[] });
      }
      rowWriter.write(batch);
      count += batch.length;
      return batch.length === BATCH;
    };
    try {
      for (let isMore = true; isMore;) {
        writer.transaction(() => {
          for (let i = 0; i < BATCHES && isMore; i++) isMore = writeSome();
        });
        this.#options.onStep(plan.table.name, count);
      }
      if (mediaColumns.length > 0 && mediaDigest.finish() !== table.mediaDigest) {
        throw damagedVault(this.#vault.path, `what is known of the media of table '${plan.table.name}' has changed`);
      }
      return digester.finish();
    } catch (cause) {
      if (!(cause instanceof RangeError)) throw cause;
      throw damagedVault(this.#vault.path, `rows of table '${plan.table.name}' are not in order`, cause);
    } finally {
      rows.return();
      rowWriter.finalize();
    }
  }

  *#provenance(): Iterable<readonly [string, SqlValue]> {
    for (const [key, value] of provenanceAt(this.#vault.engine, this.#snapshot.number)) {
      if (key !== "digest" && key !== "digest_algorithm" && key !== "format_version") yield [key, value];
    }
    yield ["format_version", BigInt(FORMAT_VERSION)];
    yield ["extracted_from", this.#options.source];
    yield ["extracted_at", this.#options.now.toISOString()];
  }

  /** Checks that the result is the same as what went in. */
  #check({ engine }: ArchiveWriter): void {
    const { digest, brokenLinksDigest, number } = this.#snapshot;
    const { tables, provenance } = readCatalogue(engine);
    const wrong = tables.find(({ plan, digest }) =>
      digest !== null &&
      this.#tables.find(({ tableId, state }) => state === "copied" && tableId === plan.tableId)?.digest !== digest
    );
    if (wrong !== undefined) {
      throw this.#damaged(`table '${wrong.plan.table.name}' is not as it was in snapshot #${number}`);
    }
    if (provenance.get("digest") !== digest) throw this.#damaged(`snapshot #${number} has not the digest that it had`);
    if (linksDigest(readDanglingLinks(engine)) !== brokenLinksDigest) {
      throw this.#damaged(`the broken links of snapshot #${number} are not those that it had`);
    }
  }

  #damaged(what: string): AnvilSqliteError {
    return damagedVault(this.#vault.path, what);
  }
}
