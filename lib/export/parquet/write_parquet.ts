/**
 * Writes a table as Parquet: row groups that are written as soon as they are full, so that no table needs memory. It names
 * no file.
 */
import { ByteWriter, ParquetWriter } from "../../builtin/parquet_writer.ts";
import type { ByteSink } from "../../place/partial_file.ts";
import { rowIdText } from "../../value/row_id.ts";
import { PROGRAM, VERSION } from "../../version.ts";
import type { ExportJob, OutTable } from "../job/export_job.ts";
import { exportRows } from "../rows/export_rows.ts";
import { OutContext } from "../rows/out_context.ts";
import { type ParquetColumn, parquetColumns, type ParquetValue, schemaElement } from "./parquet_column.ts";

/** Rows of a group: larger ones take much more memory and are hardly faster. */
const GROUP_ROWS = 10_000;

/** Characters of a group, for tables with long texts. */
const GROUP_CHARACTERS = 8_000_000;

/** Writes a table; returns how many rows. */
export async function writeParquet(job: ExportJob, table: OutTable, sink: ByteSink): Promise<number> {
  const { plan, columns } = table;
  using context = new OutContext(job);
  const { parts, all } = parquetColumns(job, table, context);
  const writer = new ParquetWriter({
    writer: sinkWriter(sink),
    schema: [{ name: "root", num_children: all.length }, ...all.map(schemaElement)],
    createdBy: `${PROGRAM} ${VERSION}`,
    kvMetadata: [{ key: "anvil_sqlite", value: JSON.stringify(aboutTable(job, table)) }],
  });
  const group = new Group(all);
  let place = { column: "", row: "" };
  const tell = (reason: Parameters<typeof job.shortfalls.add>[0]) =>
    job.shortfalls.add(reason, plan.table.name, place.column, place.row);
  let rows = 0;
  for await (const batch of exportRows(job, table)) {
    for (const { row, cells } of batch) {
      const id = rowIdText(plan.tableId, String(row));
      group.begin(id);
      let at = 1;
      for (let i = 0; i < parts.length; i++) {
        const [part, cell] = [parts[i], cells[i] ?? null];
        if (part === undefined) continue;
        if (cell !== null) {
          place = { column: columns[i]?.plan.column.name ?? "", row: id };
          part.values(cell, tell).forEach((value, j) => group.put(at + j, value));
        }
        at += part.columns.length;
      }
      group.end();
      if (group.isFull) await group.writeTo(writer);
    }
    rows += batch.length;
  }
  await group.writeTo(writer);
  await writer.finish();
  return rows;
}

function aboutTable({ masked }: ExportJob, { plan, columns }: OutTable): Record<string, unknown> {
  return {
    program: `${PROGRAM} ${VERSION}`,
    table: plan.table.name,
    masked,
    restorable: false,
    columns: columns.map(({ name, kind, plan: { column } }) => ({ name, kind, app_name: column.name })),
  };
}

/** Rows of a group, column by column. */
class Group {
  readonly #columns: readonly ParquetColumn[];
  #data: ParquetValue[][];
  #rows = 0;
  #characters = 0;

  constructor(columns: readonly ParquetColumn[]) {
    this.#columns = columns;
    this.#data = columns.map(() => []);
  }

  begin(id: string): void {
    this.#data[0]?.push(id);
  }

  put(column: number, value: ParquetValue): void {
    this.#data[column]?.push(value);
    if (typeof value === "string") this.#characters += value.length;
  }

  /** Columns that got no value have none. */
  end(): void {
    this.#rows++;
    for (const values of this.#data) if (values.length < this.#rows) values.push(null);
  }

  get isFull(): boolean {
    return this.#rows >= GROUP_ROWS || this.#characters >= GROUP_CHARACTERS;
  }

  async writeTo(writer: ParquetWriter): Promise<void> {
    if (this.#rows === 0) return;
    const columnData = this.#columns.map(({ name }, i) => ({
      name,
      data: this.#data[i] ?? [],
      offsetIndex: false,
      // Row ids never repeat: to look for a dictionary of them costs time for nothing.
      ...(i === 0 ? { encoding: "PLAIN" as const } : {}),
    }));
    await writer.write({ columnData, rowGroupSize: this.#rows });
    this.#data = this.#columns.map(() => []);
    this.#rows = 0;
    this.#characters = 0;
  }
}

/** The library's writer, which hands on what is in its buffer after each group. */
function sinkWriter(sink: ByteSink): ByteWriter {
  const writer = new ByteWriter(1 << 20);
  const flush = () => {
    sink.write(writer.getBytes());
    writer.index = 0;
  };
  return Object.assign(writer, { flush, finish: flush });
}
