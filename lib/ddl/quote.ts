/** The only way in which a name gets into SQL text. Values never do: they are bound. */

/** A name as an SQL identifier: in double quotes, its own doubled, so that any name but one with NUL is safe. */
export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
