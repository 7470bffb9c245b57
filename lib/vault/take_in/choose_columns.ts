/**
 * Chooses the numbered column for each column of a table: the one that has held it before, otherwise a new one. Columns
 * are the same if Anvil's ids are equal, or, when an id is not known, if the names are; and only while the kind is the
 * same. Pure.
 */
import { AnvilSqliteError } from "../../errors.ts";
import type { ColumnSchema, TableSchema } from "../../schema/model/app_schema.ts";
import { MAX_STORED_COLUMNS, type StoredColumn, storedType } from "../layout/row_tables.ts";
import type { StoredSchema } from "../store/table_states.ts";

/** The chosen columns. */
interface ChosenColumns {
  /** A numbered column for each column of the table. */
  readonly stored: readonly number[];
  /** Columns that have to be made. */
  readonly fresh: readonly StoredColumn[];
}

/**
 * Chooses columns.
 * @param earlier what the table looked like before, newest first
 * @param there numbers of the existing columns
 * @throws {AnvilSqliteError} `too-many-columns` (exit 2) when SQLite allows no more
 */
export function chooseColumns(
  table: TableSchema,
  earlier: readonly StoredSchema[],
  there: ReadonlySet<number>,
): ChosenColumns {
  const taken = new Set<number>();
  const last = Math.max(0, ...there);
  const fresh: StoredColumn[] = [];
  const known = earlier.flatMap((schema) =>
    schema.stored.map((number, at) => ({ number, column: schema.table.columns[at] }))
  );
  const stored = table.columns.map((column) => {
    const found = known.find((one) =>
      there.has(one.number) && !taken.has(one.number) && one.column !== undefined && isSame(column, one.column)
    );
    const number = found?.number ?? last + fresh.length + 1;
    if (found === undefined) fresh.push({ number, type: storedType(column.kind) });
    taken.add(number);
    return number;
  });
  if (there.size + fresh.length > MAX_STORED_COLUMNS) throw tooMany(table);
  return { stored, fresh };
}

function isSame(a: ColumnSchema, b: ColumnSchema): boolean {
  if (a.kind !== b.kind) return false;
  return a.id !== null && b.id !== null ? a.id === b.id : a.name === b.name;
}

function tooMany({ name }: TableSchema): AnvilSqliteError {
  return new AnvilSqliteError(
    `Table '${name}' has had more columns over time than a vault holds, which are ${MAX_STORED_COLUMNS}`,
    {
      code: "too-many-columns",
      hint: "Begin a new vault: the old one keeps its snapshots. Or leave the table out with --exclude.",
    },
  );
}
