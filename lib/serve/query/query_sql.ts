/**
 * Turns a query's JSON text into an SQL condition over one table. Names come from the catalogue, values are bound. The
 * text may come from a client that narrowed a capability, so everything in it is checked. As in PostgreSQL, a
 * comparison with None is neither true nor false, and its negation is not either.
 */
import type { Bindings } from "../../sqlite/engine.ts";
import {
  isArray,
  isObject,
  type Json,
  type JsonObject,
  numberSource,
  parseExact,
  stringOf,
} from "../../json/exact_json.ts";
import type { SqlValue } from "../../sqlite/sql_value.ts";
import { type Cell, INT64, numberCell } from "../../value/cell.ts";
import type { ServedColumn, ServedTable } from "../app/served_app.ts";
import type { ServedSnapshot } from "../app/snapshot.ts";
import { databaseError, internalError, tableError } from "../protocol/errors.ts";
import { containsSql } from "../database/contained_json.ts";
import { storedNumber } from "../database/database_number.ts";
import { databaseText } from "../database/database_text.ts";
import { textMatcher } from "../database/full_text.ts";
import { existsSql, guardedTarget, listHoldsSql } from "./links.ts";
import { globOf, likeMatcher } from "../database/patterns.ts";

const INEQUALITIES: ReadonlyMap<Json, string> = new Map<Json, string>([
  ["LT", "<"],
  ["LTEQ", "<="],
  ["GT", ">"],
  ["GTEQ", ">="],
]);

/** Deepest nesting of a query. */
const MAX_DEPTH = 100;

/** Rows whose texts one statement reads. */
const ROWS_PER_READ = 1_000;

/**
 * The condition for a query text.
 * @throws {CallError} when it is not a query of this table
 */
export function conditionOf(text: string, table: ServedTable, sql: Bindings, snapshot: ServedSnapshot): string {
  let query: Json;
  try {
    query = parseExact(text);
  } catch {
    throw invalid();
  }
  return new Conditions(table, sql, snapshot).term(query, 0);
}

function invalid() {
  return internalError("Invalid search in a capability");
}

class Conditions {
  readonly #table: ServedTable;
  readonly #sql: Bindings;
  readonly #snapshot: ServedSnapshot;

  constructor(table: ServedTable, sql: Bindings, snapshot: ServedSnapshot) {
    this.#table = table;
    this.#sql = sql;
    this.#snapshot = snapshot;
  }

  term(query: Json, depth: number): string {
    if (query === null) return "1";
    if (!isObject(query) || depth > MAX_DEPTH) throw invalid();
    const { op = null, terms, operand = null } = query;
    const all = isArray(terms) ? terms.map((each) => this.term(each, depth + 1)) : [];
    switch (op) {
      case "AND":
        return all.length === 0 ? "1" : `(${all.join(" AND ")})`;
      case "OR":
        return all.length === 0 ? "0" : `(${all.join(" OR ")})`;
      case "NOT":
        return `NOT (${this.term(operand, depth + 1)})`;
      default:
        return this.#columnTerm(op, query);
    }
  }

  #columnTerm(op: Json, query: JsonObject): string {
    const column = this.#table.columns.find(({ id }) => id === query["col"]);
    if (column === undefined) throw tableError("This search names a column that does not exist");
    const inequality = INEQUALITIES.get(op);
    if (inequality !== undefined) return this.#inequality(column, inequality, query);
    if (op === "EQ") return this.#equality(column, query["value"] ?? null);
    const text = stringOf(query["pattern"] ?? query["query"] ?? null);
    if (text === null || column.kind !== "string") throw invalid();
    const searched = databaseText(text, this.#snapshot.storage);
    switch (op) {
      case "LIKE":
        return `${column.sql} GLOB ${this.#sql.add(globOf(searched))}`;
      case "ILIKE": {
        const matches = likeMatcher(searched);
        // SQLite ignores case only in ASCII.
        if (/^[ -~]*$/.test(searched)) return `${column.sql} LIKE ${this.#sql.add(searched)} ESCAPE '\\'`;
        return this.#rowsWhere(column, matches);
      }
      case "TSQ":
        return this.#rowsWhere(column, textMatcher(searched, query["raw?"] === true));
      default:
        throw invalid();
    }
  }

  /** The rows whose text passes a test that SQLite does not have. */
  #rowsWhere({ sql }: ServedColumn, passes: (text: string) => boolean): string {
    const { rowid, sql: name } = this.#table;
    const statement = `SELECT ${rowid}, ${sql} FROM ${name} WHERE ${rowid} > ?1 AND ${sql} IS NOT NULL
      ORDER BY ${rowid} LIMIT ${ROWS_PER_READ}`;
    const found: string[] = [];
    for (let after: SqlValue = INT64.min;;) {
      const rows = this.#snapshot.read(this.#table, statement, [after]);
      for (const [id, text] of rows) if (passes(String(text))) found.push(String(id));
      if (rows.length < ROWS_PER_READ) break;
      after = rows.at(-1)?.[0] ?? null;
    }
    const ids = this.#sql.add(`[${found.join()}]`);
    return `CASE WHEN ${sql} IS NOT NULL THEN ${name}.${rowid} IN (SELECT value FROM json_each(${ids})) END`;
  }

  #equality(column: ServedColumn, value: Json): string {
    const { sql, kind } = column;
    if (kind === "link_multiple") return this.#holdsLinks(column, value);
    const target = guardedTarget(this.#snapshot, column);
    if (value === null) return target === null ? `${sql} IS NULL` : `NOT ${existsSql(target, sql)}`;
    const { storage } = this.#snapshot;
    switch (kind) {
      case "number":
        return this.#sameNumber(sql, value);
      case "bool":
        if (typeof value !== "boolean") throw invalid();
        return `${sql} IS ${value ? 1 : 0}`;
      case "string":
      case "date":
      case "datetime":
        return `${sql} IS ${this.#sql.add(databaseText(textIn(value), storage))}`;
      case "link_single": {
        const row = this.#sql.add(textIn(value));
        return target === null ? `${sql} IS ${row}` : `(${sql} IS ${row} AND ${existsSql(target, row)})`;
      }
      case "simpleObject":
      case "unknown":
        return containsSql(sql, value, storage, {
          text: (text) => this.#sql.add(databaseText(text, "classic")),
          number: (source) => this.#sql.add(jsonNumber(source), "number"),
        });
      case "media":
        throw tableError("Media columns can only be searched for None");
    }
  }

  /** Exact in classic storage; in split storage as doubles, since it has nothing else. */
  #sameNumber(sql: string, value: Json): string {
    const source = numberSource(value);
    if (source === null) throw invalid();
    const { storage } = this.#snapshot;
    if (storage === "split") return `CAST(${sql} AS REAL) IS ${this.#bindDouble(source)}`;
    return `${sql} IS ${this.#sql.add(storedNumber(source, storage), "number")}`;
  }

  #bindDouble(source: string): string {
    return this.#sql.add(Number(source), "number");
  }

  #inequality(column: ServedColumn, operator: string, { value = null, type }: JsonObject): string {
    const { sql, kind } = column;
    switch (kind) {
      case "number": {
        const source = numberSource(value);
        if (source === null) throw invalid();
        return `CAST(${sql} AS REAL) ${operator} ${this.#bindDouble(source)}`;
      }
      case "string":
        return `${sql} ${operator} ${this.#sql.add(databaseText(textIn(value), this.#snapshot.storage))}`;
      case "date":
        if (type === "ddt" && this.#snapshot.storage === "split") {
          throw databaseError('ERROR: type "datetime" does not exist');
        }
        return `${sql} ${operator} ${this.#sql.add(textIn(value))}`;
      case "datetime": {
        if (type !== "dtd") return `${momentSql(sql)} ${operator} ${momentSql(this.#sql.add(textIn(value)))}`;
        const start = this.#snapshot.storage === "split" ? "T00:00:00.000000" : "";
        return `${utcSql(sql)} ${operator} ${this.#sql.add(`${textIn(value)}${start}`)}`;
      }
      default:
        throw tableError("This search compares a column that has no order");
    }
  }

  #holdsLinks(column: ServedColumn, value: Json): string {
    const isSplit = this.#snapshot.storage === "split";
    if (value === null) return isSplit ? "1" : `${column.sql} IS NULL`;
    if (!isArray(value)) throw invalid();
    const target = guardedTarget(this.#snapshot, column);
    const terms = value.map((link) => {
      const row = this.#sql.add(textIn(link));
      const holds = listHoldsSql(this.#table, column, row);
      return target === null ? holds : `(${holds} AND ${existsSql(target, row)})`;
    });
    return `(${[isSplit ? "1" : `${column.sql} IS NOT NULL`, ...terms].join(" AND ")})`;
  }
}

function textIn(value: Json): string {
  const text = stringOf(value);
  if (text === null) throw invalid();
  return text;
}

/** Numbers within JSON are compared by value; SQLite reads those beyond 64 bits as doubles. */
function jsonNumber(source: string): Cell {
  const cell = numberCell(source);
  return typeof cell === "string" ? Number(cell) : cell;
}

/**
 * A datetime's moment in UTC as text that sorts: the seconds computed by SQLite, which would round fractions, then the
 * fraction unchanged. For years beyond 9999, the last that SQLite's functions know, a real server's text begins with
 * `+`.
 */
function utcSql(sql: string): string {
  const seconds = `strftime('%Y-%m-%dT%H:%M:%S', substr(${sql}, 1, 19) || substr(${sql}, -6))`;
  return `(coalesce(${seconds}, '+' || substr(${sql}, 1, 19)) || substr(${sql}, 20, 7))`;
}

/** Datetimes are compared and ordered by the moment in UTC; equal ones by the offset, as text. */
export function momentSql(sql: string): string {
  return `(${utcSql(sql)} || substr(${sql}, -6))`;
}
