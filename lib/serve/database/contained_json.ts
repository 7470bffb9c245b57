/**
 * Whether a simple object contains another: PostgreSQL's `@>` over `jsonb`, written with SQLite's JSON functions.
 * Objects are compared by their members, lists by their items in any order, everything else by value and type: 0 is not
 * false. It builds SQL text.
 */
import { isArray, isObject, type Json, numberSource, stringOf } from "../../json/exact_json.ts";
import type { StorageStyle } from "../app/snapshot.ts";
import { tableError } from "../protocol/errors.ts";

/** Binds values and returns the SQL text of a parameter. */
interface JsonBinder {
  text(value: string): string;
  /** A number by its source text. */
  number(source: string): string;
}

/** A JSON value in SQL: the name of its type, its SQL value if it is a scalar, otherwise its JSON text. */
interface JsonNode {
  readonly type: string;
  readonly value: string;
  readonly json: string;
}

/** Deepest query; SQLite's expressions have their own limit. */
const MAX_DEPTH = 100;

/**
 * The condition that the JSON text of a column holds a value; 0 for NULL.
 * @throws {CallError} TableError when the value is nested too deep
 */
export function containsSql(column: string, value: Json, storage: StorageStyle, binder: JsonBinder): string {
  const json = `CASE WHEN json_valid(${column}) THEN ${column} ELSE json_quote(${column}) END`;
  const root: JsonNode = { type: `json_type(${json})`, value: `json_extract(${json}, '$')`, json };
  const builder = new Containment(binder);
  const whole = builder.holds(root, value, 0);
  const isScalar = !isArray(value) && !isObject(value);
  // A list contains a scalar that is one of its items when the column itself is compared, as in split storage. Classic
  // storage compares inside the row's object, where that rule does not apply. Source:
  // postgresql.org/docs/15/datatype-json.html, 8.14.3.
  const asItem = isScalar && storage === "split" ? [builder.holds(root, [value], 0)] : [];
  return `coalesce(${[whole, ...asItem].join(" OR ")}, 0)`;
}

class Containment {
  readonly #binder: JsonBinder;
  #names = 0;

  constructor(binder: JsonBinder) {
    this.#binder = binder;
  }

  holds(node: JsonNode, value: Json, depth: number): string {
    if (depth > MAX_DEPTH) throw tableError("This search is nested too deep");
    if (isArray(value)) {
      return this.#all(node, "array", value.map((item) => this.#child(node, "1", item, depth)));
    }
    if (isObject(value)) {
      const members = Object.entries(value).map(([key, member]) =>
        this.#child(node, `item.key = ${this.#binder.text(key)}`, member, depth)
      );
      return this.#all(node, "object", members);
    }
    return `(${this.#isScalar(node, value)})`;
  }

  /** `CASE`, since SQLite may evaluate an `AND` in any order, and only JSON text may be read as JSON. */
  #all({ type }: JsonNode, wanted: string, terms: readonly string[]): string {
    return `CASE WHEN ${type} = '${wanted}' THEN ${["1", ...terms].join(" AND ")} ELSE 0 END`;
  }

  #child({ json }: JsonNode, which: string, value: Json, depth: number): string {
    const name = `item_${this.#names++}`;
    const child: JsonNode = { type: `${name}.type`, value: `${name}.value`, json: `${name}.value` };
    const condition = which.replace("item.", `${name}.`);
    return `EXISTS (SELECT 1 FROM json_each(${json}) AS ${name} WHERE ${condition} AND ${
      this.holds(child, value, depth + 1)
    })`;
  }

  #isScalar({ type, value }: JsonNode, wanted: Json): string {
    const source = numberSource(wanted);
    if (wanted === null) return `${type} = 'null'`;
    if (typeof wanted === "boolean") return `${type} = '${wanted}'`;
    if (source !== null) return `${type} IN ('integer', 'real') AND ${value} = ${this.#binder.number(source)}`;
    return `${type} = 'text' AND ${value} = ${this.#binder.text(stringOf(wanted) ?? "")}`;
  }
}
