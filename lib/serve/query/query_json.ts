/**
 * Turns the query of a search, as the official client sends it, into JSON text: a tree of terms over column ids, with
 * values as they are stored. It is strict about types, as a real server is. The text travels in capabilities and comes
 * back to `query_sql.ts`.
 */
import { type Json, numberSource, stringOf } from "../../json/exact_json.ts";
import { isoFromWire } from "../../value/datetime.ts";
import { rowIdText } from "../../value/row_id.ts";
import type { ServedColumn, TableView } from "../app/served_app.ts";
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

const Q = "anvil.tables.query.";

const COMPARISONS: ReadonlyMap<string, string> = new Map([
  [`${Q}greater_than`, "GT"],
  [`${Q}less_than`, "LT"],
  [`${Q}greater_than_or_equal_to`, "GTEQ"],
  [`${Q}less_than_or_equal_to`, "LTEQ"],
]);

const PATTERNS: ReadonlyMap<string, string> = new Map([
  [`${Q}like`, "LIKE"],
  [`${Q}ilike`, "ILIKE"],
]);

const GROUPS: ReadonlyMap<string, "all" | "any" | "none"> = new Map([
  [`${Q}all_of`, "all"],
  [`${Q}any_of`, "any"],
  [`${Q}none_of`, "none"],
]);

/**
 * The query of `search(*expressions, **conditions)`: a single term by itself; otherwise an AND. Null for a query that
 * excludes nothing.
 * @throws {CallError} NoSuchColumnError, or TableError for a value or an operator that does not fit its column
 */
export function queryOf(
  view: TableView,
  expressions: readonly Value[],
  conditions: { readonly [column: string]: Value },
): Json {
  const terms = [
    ...expressions.map((expression) => groupTerm(view, expression)),
    ...conditionTerms(view, conditions),
  ];
  return joinTerms("AND", terms);
}

function conditionTerms(view: TableView, conditions: { readonly [column: string]: Value }): readonly Json[] {
  return Object.entries(conditions).map(([name, value]) => columnTerm(columnNamed(view, name), value));
}

function joinTerms(op: "AND" | "OR", terms: readonly Json[]): Json {
  const [only] = terms;
  return terms.length === 1 && only !== undefined ? only : { op, terms };
}

/** Whether an argument of `search` is a query expression and not an option. */
export function isExpression(value: Value): boolean {
  return value instanceof TypedValue && GROUPS.has(value.typeName);
}

/** Whether a condition asks for one value: a view fixes such a column. */
export function isEquality(value: Value): boolean {
  return !(value instanceof TypedValue) || value.typeName === ROW_REF;
}

function columnNamed(view: TableView, name: string): ServedColumn {
  const column = view.columns.find((candidate) => candidate.name === name);
  if (column === undefined) throw noSuchColumn(name);
  return column;
}

/** `all_of` and similar terms over the whole row. */
function groupTerm(view: TableView, expression: Value): Json {
  const group = expression instanceof TypedValue ? GROUPS.get(expression.typeName) : undefined;
  const content = expression instanceof TypedValue ? expression.content : null;
  if (group === undefined || !isRecord(content)) throw tableError("Invalid query expression");
  const args = isList(content["args"]) ? content["args"] : [];
  const kwargs = isRecord(content["kwargs"]) ? content["kwargs"] : {};
  const terms = [...args.map((arg) => groupTerm(view, arg)), ...conditionTerms(view, kwargs)];
  if (group !== "none") return joinTerms(group === "all" ? "AND" : "OR", terms);
  return terms.length === 0 ? { op: "AND", terms } : { op: "NOT", operand: joinTerms("OR", terms) };
}

/** `all_of` and similar terms over the value of one column. */
function columnGroup(column: ServedColumn, group: "all" | "any" | "none", content: Value): Json {
  const fields = isRecord(content) ? content : {};
  if (isRecord(fields["kwargs"]) && Object.keys(fields["kwargs"]).length > 0) {
    throw tableError(`A query of column '${column.name}' takes no other columns`);
  }
  const args = isList(fields["args"]) ? fields["args"] : [];
  const terms = args.map((arg) => columnTerm(column, arg));
  if (group === "none") return { op: "NOT", operand: { op: "OR", terms } };
  return { op: group === "all" ? "AND" : "OR", terms };
}

function columnTerm(column: ServedColumn, value: Value): Json {
  if (isEquality(value) || !(value instanceof TypedValue)) return equality(column, value);
  const { typeName, content } = value;
  const fields = isRecord(content) ? content : {};
  if (typeName === `${Q}equal_to`) return equality(column, fields["value"] ?? null);
  const group = GROUPS.get(typeName);
  if (group !== undefined) return columnGroup(column, group, content);
  const comparison = COMPARISONS.get(typeName);
  if (comparison !== undefined) return inequality(comparison, column, fields["value"] ?? null);
  const pattern = PATTERNS.get(typeName);
  if (pattern !== undefined) return { op: pattern, col: column.id, pattern: textArgument(column, fields["pattern"]) };
  if (typeName !== `${Q}full_text_match`) throw tableError(`Invalid query for column '${column.name}'`);
  const query = textArgument(column, fields["query"]);
  const raw = fields["raw"] ?? false;
  if (typeof raw !== "boolean") throw tableError("full_text_match takes True or False as 'raw'");
  return { op: "TSQ", col: column.id, query, "raw?": raw };
}

/** The text of an operator that only text columns have. */
function textArgument(column: ServedColumn, value: Value | undefined): Json {
  if (value === undefined || !isPlainJson(value) || stringOf(value) === null) {
    throw tableError(`Column '${column.name}' can only be searched this way with a string`);
  }
  if (column.kind !== "string") {
    throw tableError(`Column '${column.name}' cannot be searched this way: it is not a string`);
  }
  return value;
}

/** Portable class of a reference to a row. */
const ROW_REF = "anvil.tables.v2._RowRef";

function equality(column: ServedColumn, value: Value): Json {
  return { op: "EQ", col: column.id, type: column.type, value: comparable(column, value) };
}

/** The value as it is stored, so that it can be compared unchanged. */
function comparable(column: ServedColumn, value: Value): Json {
  if (value === null) return null;
  const wrong = (): never => {
    throw tableError(`Column '${column.name}' is a ${column.type} - it cannot be searched for this value`);
  };
  switch (column.kind) {
    case "string":
      return isPlainJson(value) && stringOf(value) !== null ? value : wrong();
    case "number":
      return isPlainJson(value) && numberSource(value) !== null ? value : wrong();
    case "bool":
      return typeof value === "boolean" ? value : wrong();
    case "date":
      return value instanceof DateValue ? value.text : wrong();
    case "datetime":
      return value instanceof DateTimeValue ? storedDatetime(value) : wrong();
    case "simpleObject":
    case "unknown":
      return isPlainJson(value) ? value : wrong();
    case "link_single":
      return rowRef(column, value) ?? wrong();
    case "link_multiple":
      return isList(value) ? value.map((item) => rowRef(column, item) ?? wrong()) : wrong();
    case "media":
      throw tableError("Media columns can only be searched for None");
  }
}

function storedDatetime({ text }: DateTimeValue): string {
  const iso = isoFromWire(text);
  if (iso === null) throw opaqueError();
  return iso;
}

/**
 * A comparison by order. Dates and datetimes may be compared with each other; the term's type then says which is which,
 * as on a real server: `dtd` for a datetime column and a date, `ddt` for a date column and a datetime.
 */
function inequality(op: string, column: ServedColumn, value: Value): Json {
  const { kind, type, name } = column;
  const wrong = (): never => {
    throw tableError(`Invalid query: column '${name}' is a ${type}, which cannot be compared with this value`);
  };
  const term = (value: Json, as: string = type): Json => ({ op, col: column.id, type: as, value });
  switch (kind) {
    case "string":
      return isPlainJson(value) && stringOf(value) !== null ? term(value) : wrong();
    case "number":
      return isPlainJson(value) && numberSource(value) !== null ? term(value) : wrong();
    case "date":
    case "datetime":
      if (value instanceof DateValue) return term(value.text, kind === "date" ? type : "dtd");
      if (!(value instanceof DateTimeValue)) return wrong();
      return kind === "date" ? term(value.text, "ddt") : term(storedDatetime(value));
    default:
      throw tableError(`Invalid query: column '${name}' has no order to compare by: it is a ${type}`);
  }
}

/** Text of the row id that a reference names; null when it is not a reference to the column's table. */
export function rowRef(column: ServedColumn, value: Value): string | null {
  if (!(value instanceof TypedValue) || value.typeName !== ROW_REF) return null;
  if (!(value.content instanceof CapabilityValue)) throw internalError("A row reference without a capability");
  const { tableId, row } = readScope(value.content.capability, "row");
  return tableId === column.targetId && row !== null ? rowIdText(tableId, row) : null;
}
