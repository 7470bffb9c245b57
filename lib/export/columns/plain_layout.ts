/**
 * How the tables of an export are laid out in a plain SQLite file: names that people expect, and types that other
 * programs read without a setting. Pure, except that it looks at the values of number columns.
 */
import { quoteName } from "../../ddl/quote.ts";
import type { ExportJob, OutColumn, OutTable } from "../job/export_job.ts";
import { UniqueNames } from "../job/unique_names.ts";
import { notedNumberShape, type NumberShape, numberShape } from "../rows/number_shape.ts";

/** A column as it is declared. */
interface PlainColumn {
  readonly name: string;
  /** Declared type: DuckDB, pandas and Datasette read its words. */
  readonly type: string;
}

/** What a column of the app becomes. */
export interface PlainPart {
  readonly column: OutColumn;
  /** Kinds of its numbers; null for columns of other kinds. */
  readonly shape: NumberShape | null;
  /** The columns, one or two: value and label, instant and original. */
  readonly columns: readonly PlainColumn[];
  /** Target in this file; null if it is not exported, or if this is not a link. */
  readonly target: PlainTarget | null;
  /** Table beside a multi-link column. */
  readonly junction: string | null;
}

/** A table that links lead to. */
interface PlainTarget {
  readonly tableId: number;
  readonly name: string;
  readonly rowId: string;
}

/** One table of the app, as the file has it. */
export interface PlainTable {
  readonly table: OutTable;
  readonly target: PlainTarget;
  readonly parts: readonly PlainPart[];
}

/** The layout of a whole file. */
export interface PlainLayout {
  readonly tables: readonly PlainTable[];
  /** Name of the table of media; null if they are not exported. */
  readonly media: string | null;
  /** Name of the table that describes the file. */
  readonly about: string;
  /** Returns a name that no table and no index has. */
  readonly freeName: (wanted: string) => string;
}

/** How a database differs from others. */
export interface LayoutRules {
  /** Longest name in bytes. */
  readonly maxBytes: number;
  /** Names that no column may have. */
  readonly reserved: readonly string[];
  /** Whether labels are beside links, and names beside media. */
  readonly labels: boolean;
  /** Whether a column holds only one kind of numbers, so that mixed kinds need a note. */
  readonly oneKind: boolean;
  /** Declared types of values, by what they are. */
  readonly types: PlainTypes;
}

/** Declared types of columns, by the kind of value. */
export interface PlainTypes {
  readonly text: string;
  readonly integers: string;
  readonly floats: string;
  readonly mixed: string;
  readonly numberTexts: string;
  readonly bool: string;
  readonly date: string;
  readonly instant: string;
  readonly json: string;
  readonly rowId: string;
  readonly rowIds: string;
}

/** Lays an export out. */
export function layOut(
  job: ExportJob,
  withMedia: boolean,
  { maxBytes, reserved, labels, oneKind, types }: LayoutRules,
): PlainLayout {
  const names = new UniqueNames([], maxBytes);
  const targets = new Map<OutTable, PlainTarget>(job.tables.map((table) => {
    const columns = new Set(table.columns.map(({ name }) => name.toLowerCase()));
    const rowId = ["row_id", "anvil_row_id", "anvil_row_id_2"].find((name) => !columns.has(name)) ?? "anvil_row_id_3";
    return [table, { tableId: table.plan.tableId, name: names.give(table.plan.sqlName), rowId }];
  }));
  return {
    tables: job.tables.flatMap((table): readonly PlainTable[] => {
      const target = targets.get(table);
      if (target === undefined) return [];
      const inside = new UniqueNames([target.rowId, ...reserved], maxBytes);
      // Columns of the app choose their names first.
      const own = table.columns.map((column) => ({ column, name: inside.give(column.name) }));
      const parts = own.map(({ column, name }): PlainPart => {
        const shape = column.kind !== "number"
          ? null
          : oneKind
          ? notedNumberShape(job, table, column)
          : numberShape(job, table, column);
        return {
          column,
          shape,
          columns: columnsOf(
            column,
            name,
            shape,
            types,
            (suffix) =>
              labels || suffix === ORIGINAL ? [{ name: inside.give(`${name}_${suffix}`), type: types.text }] : [],
          ),
          target: [...targets].find(([{ plan }]) => plan.sqlName === column.plan.targetSqlName)?.[1] ?? null,
          junction: column.plan.junction === null ? null : names.give(column.plan.junction.sqlName),
        };
      });
      return [{ table, target, parts }];
    }),
    media: withMedia ? names.give("media") : null,
    about: names.give("about_this_file"),
    freeName: (wanted) => names.give(wanted),
  };
}

/** Ending of the name of a column with datetimes as the app has them. */
const ORIGINAL = "original";

function columnsOf(
  { kind }: OutColumn,
  name: string,
  shape: NumberShape | null,
  types: PlainTypes,
  beside: (suffix: string) => readonly PlainColumn[],
): readonly PlainColumn[] {
  switch (kind) {
    case "string":
      return [{ name, type: types.text }];
    case "number":
      return [{ name, type: numberType(shape ?? "texts", types) }];
    case "bool":
      return [{ name, type: types.bool }];
    case "date":
      return [{ name, type: types.date }];
    case "datetime":
      return [{ name, type: types.instant }, ...beside(ORIGINAL)];
    case "simpleObject":
    case "unknown":
      return [{ name, type: types.json }];
    case "media":
      return [{ name, type: types.rowId }, ...beside("name")];
    case "link_single":
      return [{ name, type: types.rowId }, ...beside("label")];
    case "link_multiple":
      return [{ name, type: types.rowIds }, ...beside("label")];
  }
}

function numberType(shape: NumberShape, types: PlainTypes): string {
  switch (shape) {
    case "integers":
      return types.integers;
    case "floats":
      return types.floats;
    case "mixed":
      return types.mixed;
    case "texts":
      return types.numberTexts;
  }
}

/** Columns of the table beside a multi-link column. */
export const JUNCTION = { row: "row_id", position: "position", target: "target_row_id" } as const;

/** `REFERENCES` of a link, checked at the end of a transaction; empty when the target is not exported. */
export function linkConstraint(target: PlainTarget | null): string {
  if (target === null) return "";
  return ` REFERENCES ${quoteName(target.name)} (${quoteName(target.rowId)}) DEFERRABLE INITIALLY DEFERRED`;
}
