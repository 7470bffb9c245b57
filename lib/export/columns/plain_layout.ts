/**
 * How the tables of an export are laid out in a plain SQLite file: names that people expect, types that other programs read
 * without a setting. Pure but for a look at what number columns hold.
 */
import { quoteName } from "../../ddl/quote.ts";
import type { ExportJob, OutColumn, OutTable } from "../job/export_job.ts";
import { UniqueNames } from "../job/unique_names.ts";
import { type NumberShape, numberShape } from "../rows/number_shape.ts";

/** A column as it is declared. */
interface PlainColumn {
  readonly name: string;
  /** Declared type: DuckDB, pandas and Datasette go by its words. */
  readonly type: string;
}

/** What becomes of a column of the app. */
export interface PlainPart {
  readonly column: OutColumn;
  /** What numbers are; null for other kinds. */
  readonly shape: NumberShape | null;
  /** The columns, one or two: value and label, instant and original. */
  readonly columns: readonly PlainColumn[];
  /** Target in this file; null when it is not exported, or this is not a link. */
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

/** One table. */
export interface PlainTable {
  readonly table: OutTable;
  readonly target: PlainTarget;
  readonly parts: readonly PlainPart[];
}

/** A whole file. */
export interface PlainLayout {
  readonly tables: readonly PlainTable[];
  /** Name of the table of media; null when they are not wanted. */
  readonly media: string | null;
  /** Name of the table that says what the file is. */
  readonly about: string;
  /** Gives a name that no table and no index has. */
  readonly freeName: (wanted: string) => string;
}

/** How names are chosen: longest name in bytes, and what the row id is called. */
interface NamingRules {
  readonly maxBytes: number;
  /** Declared types of values, by what they are. */
  readonly types: PlainTypes;
}

/** Declared types. */
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
export function layOut(job: ExportJob, withMedia: boolean, { maxBytes, types }: NamingRules): PlainLayout {
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
      const inside = new UniqueNames([target.rowId], maxBytes);
      // Columns of the app have the first choice of names.
      const own = table.columns.map((column) => ({ column, name: inside.give(column.name) }));
      const parts = own.map(({ column, name }): PlainPart => {
        const shape = column.kind === "number" ? numberShape(job, table, column) : null;
        return {
          column,
          shape,
          columns: columnsOf(column, name, shape, types, (suffix) => inside.give(`${name}_${suffix}`)),
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

function columnsOf(
  { kind }: OutColumn,
  name: string,
  shape: NumberShape | null,
  types: PlainTypes,
  beside: (suffix: string) => string,
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
      return [{ name, type: types.instant }, { name: beside("original"), type: types.text }];
    case "simpleObject":
    case "unknown":
      return [{ name, type: types.json }];
    case "media":
      return [{ name, type: types.rowId }, { name: beside("name"), type: types.text }];
    case "link_single":
      return [{ name, type: types.rowId }, { name: beside("label"), type: types.text }];
    case "link_multiple":
      return [{ name, type: types.rowIds }, { name: beside("label"), type: types.text }];
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
