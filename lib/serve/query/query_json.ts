/**
 * Queries as the wire and search capabilities hold them: arguments become one JSON text, which the holder of a
 * capability carries around. Here the text is made; `query_sql.ts` reads it.
 *
 * Forms: `{"op":"AND"|"OR","terms":[…]}`, `{"op":"NOT","term":…}`, `{"op":"LIKE"|"ILIKE","col":ID,"pattern":TEXT}`,
 * `{"op":"EQ"|"LT"|"LTE"|"GT"|"GTE","col":ID,"type":TYPE,"value":JSON}`, `{"op":"FTS","col":ID,"query":TEXT}`.
 */
import { type Json, numberSource, stringOf } from "../../json/exact_json.ts";
import { isoFromWire } from "../../value/datetime.ts";
import { rowIdText } from "../../value/row_id.ts";
import {
  CapabilityValue,
  DateTimeValue,
  DateValue,
  isList,
  isPlainJson,
  isRecord,
  TypedValue,
  type Value,
} from "../protocol/arguments.ts";
import { readScope } from "../protocol/capabilities.ts";
import { internalError, noSuchColumn, opaqueError, tableError } from "../protocol/errors.ts";
import type { ServedColumn, TableView } from "../app/served_app.ts";

/** Comparisons by the name of their portable class. */
const COMPARISONS: ReadonlyMap<string, string> = new Map([
  ["anvil.tables.query.greater_than", "GT"],
  ["anvil.tables.query.less_than", "LT"],
  ["anvil.tables.query.greater_than_or_equal_to", "GTE"],
  ["anvil.tables.query.less_than_or_equal_to", "LTE"],
]);

const PATTERNS: ReadonlyMap<string, string> = new Map([
  ["anvil.tables.query.like", "LIKE"],
  ["anvil.tables.query.ilike", "ILIKE"],
]);

const GROUPS: ReadonlyMap<string, "all" | "any" | "none"> = new Map([
  ["anvil.tables.query.all_of", "all"],
  ["anvil.tables.query.any_of", "any"],
  ["anvil.tables.query.none_of", "none"],
]);

/** The query of `search(*expressions, **conditions)`: one term stands alone, none and many are an AND. */
export function queryOf(
  view: TableView,
  expressions: readonly Value[],
  conditions: { readonly [column: string]: Value },
): Json {
  const terms = [
    ...expressions.map((expression) => groupTerm(view, null, expression)),
    ...Object.entries(conditions).map(([name, value]) => columnTerm(columnNamed(view, name), view, value)),
  ];
  const [only] = terms;
  return terms.length === 1 && only !== undefined ? only : { op: "AND", terms };
}

/** Whether an argument of `search` is a query expression rather than an option. */
export function isExpression(value: Value): boolean {
  return value instanceof TypedValue && GROUPS.has(value.typeName);
}

function columnNamed(view: TableView, name: string): ServedColumn {
  const column = view.columns.find((candidate) => candidate.name === name);
  if (column === undefined) throw noSuchColumn(name);
  return column;
}

/** `all_of` and its siblings, over the whole row or, with a column, over its value. */
function groupTerm(view: TableView, column: ServedColumn | null, expression: Value): Json {
  const group = expression instanceof TypedValue ? GROUPS.get(expression.typeName) : undefined;
  const content = expression instanceof TypedValue ? expression.content : null;
  if (group === undefined || !isRecord(content)) throw tableError("Invalid query expression");
  const args = isList(content["args"]) ? content["args"] : [];
  const kwargs = isRecord(content["kwargs"]) ? content["kwargs"] : {};
  const terms = [
    ...args.map((arg) => column === null ? groupTerm(view, null, arg) : columnTerm(column, view, arg)),
    ...Object.entries(kwargs).map(([name, value]) => columnTerm(columnNamed(view, name), view, value)),
  ];
  if (group === "all") return { op: "AND", terms };
  return group === "any" ? { op: "OR", terms } : { op: "NOT", term: { op: "OR", terms } };
}

function columnTerm(column: ServedColumn, view: TableView, value: Value): Json {
  if (!(value instanceof TypedValue)) return comparison("EQ", column, value);
  const { typeName, content } = value;
  if (GROUPS.has(typeName)) return groupTerm(view, column, value);
  const fields = isRecord(content) ? content : {};
  const compare = COMPARISONS.get(typeName);
  if (compare !== undefined) return comparison(compare, column, fields["value"] ?? null);
  const op = PATTERNS.get(typeName);
  if (op !== undefined) {
    const pattern = textField(fields["pattern"]);
    if (pattern === null) throw tableError(`A pattern for column '${column.name}' must be a string`);
    if (column.kind !== "string") throw tableError(`Column '${column.name}' is not a string, so it has no pattern`);
    return { op, col: column.id, pattern };
  }
  if (typeName === "anvil.tables.query.full_text_match") {
    return { op: "FTS", col: column.id, query: textField(fields["query"]) ?? "" };
  }
  if (typeName === ROW_REF) return comparison("EQ", column, value);
  throw tableError(`Invalid query for column '${column.name}'`);
}

/** Portable class of a reference to a row. */
const ROW_REF = "anvil.tables.v2._RowRef";

function comparison(op: string, column: ServedColumn, value: Value): Json {
  return { op, col: column.id, type: column.type, value: comparable(column, value) };
}

/** The value as stored, so that it is compared as it stands. */
function comparable(column: ServedColumn, value: Value): Json {
  if (value === null) return null;
  const wrong = () => tableError(`Column '${column.name}' is a ${column.type} - cannot compare it to this value`);
  switch (column.kind) {
    case "string":
      return isPlainJson(value) && stringOf(value) !== null ? value : fail(wrong);
    case "number":
      return isPlainJson(value) && numberSource(value) !== null ? value : fail(wrong);
    case "bool":
      return typeof value === "boolean" ? value : fail(wrong);
    case "date":
      return value instanceof DateValue ? value.text : fail(wrong);
    case "datetime":
      if (!(value instanceof DateTimeValue)) return fail(wrong);
      return isoFromWire(value.text) ?? fail(() => opaqueError());
    case "simpleObject":
    case "unknown":
      return isPlainJson(value) ? value : fail(wrong);
    case "link_single":
      return rowRef(column, value) ?? fail(wrong);
    case "link_multiple":
      return isList(value) ? value.map((item) => rowRef(column, item) ?? fail(wrong)) : fail(wrong);
    case "media":
      return fail(wrong);
  }
}

function fail(error: () => Error): never {
  throw error();
}

/** Text of the row id that a reference names; null when it is no reference to the column's table. */
export function rowRef(column: ServedColumn, value: Value): string | null {
  if (!(value instanceof TypedValue) || value.typeName !== ROW_REF) return null;
  if (!(value.content instanceof CapabilityValue)) throw internalError("A row reference without a capability");
  const { tableId, row } = readScope(value.content.capability, "row");
  return tableId === column.targetId && row !== null ? rowIdText(tableId, row) : null;
}

function textField(value: Value | undefined): string | null {
  return value !== undefined && isPlainJson(value) ? stringOf(value) : null;
}
