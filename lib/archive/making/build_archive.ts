/**
 * Makes a whole archive from a schema and rows in memory: for the schema-only file, the demo's app, and the apps of
 * tests. It uses the same writer, checks and naming as a backup.
 */
import type { TableLayout } from "../../ddl/archive_layout.ts";
import { archiveLayout } from "../../ddl/lay_out_archive.ts";
import type { AppSchema } from "../../schema/model/app_schema.ts";
import { createArchive } from "./archive_writer.ts";
import type { SqlValue } from "../../sqlite/sql_value.ts";
import { completeArchive, type FinishedArchive, nameArchive } from "./finish.ts";
import type { ArchiveWarning } from "../catalogue/catalogue.ts";
import { PARTIAL_SUFFIX } from "../catalogue/identity.ts";
import type { WritableRow } from "../rows/row_writer.ts";

/** A medium for a file; a media cell holds its place in the list, counted from 1. */
export interface MediaContent {
  readonly contentType: string | null;
  readonly name: string | null;
  /** Null if its bytes are not in the file. */
  readonly bytes: Uint8Array | null;
}

/** The content of the file. */
export interface ArchiveContent {
  readonly schema: AppSchema;
  /** Rows by Python name of their table; a table without an entry has no rows and stays schema-only. */
  readonly rows: ReadonlyMap<string, readonly WritableRow[]>;
  readonly media: readonly MediaContent[];
  readonly provenance: Iterable<readonly [string, SqlValue]>;
  /** Warnings that the file has besides those of its schema. */
  readonly warnings?: readonly ArchiveWarning[];
}

/**
 * Builds an archive under its final name.
 * @throws {AnvilSqliteError} as `createArchive` and `nameArchive`
 */
export async function buildArchive(path: string, content: ArchiveContent): Promise<FinishedArchive> {
  const { plan, warnings } = archiveLayout(content.schema);
  const writer = await createArchive(path + PARTIAL_SUFFIX, {
    plan,
    warnings: [
      ...warnings.map(({ code, table, column, message }) => ({ code, table, column, row: null, message })),
      ...content.warnings ?? [],
    ],
  });
  try {
    for (const medium of content.media) {
      const use = { ...medium, manager: "table-media", id: String(2_000_000 + content.media.indexOf(medium)) };
      const { bytes } = medium;
      const id = writer.transaction(() => writer.media.addUse(use, bytes === null ? "skipped" : "pending"));
      if (bytes === null) continue;
      const receipt = writer.media.receive(id);
      receipt.begin();
      receipt.chunk(bytes.slice());
      receipt.store();
    }
    for (const [name, rows] of content.rows) {
      const table = tableNamed(writer.tables, name);
      const rowWriter = writer.rows(table);
      writer.transaction(() => {
        rowWriter.write(rows);
        writer.recordOutcome(table, { state: "copied", rowsServer: rows.length, rowsCopied: rows.length });
      });
      rowWriter.finalize();
    }
    completeArchive(writer, { provenance: () => content.provenance });
    return await nameArchive(writer, path);
  } catch (error) {
    writer.close();
    throw error;
  }
}

function tableNamed(tables: readonly TableLayout[], name: string): TableLayout {
  const table = tables.find((candidate) => candidate.table.name === name);
  if (table === undefined) throw new RangeError(`The schema has no table '${name}'`);
  return table;
}
