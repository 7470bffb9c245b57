/**
 * Writes a workbook: one sheet for each table, more sheets when a table has too many rows for one, and a sheet that
 * describes the file. Everything streams, so that memory stays small. The caller names the file.
 */
import { Zip, ZipDeflate } from "../../builtin/zip_writer.ts";
import { AnvilSqliteError } from "../../errors.ts";
import type { ByteSink } from "../../place/partial_file.ts";
import { rowIdText } from "../../value/row_id.ts";
import type { ExportJob, OutTable, TableResult } from "../job/export_job.ts";
import { exportRows } from "../rows/export_rows.ts";
import { OutContext } from "../rows/out_context.ts";
import { TextOutput } from "../text/text_output.ts";
import { cellXml, headingOf, headingXml, textXml } from "./sheet_cell.ts";
import { columnLetters, SHEET_HEAD, SHEET_TAIL, SheetNames, sheetPath, workbookParts } from "./workbook.ts";

/** How much a sheet can hold. */
interface SheetLimits {
  /** Rows, headings included. */
  readonly rows: number;
  /** Bytes of its XML. */
  readonly bytes: number;
}

/**
 * A ZIP without its 64-bit extension holds files and archives of less than 4 GiB, including what is around the files.
 */
const MAX_ZIP_BYTES = 4_000_000_000;

/** Rows: Excel specifications and limits. Bytes: two sheets fit in a ZIP. */
const LIMITS: SheetLimits = { rows: 1_048_576, bytes: MAX_ZIP_BYTES / 2 };

/** Level of compression: a higher one costs time, and saves little. */
const LEVEL = 2;

/** Writes all tables of a job. */
export async function writeXlsx(
  job: ExportJob,
  sink: ByteSink,
  about: (tables: readonly TableResult[]) => Iterable<readonly [string, string]>,
  limits = LIMITS,
): Promise<readonly TableResult[]> {
  const book = new Book(sink, limits);
  using context = new OutContext({ ...job, labels: true });
  const results: TableResult[] = [];
  for (const table of job.tables) results.push(await writeSheets(job, table, context, book));
  const sheet = book.sheet("About this file");
  for (const [key, value] of [["key", "value"], ...about(results)]) sheet.row([key ?? "", value ?? ""]);
  sheet.end();
  book.finish();
  return results;
}

async function writeSheets(job: ExportJob, table: OutTable, context: OutContext, book: Book): Promise<TableResult> {
  const { plan, columns } = table;
  const name = plan.table.name;
  const cells = columns.map((column) => cellXml(column, context));
  const headings = [plan.rowIdSqlName, ...columns.map(headingOf)];
  let place = { column: "", row: "" };
  const tell = (reason: Parameters<typeof job.shortfalls.add>[0]) =>
    job.shortfalls.add(reason, name, place.column, place.row);
  let sheet = book.sheet(plan.sqlName, headings);
  const file = sheet.name;
  let rows = 0;
  for await (const batch of exportRows(job, table)) {
    for (const row of batch) {
      if (sheet.isFull) {
        sheet.end();
        sheet = book.sheet(plan.sqlName, headings);
        job.shortfalls.note(`Table '${name}' is more than a sheet of Excel holds: it goes on in sheet '${sheet.name}'`);
      }
      const id = rowIdText(plan.tableId, String(row.row));
      const number = sheet.nextRow();
      let xml = textXml(`A${number}`, id, tell);
      for (let i = 0; i < cells.length; i++) {
        const cell = row.cells[i] ?? null;
        if (cell === null) continue;
        place = { column: columns[i]?.plan.column.name ?? "", row: id };
        xml += cells[i]?.(`${columnLetters(i + 1)}${number}`, cell, tell) ?? "";
      }
      sheet.put(`<row r="${number}">${xml}</row>\n`);
    }
    rows += batch.length;
  }
  sheet.end();
  return { name, rows, file };
}

/** A workbook that is being written. */
class Book {
  readonly #zip: Zip;
  readonly #sink: ByteSink;
  readonly #names = new SheetNames();
  readonly #sheets: string[] = [];
  readonly #limits: SheetLimits;
  #bytes = 0;

  constructor(sink: ByteSink, limits: SheetLimits) {
    this.#sink = sink;
    this.#limits = limits;
    this.#zip = new Zip((error, bytes) => {
      if (error !== null) throw error;
      this.#bytes += bytes.length;
      if (this.#bytes > MAX_ZIP_BYTES) throw tooLarge();
      this.#sink.write(bytes);
    });
  }

  /**
   * Begins a sheet.
   * @param headings its first row; empty when the caller writes all rows
   */
  sheet(wanted: string, headings: readonly string[] = []): Sheet {
    const name = this.#names.give(wanted);
    this.#sheets.push(name);
    return new Sheet(name, this.#file(sheetPath(this.#sheets.length)), headings, this.#limits);
  }

  finish(): void {
    for (const [path, xml] of workbookParts(this.#sheets)) {
      this.#file(path).push(new TextEncoder().encode(xml), true);
    }
    this.#zip.end();
  }

  #file(path: string): ZipDeflate {
    const file = new ZipDeflate(path, { level: LEVEL });
    this.#zip.add(file);
    return file;
  }
}

/** A sheet that is being written. */
class Sheet {
  readonly name: string;
  readonly #file: ZipDeflate;
  readonly #out: TextOutput;
  readonly #limits: SheetLimits;
  #rows = 0;
  #bytes = 0;

  constructor(name: string, file: ZipDeflate, headings: readonly string[], limits: SheetLimits) {
    this.name = name;
    this.#limits = limits;
    this.#file = file;
    this.#out = new TextOutput({
      write: (bytes) => {
        this.#bytes += bytes.length;
        file.push(bytes);
      },
    });
    this.#out.put(SHEET_HEAD);
    if (headings.length === 0) return;
    const number = this.nextRow();
    const cells = headings.map((text, i) => headingXml(`${columnLetters(i)}${number}`, text));
    this.#out.put(`<row r="${number}">${cells.join("")}</row>\n`);
  }

  get isFull(): boolean {
    return this.#rows >= this.#limits.rows || this.#bytes > this.#limits.bytes;
  }

  /** Number of the row that is written next. */
  nextRow(): number {
    return ++this.#rows;
  }

  put(xml: string): void {
    this.#out.put(xml);
  }

  /** Writes a row of texts. */
  row(texts: readonly string[]): void {
    const number = this.nextRow();
    const cells = texts.map((text, i) => textXml(`${columnLetters(i)}${number}`, text, () => {}));
    this.#out.put(`<row r="${number}">${cells.join("")}</row>\n`);
  }

  end(): void {
    this.#out.put(SHEET_TAIL);
    this.#out.flush();
    this.#file.push(new Uint8Array(0), true);
  }
}

function tooLarge(): AnvilSqliteError {
  return new AnvilSqliteError("A workbook cannot have more than 4 GB", {
    code: "cannot-write",
    hint: "Export fewer tables with --table, or use --format csv or parquet.",
  });
}
