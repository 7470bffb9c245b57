/**
 * A query's JSON text as an SQL condition over one table. Names come from the catalogue, values are bound.
 * The text may come from a client that narrowed a capability, so everything in it is checked.
 */
import { numberCell } from "../../value/cell.ts";
import {
  canonicalJson,
  isArray,
  isObject,
  type Json,
  type JsonObject,
  numberSource,
  parseExact,
  stringOf,
} from "../../json/exact_json.ts";
import type { Bindings } from "../../sqlite/engine.ts";
import { quoteName } from "../../ddl/quote.ts";
import { isoFromWire } from "../../value/datetime.ts";
import { internalError, tableError } from "../protocol/errors.ts";
import type { ServedColumn, ServedTable } from "../app/served_app.ts";

const OPERATORS: ReadonlyMap<Json, string> = new Map<Json, string>([
  ["EQ", "="],
  ["LT", "<"],
  ["LTE", "<="],
  ["GT", ">"],
  ["GTE", ">="],
]);

/** Deepest nesting of a query. */
const MAX_DEPTH = 100;

/**
 * The condition of a query text.
 * @throws {CallError} when it is no query of this table
 */
export function conditionOf(text: string, table: ServedTable, sql: Bindings): string {
  let query: Json;
  try {
    query = parseExact(text);
  } catch {
    throw internalError("Invalid search in a capability");
  }
  return new Conditions(table, sql).term(query, 0);
}

class Conditions {
  readonly #table: ServedTable;
  readonly #sql: Bindings;

  constructor(table: ServedTable, sql: Bindings) {
    this.#table = table;
    this.#sql = sql;
  }

  term(query: Json, depth: number): string {
    if (!isObject(query) || depth > MAX_DEPTH) throw internalError("Invalid search in a capability");
    const { op = null, terms, term } = query;
    const all = isArray(terms) ? terms.map((each) => this.term(each, depth + 1)) : [];
    switch (op) {
      case "AND":
        return all.length === 0 ? "1" : `(${all.join(" AND ")})`;
      case "OR":
        return all.length === 0 ? "0" : `(${all.join(" OR ")})`;
      case "NOT":
        // As in Python, what is not known not to match is kept: NULL counts as no match.
        return `NOT coalesce(${this.term(term ?? null, depth + 1)}, 0)`;
      default:
        return this.#columnTerm(op, query);
    }
  }

  #columnTerm(op: Json, query: JsonObject): string {
    const column = this.#table.columns.find(({ id }) => id === query["col"]);
    if (column === undefined) throw tableError("This search names a column that does not exist");
    const operator = OPERATORS.get(op);
    if (operator !== undefined) return this.#comparison(column, operator, query["value"] ?? null);
    const text = stringOf(query["pattern"] ?? query["query"] ?? null);
    if (text === null) throw internalError("Invalid search in a capability");
    switch (op) {
      case "LIKE":
        return `${column.sql} GLOB ${this.#sql.add(globOf(text))}`;
      case "ILIKE":
        return `${column.sql} LIKE ${this.#sql.add(text)} ESCAPE '\\'`;
      case "FTS":
        return this.#words(column, text);
      default:
        throw internalError("Invalid search in a capability");
    }
  }

  /** Every word stands somewhere in the text, whatever its case: the part of full text search that SQLite has built in. */
  #words({ sql }: ServedColumn, text: string): string {
    const words = text.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== "");
    const terms = words.map((word) => `instr(lower(${sql}), lower(${this.#sql.add(word)})) > 0`);
    return terms.length === 0 ? "0" : `(${terms.join(" AND ")})`;
  }

  #comparison(column: ServedColumn, operator: string, value: Json): string {
    const { sql, kind, name } = column;
    if (value === null) {
      if (operator !== "=") throw tableError(`Cannot compare column '${name}' to None`);
      return `${sql} IS NULL`;
    }
    const text = stringOf(value);
    switch (kind) {
      case "number":
        return this.#numberComparison(column, operator, value);
      case "bool":
        return `${sql} ${operator} ${this.#sql.add(value === true ? 1n : 0n)}`;
      case "datetime":
        return `${utcSql(sql)} ${operator} ${utcSql(this.#sql.add(text === null ? "" : isoFromWire(text) ?? text))}`;
      case "string":
      case "date":
        return `${sql} ${operator} ${this.#sql.add(text ?? "")}`;
      case "link_single":
        if (operator !== "=") throw tableError(`Cannot compare column '${name}' this way: it is a link`);
        return `${sql} = ${this.#sql.add(text ?? "")}`;
      case "link_multiple":
        return this.#containsLinks(column, operator, value);
      case "simpleObject":
      case "unknown":
        if (operator !== "=") throw tableError(`Cannot compare column '${name}' this way: it is a simple object`);
        return this.#contains(sql, "$", value);
      case "media":
        throw tableError(`Cannot search column '${name}': it holds media`);
    }
  }

  #numberComparison({ sql, name }: ServedColumn, operator: string, value: Json): string {
    const source = numberSource(value);
    if (source === null) throw tableError(`Cannot compare column '${name}' to this value: it is a number`);
    const cell = numberCell(source);
    // Digits beyond 64 bits stand as text in the archive; compared they are as close as a double comes.
    const stored = `CASE typeof(${sql}) WHEN 'text' THEN CAST(${sql} AS REAL) ELSE ${sql} END`;
    if (typeof cell !== "string") {
      return `${stored} ${operator} ${this.#sql.add(cell, "number")}`;
    }
    return operator === "="
      ? `${sql} = ${this.#sql.add(cell)}`
      : `${stored} ${operator} CAST(${this.#sql.add(cell)} AS REAL)`;
  }

  #containsLinks({ plan, name }: ServedColumn, operator: string, value: Json): string {
    if (operator !== "=" || !isArray(value) || plan.junction === null) {
      throw tableError(`Cannot compare column '${name}' this way: it is a list of links`);
    }
    const junction = quoteName(plan.junction.sqlName);
    const terms = value.map((link) =>
      `EXISTS (SELECT 1 FROM ${junction} WHERE _anvil_row_id = ${this.#table.sql}.${this.#table.rowIdSql}
        AND target_row_id = ${this.#sql.add(stringOf(link) ?? "")})`
    );
    return terms.length === 0 ? "1" : `(${terms.join(" AND ")})`;
  }

  /** Whether the JSON at a path holds a value: objects by their members, lists by their items, others exactly. */
  #contains(sql: string, path: string, value: Json): string {
    const at = this.#sql.add(path);
    if (isArray(value)) {
      const items = value.map((item) =>
        `EXISTS (SELECT 1 FROM json_each(${sql}, ${at}) AS item WHERE ${this.#sameItem(item)})`
      );
      return `(json_type(${sql}, ${at}) = 'array'${items.map((item) => ` AND ${item}`).join("")})`;
    }
    if (isObject(value)) {
      const members = Object.entries(value).map(([key, member]) =>
        this.#contains(sql, `${path}.${JSON.stringify(key)}`, member)
      );
      return `(json_type(${sql}, ${at}) = 'object'${members.map((member) => ` AND ${member}`).join("")})`;
    }
    return `json_extract(${sql}, ${at}) ${this.#scalar(value)} AND json_type(${sql}, ${at}) IS NOT NULL`;
  }

  #sameItem(item: Json): string {
    if (!isArray(item) && !isObject(item)) return `item.value ${this.#scalar(item)}`;
    return `item.value = json(${this.#sql.add(canonicalJson(item))})`;
  }

  #scalar(value: Json): string {
    const source = numberSource(value);
    if (value === null) return "IS NULL";
    if (typeof value === "boolean") return `= ${this.#sql.add(value ? 1n : 0n)}`;
    if (source !== null) return `= json_extract(${this.#sql.add(source)}, '$')`;
    return `= ${this.#sql.add(stringOf(value) ?? "")}`;
  }
}

/** A LIKE pattern as SQLite's GLOB, which minds the case: `%` and `_` are wild, `\` takes that from them. */
function globOf(pattern: string): string {
  return pattern.replace(/\\(.)|[%_*?[]/gsu, (match, escaped: string | undefined) => {
    if (escaped !== undefined) return globLiteral(escaped);
    return match === "%" ? "*" : match === "_" ? "?" : globLiteral(match);
  });
}

function globLiteral(char: string): string {
  return "*?[".includes(char) ? `[${char}]` : char;
}

/**
 * A datetime's moment in UTC as text that sorts: seconds through SQLite, which would round fractions, then the
 * fraction as it stands.
 */
export function utcSql(sql: string): string {
  return `(strftime('%Y-%m-%dT%H:%M:%S', substr(${sql}, 1, 19) || substr(${sql}, -6)) || substr(${sql}, 20, 7))`;
}
