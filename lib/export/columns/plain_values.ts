/**
 * Values of a row as a plain database has them: one or two for each column of the app. What does not fit is told, and left
 * empty. Pure but for what a cell looks up.
 */
import { fitsKind } from "../../fit/fits_kind.ts";
import type { SqlValue } from "../../sqlite/sql_value.ts";
import type { Cell } from "../../value/cell.ts";
import { type Instant, instantOf } from "../../value/instant.ts";
import { parseRowId, type RowId } from "../../value/row_id.ts";
import type { ShortfallReason } from "../job/shortfalls.ts";
import { shapedNumber } from "../rows/number_shape.ts";
import { linksOf, type OutContext } from "../rows/out_context.ts";
import type { PlainPart } from "./plain_layout.ts";

/** What differs between databases. */
export interface PlainDialect {
  /** The instant of a datetime; null when the database has no such year. */
  readonly instant: (instant: Instant) => SqlValue;
  /** A list of row ids. */
  readonly rowIds: (rows: readonly RowId[]) => SqlValue;
  /** What the database cannot store in a text; null when it can store all. */
  readonly unstorable: RegExp | null;
}

/** Notes what is missing. */
export type Tell = (reason: ShortfallReason) => void;

/** The values of one column of the app, appended to a row. */
type AppendValues = (values: SqlValue[], cell: Cell, tell: Tell) => void;

/**
 * Makes values of cells.
 * @param keepMedium called for each medium that a row has; whether the file has a row for it
 */
export function valuesOf(
  { column: { kind }, shape, columns, target }: PlainPart,
  context: OutContext,
  dialect: PlainDialect,
  keepMedium: (id: bigint, tell: Tell) => boolean,
): AppendValues {
  const none = columns.map(() => null);
  const text = (value: string, tell: Tell): string | null => {
    if (dialect.unstorable === null || !dialect.unstorable.test(value)) return value;
    tell("nul");
    return null;
  };
  const label = (links: readonly string[], tell: Tell) =>
    context.labels === null ? null : text(links.map((link) => context.labels?.shown(link) ?? link).join("; "), tell);
  const some = ((): (values: SqlValue[], cell: Exclude<Cell, null>, tell: Tell) => void => {
    switch (kind) {
      case "string":
      case "simpleObject":
      case "unknown":
        return (values, cell, tell) => void values.push(text(String(cell), tell));
      case "number":
        return (values, cell, tell) => {
          const number = shapedNumber(shape ?? "texts", cell);
          values.push(typeof number === "string" ? text(number, tell) : number);
        };
      case "bool":
        return (values, cell) => void values.push(cell);
      case "date":
        return (values, cell, tell) => {
          if (!fitsKind("date", cell)) tell("odd-value");
          values.push(fitsKind("date", cell) ? cell : null);
        };
      case "datetime":
        return (values, cell, tell) => {
          const instant = instantOf(String(cell));
          if (instant === null) tell("odd-value");
          values.push(instant === null ? null : dialect.instant(instant), text(String(cell), tell));
        };
      case "media":
        return (values, cell, tell) => {
          const facts = context.medium(cell);
          const kept = typeof cell === "bigint" && keepMedium(cell, tell);
          values.push(kept ? cell : null, facts === null ? null : text(facts.name ?? facts.contentType ?? "", tell));
        };
      case "link_single":
        return (values, cell, tell) => {
          const id = parseRowId(String(cell));
          if (id === null) tell("odd-value");
          else if (target !== null && id.table !== target.tableId) tell("outside-link");
          values.push(id === null ? null : BigInt(id.row), label([String(cell)], tell));
        };
      case "link_multiple":
        return (values, cell, tell) => {
          const links = linksOf(String(cell));
          values.push(dialect.rowIds(rowsOfLinks(links, tell)), label(links, tell));
        };
    }
  })();
  return (values, cell, tell) => {
    if (cell === null) values.push(...none);
    else some(values, cell, tell);
  };
}

/** Row ids of links. */
export function rowsOfLinks(links: readonly string[], tell: Tell): readonly RowId[] {
  return links.flatMap((link) => {
    const id = parseRowId(link);
    if (id === null) tell("odd-value");
    return id === null ? [] : [id.row];
  });
}
