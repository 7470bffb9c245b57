/**
 * Values of a row for a plain database: one or two for each column of the app. A value that does not fit is reported,
 * and left empty. Pure except for what a cell looks up.
 */
import { fitsKind } from "../../fit/fits_kind.ts";
import type { SqlValue } from "../../sqlite/sql_value.ts";
import type { Cell } from "../../value/cell.ts";
import { type Instant, instantOf } from "../../value/instant.ts";
import { parseRowId, type RowId } from "../../value/row_id.ts";
import type { ShortfallReason } from "../job/shortfalls.ts";
import type { NumberShape } from "../rows/number_shape.ts";
import { linksOf, type OutContext } from "../rows/out_context.ts";
import type { PlainPart } from "./plain_layout.ts";

/** How a database differs from others. */
export interface PlainDialect {
  /** The instant of a datetime; null if the database does not have its year. */
  readonly instant: (instant: Instant) => SqlValue;
  /** A list of row ids. */
  readonly rowIds: (rows: readonly RowId[]) => SqlValue;
  /** A number, by the kinds of numbers in its column. */
  readonly number: (shape: NumberShape, cell: Exclude<Cell, null>, tell: Tell) => SqlValue;
  /** A text; null if the database cannot store it, which is then reported. */
  readonly text: (text: string, tell: Tell) => SqlValue;
  /** JSON; null if the database cannot store it, which is then reported. */
  readonly json: (text: string, tell: Tell) => SqlValue;
}

/** Receives what is missing. */
export type Tell = (reason: ShortfallReason) => void;

/** The values of one column of the app, appended to a row. */
type AppendValues = (values: SqlValue[], cell: Cell, tell: Tell) => void;

/**
 * Makes values of cells.
 * @param keepMedium called for each medium of a row; returns whether the file has a row for it
 */
export function valuesOf(
  { column: { kind }, shape, columns, target }: PlainPart,
  context: OutContext,
  dialect: PlainDialect,
  keepMedium: (id: bigint, tell: Tell) => boolean,
): AppendValues {
  const none = columns.map(() => null);
  const hasLabel = columns.length > 1;
  const label = (values: SqlValue[], links: readonly string[], tell: Tell) => {
    if (hasLabel) values.push(dialect.text(links.map((link) => context.labels?.shown(link) ?? link).join("; "), tell));
  };
  const some = ((): (values: SqlValue[], cell: Exclude<Cell, null>, tell: Tell) => void => {
    switch (kind) {
      case "string":
        return (values, cell, tell) => void values.push(dialect.text(String(cell), tell));
      case "simpleObject":
      case "unknown":
        return (values, cell, tell) => void values.push(dialect.json(String(cell), tell));
      case "number":
        return (values, cell, tell) => void values.push(dialect.number(shape ?? "texts", cell, tell));
      case "bool":
        return (values, cell) => void values.push(cell);
      case "date":
        return (values, cell, tell) => {
          const fits = fitsKind("date", cell);
          if (!fits) tell("odd-value");
          values.push(fits ? cell : null);
        };
      case "datetime":
        return (values, cell, tell) => {
          const instant = instantOf(String(cell));
          if (instant === null) tell("odd-value");
          values.push(instant === null ? null : dialect.instant(instant), dialect.text(String(cell), tell));
        };
      case "media":
        return (values, cell, tell) => {
          const facts = context.medium(cell);
          const kept = typeof cell === "bigint" && keepMedium(cell, tell);
          values.push(kept ? cell : null);
          if (hasLabel) values.push(facts === null ? null : dialect.text(facts.name ?? facts.contentType ?? "", tell));
        };
      case "link_single":
        return (values, cell, tell) => {
          const id = parseRowId(String(cell));
          const isOutside = id !== null && target !== null && id.table !== target.tableId;
          if (id === null || isOutside) tell(isOutside ? "outside-link" : "odd-value");
          values.push(id === null || isOutside ? null : BigInt(id.row));
          label(values, [String(cell)], tell);
        };
      case "link_multiple":
        return (values, cell, tell) => {
          const links = linksOf(String(cell));
          values.push(dialect.rowIds(rowsOfLinks(links, tell)));
          label(values, links, tell);
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
