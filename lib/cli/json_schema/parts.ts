/**
 * The parts that JSON Schemas are built of (json-schema.org, draft 2020-12). Pure.
 */

/** A schema, as JSON. */
export type Schema = Readonly<Record<string, unknown>>;

export const TEXT: Schema = { type: "string" };
export const COUNT: Schema = { type: "integer", minimum: 0 };
export const NUMBER: Schema = { type: "number", minimum: 0 };
export const BOOLEAN: Schema = { type: "boolean" };
export const TIME: Schema = { type: "string", description: "ISO 8601, UTC", pattern: "^\\d{4}-\\d\\d-\\d\\dT" };
export const EXIT_CODE: Schema = { type: "integer", minimum: 0, maximum: 255 };
export const ROW_ID: Schema = { type: "string", description: "A row id as Anvil writes it: [table,row]" };

/** A schema that also allows null. */
export function orNull(schema: Schema): Schema {
  return { anyOf: [schema, { type: "null" }] };
}

/** A list of items of a schema. */
export function arrayOf(items: Schema): Schema {
  return { type: "array", items };
}

/** One of a few words. */
export function oneOf(...words: readonly string[]): Schema {
  return { enum: words };
}

/** An object with exactly these members. All of them are there except the optional ones. */
export function object(properties: Readonly<Record<string, Schema>>, ...optional: readonly string[]): Schema {
  const required = Object.keys(properties).filter((name) => !optional.includes(name));
  return { type: "object", properties, required, additionalProperties: false };
}

/** An object with these members; it may have others, which are not described. */
export function atLeast(properties: Readonly<Record<string, Schema>>): Schema {
  return { type: "object", properties, required: Object.keys(properties) };
}
