/**
 * The order of columns in a CSV export, which is that of a real server's maps: up to eight columns by their ids, more of
 * them by a hash of their names; columns that a view names, up to eight, by name. Pure.
 * Source: seen in the transcripts, and explained by Clojure's array maps and hash maps with Murmur3 hashes.
 */
import type { ServedColumn } from "../app/served_app.ts";
import { compareTexts } from "../database/text_order.ts";

/** Most entries that a map keeps in the order in which they came. */
const MAX_ORDERED = 8;

/** The columns in the order of an export; `names` are those of a view that names its columns. */
export function csvOrder(columns: readonly ServedColumn[], names: readonly string[] | null): readonly ServedColumn[] {
  const wanted = names === null ? columns : columns.filter(({ name }) => names.includes(name));
  if (wanted.length > MAX_ORDERED) return wanted.toSorted((a, b) => compareHashes(hashOf(a.name), hashOf(b.name)));
  const key = (column: ServedColumn) => names === null ? column.id : column.name;
  return wanted.toSorted((a, b) =>
    (names === null ? key(a).length - key(b).length : 0) || compareTexts(key(a), key(b))
  );
}

/** A hash map's tree branches by five bits of the hash at a time, the lowest bits first. */
function compareHashes(a: number, b: number): number {
  for (let shift = 0; shift < 32; shift += 5) {
    const difference = ((a >>> shift) & 31) - ((b >>> shift) & 31);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Murmur3 of a Java string's own hash. */
function hashOf(text: string): number {
  let java = 0;
  for (let i = 0; i < text.length; i++) java = (Math.imul(31, java) + text.charCodeAt(i)) | 0;
  if (java === 0) return 0;
  let hash = Math.imul(rotated(Math.imul(java, 0xcc9e2d51), 15), 0x1b873593);
  hash = (Math.imul(rotated(hash, 13), 5) + 0xe6546b64) | 0;
  hash ^= 4;
  hash = Math.imul(hash ^ hash >>> 16, 0x85ebca6b);
  hash = Math.imul(hash ^ hash >>> 13, 0xc2b2ae35);
  return hash ^ hash >>> 16;
}

function rotated(value: number, bits: number): number {
  return value << bits | value >>> 32 - bits;
}
