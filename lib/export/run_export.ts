/**
 * Runs an export from an open archive to its final name. Each format writes itself; this file names and describes the
 * result. A failed export is removed again.
 */
import { FolderNames } from "../naming/folder_names.ts";
import { ClaimedPath } from "../place/claimed_path.ts";
import { PartialFile } from "../place/partial_file.ts";
import { PartialFolder, SUMS_FILE } from "../place/partial_folder.ts";
import type { ByteSink } from "../place/partial_file.ts";
import { type Naming } from "./files/media_names.ts";
import { writeFiles } from "./files/write_files.ts";
import type { ExportJob, OutTable, TableResult } from "./job/export_job.ts";
import { MANIFEST_FILE, manifestEntries, manifestOf, MASKED_NOTE } from "./manifest.ts";
import { PLAIN_DIALECT, writePlain } from "./sqlite/write_plain.ts";
import type { ServerAddress } from "./postgres/connect_url.ts";
import { DumpTarget } from "./postgres/dump_target.ts";
import { writePostgres } from "./postgres/write_postgres.ts";
import { PROGRAM, VERSION } from "../version.ts";
import { checkWhere } from "./rows/check_where.ts";
import type { CsvStyle } from "./text/csv_cell.ts";
import type { TextFormat } from "./text/table_text.ts";
import { textHelper } from "./threads/text_helper.ts";
import { writeText } from "./threads/write_text.ts";

/** How a format is written. */
interface FormatOptions {
  readonly csv: CsvStyle;
}

/** Formats with one file for each table. */
export const TABLE_FORMATS = ["csv", "jsonl", "parquet"] as const;

/** One of {@link TABLE_FORMATS}. */
export type TableFormat = typeof TABLE_FORMATS[number];

/** Where a table's file goes: a folder with all tables, one file, or a stream. */
export type ExportPlace =
  | { readonly kind: "folder"; readonly path: string }
  | { readonly kind: "file"; readonly path: string }
  | { readonly kind: "stream"; readonly sink: ByteSink };

/** Writes tables to files of their own. */
export async function exportTables(
  job: ExportJob,
  format: TableFormat,
  options: FormatOptions,
  place: ExportPlace,
): Promise<readonly TableResult[]> {
  begin(job);
  await using writer = await tableWriter(job, format, options);
  switch (place.kind) {
    case "folder":
      return await inFolder(job, format, place.path, async (folder) => {
        const names = new FolderNames([SUMS_FILE, MANIFEST_FILE]);
        const results: TableResult[] = [];
        for (const table of job.tables) {
          const name = names.give(table.plan.table.name, `.${format}`);
          const file = folder.file([name]);
          const rows = await discarding(file, () => writer.write(table, file));
          await folder.finishFile(file, [name]);
          await checkTable(job, table, format, options, file.path);
          results.push({ name: table.plan.table.name, rows, file: name });
        }
        return results;
      });
    case "file": {
      const file = PartialFile.create(place.path);
      return await discarding(file, async () => {
        const results = await toSink(job, writer, file, place.path);
        for (const table of job.tables) await checkTable(job, table, format, options, file.path);
        await file.finish();
        return results;
      });
    }
    case "stream":
      return await toSink(job, writer, place.sink, "-");
  }
}

/** Writes media to files of their own. */
export async function exportFiles(job: ExportJob, naming: Naming, path: string): Promise<readonly TableResult[]> {
  begin(job);
  return await inFolder(job, "files", path, (folder) => writeFiles(job, naming, folder));
}

/** Writes a plain SQLite file. */
export async function exportPlain(job: ExportJob, withMedia: boolean, path: string): Promise<readonly TableResult[]> {
  begin(job);
  const claimed = new ClaimedPath(path);
  return await discarding(claimed, async () => {
    const about = (tables: readonly TableResult[]) => manifestEntries(job, "sqlite", tables);
    const { results, layout } = await writePlain(job, claimed.path, withMedia, about);
    if (job.check) {
      job.progress.report({ type: "checking", what: "the file" });
      const { checkPlain } = await import("./check/check_plain.ts");
      await checkPlain(job, layout, PLAIN_DIALECT, claimed.path);
    }
    await claimed.finish();
    return results;
  });
}

/** Writes tables into a workbook. */
export async function exportXlsx(job: ExportJob, path: string): Promise<readonly TableResult[]> {
  begin(job);
  const { writeXlsx } = await import("./xlsx/write_xlsx.ts");
  const file = PartialFile.create(path);
  return await discarding(file, async () => {
    const results = await writeXlsx(job, file, (tables) => manifestEntries(job, "xlsx", tables));
    await file.finish();
    return results;
  });
}

/** Writes a dump for `psql -f`. */
export async function exportDump(job: ExportJob, withMedia: boolean, path: string): Promise<readonly TableResult[]> {
  begin(job);
  const file = PartialFile.create(path);
  return await discarding(file, async () => {
    const about = `Made by ${PROGRAM} ${VERSION}. Load it into an empty database: psql -d NAME -f FILE`;
    const dump = new DumpTarget(file, about);
    const results = await writePostgres(job, dump, withMedia, (tables) => manifestEntries(job, "postgres", tables));
    dump.finish();
    await file.finish();
    return results;
  });
}

/**
 * Writes straight into a server, in one transaction.
 * @param password called when the server wants a password
 */
export async function exportToServer(
  job: ExportJob,
  withMedia: boolean,
  address: ServerAddress,
  password: () => string | Promise<string>,
): Promise<readonly TableResult[]> {
  begin(job);
  const { inServer } = await import("./postgres/server_target.ts");
  return await inServer(
    address,
    password,
    (target) => writePostgres(job, target, withMedia, (tables) => manifestEntries(job, "postgres", tables)),
  );
}

/** Checks that come before anything is written. */
function begin(job: ExportJob): void {
  checkWhere(job);
  if (job.masked) job.shortfalls.note(MASKED_NOTE);
}

async function inFolder(
  job: ExportJob,
  format: string,
  path: string,
  fill: (folder: PartialFolder) => Promise<readonly TableResult[]>,
): Promise<readonly TableResult[]> {
  const folder = new PartialFolder(path);
  return await discarding(folder, async () => {
    const results = await fill(folder);
    const file = folder.file([MANIFEST_FILE]);
    file.write(new TextEncoder().encode(`${JSON.stringify(manifestOf(job, format, results), null, 2)}\n`));
    await folder.finishFile(file, [MANIFEST_FILE]);
    await folder.finishSums();
    if (job.check) (await import("./check/check_sums.ts")).checkSums(folder.path, job.signal);
    await folder.finish();
    return results;
  });
}

async function toSink(
  job: ExportJob,
  writer: TableWriter,
  sink: ByteSink,
  name: string,
): Promise<readonly TableResult[]> {
  const results: TableResult[] = [];
  for (const table of job.tables) {
    const rows = await writer.write(table, sink);
    results.push({ name: table.plan.table.name, rows, file: name });
  }
  return results;
}

/** Writes tables of a job in one format. Its second thread ends with it. */
interface TableWriter extends AsyncDisposable {
  /** @returns the number of rows */
  write(table: OutTable, sink: ByteSink): Promise<number>;
}

async function tableWriter(job: ExportJob, format: TableFormat, { csv }: FormatOptions): Promise<TableWriter> {
  if (format === "parquet") {
    // Loaded only when needed: a package that other formats do not need.
    const { writeParquet } = await import("./parquet/write_parquet.ts");
    return { write: (table, sink) => writeParquet(job, table, sink), [Symbol.asyncDispose]: async () => {} };
  }
  const text: TextFormat = format === "csv" ? { format, style: csv } : { format };
  const helper = await textHelper(job, text);
  return {
    write: (table, sink) => writeText(job, table, text, sink, helper),
    [Symbol.asyncDispose]: async () => await helper?.[Symbol.asyncDispose](),
  };
}

/** Reads a table back if that is wanted; the code for it is loaded only then. */
async function checkTable(
  job: ExportJob,
  table: OutTable,
  format: TableFormat,
  { csv }: FormatOptions,
  path: string,
): Promise<void> {
  if (!job.check) return;
  job.progress.report({ type: "checking", what: `table '${table.plan.table.name}'` });
  switch (format) {
    case "csv":
      return await (await import("./check/check_text.ts")).checkCsv(job, table, csv, path);
    case "jsonl":
      return await (await import("./check/check_text.ts")).checkJsonl(job, table, path);
    case "parquet":
      return await (await import("./check/check_parquet.ts")).checkParquet(job, table, path);
  }
}

/** Removes what a failed export has made; that failure is the one to report. */
async function discarding<T>(made: { discard(): void }, body: () => Promise<T>): Promise<T> {
  try {
    return await body();
  } catch (error) {
    try {
      made.discard();
    } catch {
      // The failure that led here says more.
    }
    throw error;
  }
}
