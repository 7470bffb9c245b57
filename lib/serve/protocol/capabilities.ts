/**
 * Seals and checks capabilities: lists of scope elements under a MAC, which the holder may narrow and never widen. It
 * knows the form of the elements, not what they name. The MAC is SHA-512/256 over the secret and the scope's canonical
 * JSON. To put the secret in front is safe with this hash: unlike SHA-256, its value cannot be extended. A real server
 * also computes a keyed hash for every row.
 */
import { hash, randomBytes, timingSafeEqual } from "node:crypto";
import { canonicalJson, isArray, isObject, type Json, type JsonObject, numberSource } from "../../json/exact_json.ts";
import type { RowId } from "../../value/row_id.ts";
import type { Capability } from "../../uplink/wire_object.ts";
import { internalError } from "./errors.ts";
import { asciiJson, wireJson } from "./wire_text.ts";

const HASH = "sha512-256";
const encoder = new TextEncoder();

/** A secret that seals capabilities. It lives as long as the server, so capabilities outlive connections. */
export class Sealer {
  readonly #secret = randomBytes(32).toString("hex");

  /** MAC of a text, 64 hexadecimal digits. */
  mac(text: string): string {
    return hash(HASH, this.#secret + text, "hex");
  }

  /** Whether a MAC is this secret's, in constant time. */
  verifies(text: string, mac: string): boolean {
    return sameText(this.mac(text), mac);
  }

  /** The `objects` entry of a capability with this scope. `path` is the JSON text of its place. */
  entry(scope: readonly Json[], path: string): string {
    const mac = this.mac(canonicalJson(scope));
    return `{"type":["Capability"],"scope":${wireJson(scope)},"mac":"${mac}","path":${path}}`;
  }
}

/** Compares two texts in a time that does not show where they differ. */
export function sameText(a: string, b: string): boolean {
  const [digestA, digestB] = [a, b].map((text) => encoder.encode(hash(HASH, text, "hex")));
  return digestA !== undefined && digestB !== undefined && timingSafeEqual(digestA, digestB);
}

/** What a search capability asks for, besides the table. */
export interface SearchScope {
  /** JSON text of the query; null for all rows. */
  readonly search: string | null;
  readonly fetch: Json;
  readonly order: Json;
  readonly chunk: Json;
}

/** An effective scope, taken apart. Missing parts were not asked for. */
export interface TableScope {
  /** The `VIEW` element: `{"id": n}`, in views with more members. */
  readonly view: JsonObject;
  readonly tableId: number;
  readonly row: RowId | null;
  readonly search: SearchScope | null;
  /** JSON text of the page cursor. */
  readonly cursor: string | null;
}

/** Shapes of scope that commands ask for. */
export type ScopeShape = "table" | "row" | "search";

const LENGTHS: { readonly [shape in ScopeShape]: readonly [least: number, most: number] } = {
  table: [3, 3],
  row: [4, 4],
  // A shorter scope is accepted for a longer one: a bare table is a search for everything.
  search: [3, 5],
};

/**
 * Takes an effective scope apart.
 * @throws {CallError} `InternalError` when it is not of the shape asked for
 */
export function readScope(capability: Capability, shape: ScopeShape): TableScope {
  const elements = [...capability.scope, ...capability.narrow];
  const [least, most] = LENGTHS[shape];
  const [root, kind, view, part, cursor = null] = elements;
  const fits = elements.length >= least && elements.length <= most && root === "_" && kind === "t" && isObject(view);
  if (!fits) throw wrongShape(shape);
  const id = numberSource(view["id"] ?? null);
  if (id === null || !/^\d+$/.test(id)) throw wrongShape(shape);
  const row = shape === "row" ? rowPart(part) : null;
  const search = shape === "search" && part !== undefined ? searchPart(part) : null;
  if (cursor !== null && typeof cursor !== "string") throw wrongShape(shape);
  return { view, tableId: Number(id), row, search, cursor };
}

function rowPart(part: Json | undefined): RowId {
  const row = isObject(part) && Object.keys(part).length === 1 ? numberSource(part["r"] ?? null) : null;
  if (row === null || !/^\d+$/.test(row)) throw wrongShape("row");
  return row;
}

const SEARCH_KEYS = ["chunk", "fetch", "order", "search"];

function searchPart(part: Json): SearchScope {
  const isSearch = isObject(part) && Object.keys(part).sort().join() === SEARCH_KEYS.join();
  if (!isSearch) throw wrongShape("search");
  const { search = null, fetch = null, order = null, chunk = null } = part;
  if (search !== null && typeof search !== "string") throw wrongShape("search");
  if (order !== null && !isArray(order)) throw wrongShape("search");
  return { search, fetch, order, chunk };
}

function wrongShape(shape: ScopeShape) {
  return internalError(`Invalid capability: expected that of a ${shape}`);
}

/** The view key of a whole table or a view: its element as compact JSON, with sorted keys. */
export function viewKey(view: JsonObject): string {
  return canonicalJson(view);
}

/** Makes row capabilities of one table or view, by text alone: this runs for every row of a page. */
export class RowSealer {
  readonly #sealer: Sealer;
  readonly #scope: string;
  readonly #wireScope: string;

  constructor(sealer: Sealer, view: JsonObject) {
    this.#sealer = sealer;
    this.#scope = `["_","t",${canonicalJson(view)},{"r":`;
    this.#wireScope = `{"type":["Capability"],"scope":${asciiJson(this.#scope)}`;
  }

  /** `objects` entry up to its path, which follows with `}`. */
  entry(row: RowId): string {
    return `${this.#wireScope}${row}}],"mac":"${this.#sealer.mac(`${this.#scope}${row}}]`)}","path":`;
  }
}
