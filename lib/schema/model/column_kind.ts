/**
 * The closed set of column kinds that this program understands, and the guard beside it.
 * Anvil's older spellings (`liveObject`, `liveObjectArray`) are folded into it here. Pure.
 */

/** Kinds of column, by Anvil's own names; `unknown` is any type that this program does not know. */
export const COLUMN_KINDS = [
  "string",
  "number",
  "bool",
  "date",
  "datetime",
  "media",
  "simpleObject",
  "link_single",
  "link_multiple",
  "unknown",
] as const;

/** One of {@link COLUMN_KINDS}. */
export type ColumnKind = typeof COLUMN_KINDS[number];

const SPELLINGS: ReadonlyMap<string, ColumnKind> = new Map<string, ColumnKind>([
  ...COLUMN_KINDS.map((kind): [string, ColumnKind] => [kind, kind]),
  ["liveObject", "link_single"],
  ["liveObjectArray", "link_multiple"],
]);

/** The kind of a declared type; `unknown` for anything else (`unresolved`, a future type). */
export function columnKind(declaredType: string): ColumnKind {
  return SPELLINGS.get(declaredType) ?? "unknown";
}

/** Whether cells of a kind link to rows of another table. */
export function isLink(kind: ColumnKind): kind is "link_single" | "link_multiple" {
  return kind === "link_single" || kind === "link_multiple";
}
