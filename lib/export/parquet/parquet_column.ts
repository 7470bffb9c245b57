/**
 * Columns of Parquet for a column of the app: their types, and their values. Pure except for what a cell looks up.
 */
import type { Cell } from "../../value/cell.ts";
import { dayOf } from "../../value/day.ts";
import { type Instant, instantOf } from "../../value/instant.ts";
import type { ExportJob, OutColumn, OutTable } from "../job/export_job.ts";
import type { ShortfallReason } from "../job/shortfalls.ts";
import { UniqueNames } from "../job/unique_names.ts";
import { notedNumberShape, type NumberShape, shapedNumber } from "../rows/number_shape.ts";
import { linksOf, mediumText, type OutContext } from "../rows/out_context.ts";

/** Types of Parquet that this program uses. */
const TYPES = {
  text: { type: "BYTE_ARRAY", converted_type: "UTF8", logical_type: { type: "STRING" } },
  integer: { type: "INT64" },
  float: { type: "DOUBLE" },
  bool: { type: "BOOLEAN" },
  date: { type: "INT32", converted_type: "DATE", logical_type: { type: "DATE" } },
  instant: {
    type: "INT64",
    converted_type: "TIMESTAMP_MICROS",
    logical_type: { type: "TIMESTAMP", isAdjustedToUTC: true, unit: "MICROS" },
  },
} as const;

/** A value as the writer takes it. */
export type ParquetValue = null | string | bigint | number | boolean;

/** One column in the file. */
export interface ParquetColumn {
  readonly name: string;
  readonly type: keyof typeof TYPES;
}

/** Makes the function that reports what is missing. */
export type TellOf = (reason: ShortfallReason) => void;

/** Makes the value of one column. */
type ValueOf = (cell: Exclude<Cell, null>, tell: TellOf) => ParquetValue;

/**
 * Columns for a column of the app, and the function that makes their values. It is called for each cell in the columns'
 * order.
 */
export interface ParquetPart {
  readonly columns: readonly ParquetColumn[];
  readonly values: readonly ValueOf[];
}

/** The writer's description of a column. */
export function schemaElement({ name, type }: ParquetColumn) {
  return { name, repetition_type: "OPTIONAL" as const, ...TYPES[type] };
}

/**
 * What a column of the app becomes.
 * @param names names of the table's columns; the app's own have theirs already
 */
function parquetPart(
  job: ExportJob,
  table: OutTable,
  column: OutColumn,
  context: OutContext,
  names: UniqueNames,
): ParquetPart {
  const { name, kind } = column;
  const { labels } = context;
  const one = (type: ParquetColumn["type"], value: ValueOf): ParquetPart => ({
    columns: [{ name, type }],
    values: [value],
  });
  switch (kind) {
    case "string":
    case "simpleObject":
    case "unknown":
      return one("text", (cell) => String(cell));
    case "number": {
      const shape = notedNumberShape(job, table, column);
      return one(numberType(shape), (cell) => shapedNumber(shape, cell));
    }
    case "bool":
      return one("bool", (cell) => cell === 1n);
    case "date":
      return one("date", (cell, tell) => {
        const day = dayOf(String(cell));
        if (day === null) tell("odd-value");
        return day;
      });
    case "datetime": {
      // The offset is asked for after the instant of the same cell, so it is not searched twice.
      let instant: Instant | null = null;
      const micros: ValueOf = (cell, tell) => {
        instant = instantOf(String(cell));
        if (instant === null) tell("odd-value");
        return instant === null ? null : microsOf(instant);
      };
      return {
        columns: [{ name, type: "instant" }, { name: names.give(`${name}_offset`), type: "text" }],
        values: [micros, () => instant?.offset ?? null],
      };
    }
    case "media":
      return one("text", (cell) => mediumText(context.medium(cell)));
    case "link_single":
      return one("text", (cell) => labels === null ? String(cell) : labels.shown(String(cell)));
    case "link_multiple":
      return one(
        "text",
        (cell) =>
          labels === null ? String(cell) : JSON.stringify(linksOf(String(cell)).map((link) => labels.shown(link))),
      );
  }
}

/** Microseconds since 1970; a number holds those of the years 1685 to 2255. */
function microsOf({ ms, micros }: Instant): bigint {
  const sum = ms * 1000 + micros;
  return Number.isSafeInteger(sum) ? BigInt(sum) : BigInt(ms) * 1000n + BigInt(micros);
}

function numberType(shape: NumberShape): ParquetColumn["type"] {
  switch (shape) {
    case "integers":
      return "integer";
    case "floats":
    case "mixed":
      return "float";
    case "texts":
      return "text";
  }
}

/** Columns of a table in the file: its row ids', then those of each column of the app. */
export function parquetColumns(job: ExportJob, table: OutTable, context: OutContext) {
  const { plan: { rowIdSqlName }, columns } = table;
  const names = new UniqueNames([rowIdSqlName, ...columns.map(({ name }) => name)]);
  const parts = columns.map((column) => parquetPart(job, table, column, context, names));
  const all: readonly ParquetColumn[] = [
    { name: rowIdSqlName, type: "text" },
    ...parts.flatMap((part) => part.columns),
  ];
  return { parts, all };
}
