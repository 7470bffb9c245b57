/**
 * Reads a table's Parquet back, a row group at a time, and compares every cell with the archive. It only reads.
 */
import { parquetMetadataAsync, parquetRead } from "../../builtin/parquet_reader.ts";
import { rowIdText } from "../../value/row_id.ts";
import type { ExportJob, OutTable } from "../job/export_job.ts";
import { parquetColumns } from "../parquet/parquet_column.ts";
import { exportRows } from "../rows/export_rows.ts";
import { OutContext } from "../rows/out_context.ts";
import { compareRows, type RowTexts } from "./compare_rows.ts";

/**
 * Reads a table's file back and compares it.
 * @throws {AnvilSqliteError} `export-differs` (exit 4)
 */
export async function checkParquet(job: ExportJob, table: OutTable, path: string): Promise<void> {
  const { plan } = table;
  using context = new OutContext(job);
  const { parts, all } = parquetColumns(job, table, context);
  const wanted = async function* (): AsyncGenerator<RowTexts> {
    for await (const batch of exportRows(job, table, "again")) {
      for (const { row, cells } of batch) {
        const texts: (string | null)[] = [rowIdText(plan.tableId, String(row))];
        parts.forEach((part, i) => {
          const cell = cells[i] ?? null;
          for (const valueOf of part.values) texts.push(cell === null ? null : textOfValue(valueOf(cell, () => {})));
        });
        yield texts;
      }
    }
  };
  await compareRows(plan.table.name, all.map(({ name }) => name), wanted(), parquetTexts(path));
}

/** Values as texts that show their type, so that 1 and "1" differ. */
function textOfValue(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  if (typeof value === "string") return value;
  return Object.is(value, -0) ? "number:-0" : `${typeof value}:${value}`;
}

async function* parquetTexts(path: string): AsyncGenerator<RowTexts> {
  using file = await Deno.open(path);
  const { size } = await file.stat();
  const buffer = {
    byteLength: size,
    slice: async (start: number, end = size) => {
      const bytes = new Uint8Array(end - start);
      await file.seek(start, Deno.SeekMode.Start);
      for (let at = 0; at < bytes.length;) {
        const read = await file.read(bytes.subarray(at));
        if (read === null) throw new Error(`'${path}' is shorter than it was`);
        at += read;
      }
      return bytes.buffer;
    },
  };
  const metadata = await parquetMetadataAsync(buffer);
  let rowStart = 0;
  for (const { num_rows } of metadata.row_groups) {
    const rowEnd = rowStart + Number(num_rows);
    let rows: readonly (readonly unknown[])[] = [];
    await parquetRead({
      file: buffer,
      metadata,
      rowStart,
      rowEnd,
      rowFormat: "array",
      // Unchanged, as they are stored: the reader's own parsers lose microseconds.
      parsers: { timestampFromMicroseconds: (micros: bigint) => micros, dateFromDays: (days: number) => days },
      onComplete: (found: readonly (readonly unknown[])[]) => void (rows = found),
    });
    for (const row of rows) yield row.map(textOfValue);
    rowStart = rowEnd;
  }
}
