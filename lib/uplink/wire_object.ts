/**
 * The values of a message that JSON does not have: entries of its `objects`. Some are capabilities, which name tables,
 * rows and searches. Plain data; `frames.ts` knows who sends them in which frame.
 */
import { isArray, type Json, type JsonObject } from "../json/exact_json.ts";

/** A step of a path in a message: a key or an index. */
export type PathStep = string | number;

/** A value that JSON does not have: the JSON holds null at `path`. Further fields depend on the type. */
export interface WireObject {
  readonly path: readonly PathStep[];
  readonly type: readonly string[];
  readonly [field: string]: Json;
}

/** A sealed list of scope elements; the holder may append to `narrow`. */
export interface Capability {
  readonly scope: readonly Json[];
  readonly mac: string;
  readonly narrow: readonly Json[];
}

/** Reads a Capability entry, or null for any other. */
export function capabilityOf(entry: WireObject | JsonObject): Capability | null {
  const { scope, mac, narrow } = entry as { readonly scope?: Json; readonly mac?: Json; readonly narrow?: Json };
  if (!isArray(scope) || typeof mac !== "string") return null;
  return { scope, mac, narrow: isArray(narrow) ? narrow : [] };
}

/** The `objects` entry that puts a capability at a path. */
export function capabilityObject(capability: Capability, path: readonly PathStep[]): WireObject {
  const { scope, mac, narrow } = capability;
  return narrow.length === 0
    ? { path, type: ["Capability"], scope, mac }
    : { path, type: ["Capability"], scope, mac, narrow };
}
