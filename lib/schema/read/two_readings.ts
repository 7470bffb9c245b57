/**
 * Reads YAML text twice: once with every scalar as the text in the file, once with the values that YAML reads. The YAML
 * packages that the program can use read some scalars differently (`1_000`, `017`, `12:30:45`). A name must not become
 * another value, so it is always its text. It knows no table.
 */
import { parseYaml } from "../../deps.ts";

/** The same place of a document in both readings. */
export interface TwoReadings {
  /** Every scalar is its text, in quotes or not; an empty one is null or "". */
  readonly texts: unknown;
  /** Scalars without quotes may be numbers, booleans or null, as the package reads them. */
  readonly values: unknown;
}

/**
 * Reads a text twice. Repeated keys are found by their text, so `7` and `07` are two keys.
 * @throws {SyntaxError} as the parser, when the text is not YAML
 */
export function readTwice(text: string, { allowDuplicateKeys }: { readonly allowDuplicateKeys: boolean }): TwoReadings {
  return {
    texts: parseYaml(text, { schema: "failsafe", allowDuplicateKeys }),
    values: parseYaml(text, { schema: "core", allowDuplicateKeys: true }),
  };
}

/** Whether a parsed YAML value is a mapping. */
export function isMapping(value: unknown): value is { readonly [key: string]: unknown } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The items of a list in both readings; null when it is not one. */
export function itemsOf({ texts, values }: TwoReadings): readonly TwoReadings[] | null {
  if (!Array.isArray(texts)) return null;
  const typed = Array.isArray(values) ? values : [];
  return texts.map((item, i) => ({ texts: item, values: typed[i] }));
}

/**
 * The members of a mapping in both readings, by the text of their keys; null if it is not a mapping. In the other
 * reading `07` may be the key `7`. When two keys become the same there, one has lost its value: then both values are
 * unknown, `undefined`.
 */
export function membersOf({ texts, values }: TwoReadings): ReadonlyMap<string, TwoReadings> | null {
  if (!isMapping(texts)) return null;
  const typed = isMapping(values) ? values : {};
  const keys = Object.keys(texts);
  if (keys.every((key) => Object.hasOwn(typed, key))) {
    return new Map(keys.map((key) => [key, { texts: texts[key], values: typed[key] }]));
  }
  const others = keys.map((key) => Object.hasOwn(typed, key) ? key : valueKey(key));
  const times = Map.groupBy(others, (other) => other);
  return new Map(keys.map((key, i) => {
    const other = others[i] ?? key;
    const isAlone = times.get(other)?.length === 1 && Object.hasOwn(typed, other);
    return [key, { texts: texts[key], values: isAlone ? typed[other] : undefined }];
  }));
}

/** The key that a parser makes of a key without quotes. */
function valueKey(text: string): string {
  try {
    return String(parseYaml(text, { schema: "core" }));
  } catch {
    // Text that is not YAML by itself was in quotes, and is the same in both readings.
    return text;
  }
}
