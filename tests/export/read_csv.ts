/** Reads CSV as RFC 4180 has it, for tests: null for a field without quotes that is the marker of None. */
export function readCsv(text: string, none = ""): readonly (readonly (string | null)[])[] {
  const field = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/gy;
  const rows: (string | null)[][] = [];
  let row: (string | null)[] = [];
  for (const match of text.matchAll(field)) {
    if (match.index === text.length && row.length === 0) break;
    const [, quoted, plain = "", end] = match;
    row.push(quoted === undefined ? (plain === none ? null : plain) : quoted.replaceAll('""', '"'));
    if (end === ",") continue;
    rows.push(row);
    row = [];
  }
  return rows;
}
