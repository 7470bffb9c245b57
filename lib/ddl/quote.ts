/**
 * The only way in which a name gets into SQL text. Values never do: they are bound.
 */

/** A name as an SQL identifier: in double quotes, with its own quotes doubled; safe for any name without NUL. */
export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
