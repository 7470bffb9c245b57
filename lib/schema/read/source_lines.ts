/**
 * Finds the lines of tables and columns in the source text, for warnings only, because the parsers return values
 * without positions. It looks at keys and indentation, and returns null whenever they do not fit together. It reads no
 * schema.
 */
import type { JsonObject } from "../../json/exact_json.ts";

/** Lines of one table. */
export interface TableLines {
  /** Line of the table's key or list entry. */
  table(): number | null;
  /** Line of a column: the `nth` (from 0) of `count` columns of this name in source order; else the table's line. */
  column(name: string, nth: number, count: number): number | null;
  /** Whether a name is written without the quotes that make it a text in YAML. */
  isBare(attributes: JsonObject, key: string): boolean;
}

/** For schemas that have no text: no lines. */
export const NO_LINES: TableLines = { table: () => null, column: () => null, isBare: () => false };

interface Entry {
  /** Decoded key of a mapping entry, null for a list entry. */
  readonly key: string | null;
  /** Index of its first line and of the first line after it. */
  readonly start: number;
  readonly end: number;
}

const QUOTED = String.raw`"(?:[^"\\]|\\.)*"|'(?:[^']|'')*'`;
const KEY = new RegExp(String.raw`^\s*(?:-\s+)*(${QUOTED}|[^\s"'#{\[][^:]*?)\s*:(?:\s|$)`);
const NAME = new RegExp(String.raw`(?:^|[\s{,])(?:name:\s+|(?:"name"|'name')\s*:\s*)(?=(${QUOTED}|[^"'\s].*))`, "g");
const CONTENT = /^\s*[^\s#]/;
const ITEM = /^\s*-(?:\s|$)/;

/** The lines of a source text, split when first asked for. */
export class SourceLines {
  readonly #text: string;
  readonly #key: string;
  readonly #bare = new Map<JsonObject, string[]>();
  #found: { readonly lines: readonly string[]; readonly entries: readonly Entry[] } | null = null;

  /** @param key top-level key that holds the tables */
  constructor(text: string, key: string) {
    this.#text = text;
    this.#key = key;
  }

  /** Notes an attribute of a mapping that is written without quotes and read as text. */
  bare(attributes: JsonObject, key: string): void {
    this.#bare.set(attributes, [...(this.#bare.get(attributes) ?? []), key]);
  }

  /** Lines of the table with this key in a mapping; of the last one if a key occurs twice. */
  keyed(name: string): TableLines {
    return this.#tableLines((entries) => entries.findLast((entry) => entry.key === name));
  }

  /** Lines of the `index`th of `count` list entries. */
  listed(index: number, count: number): TableLines {
    return this.#tableLines((entries) => entries.length === count ? entries[index] : undefined);
  }

  /** Table keys that occur more than once, each with the lines of all places except the last. */
  repeatedKeys(): readonly { readonly name: string; readonly line: number }[] {
    const { entries } = this.#find();
    return entries.flatMap(({ key, start }, i) =>
      key !== null && entries.some((later, j) => j > i && later.key === key) ? [{ name: key, line: start + 1 }] : []
    );
  }

  /** The key that begins a line, and the table it belongs to. */
  at(line: number): { readonly key: string | null; readonly table: string | null } {
    const { lines, entries } = this.#find();
    const inside = entries.find(({ start, end }) => start < line && line <= end);
    return { key: keyOf(lines[line - 1] ?? ""), table: inside?.key ?? null };
  }

  #tableLines(pick: (entries: readonly Entry[]) => Entry | undefined): TableLines {
    const table = () => {
      const entry = pick(this.#find().entries);
      return entry ? entry.start + 1 : null;
    };
    const column = (name: string, nth: number, count: number) => {
      const { lines, entries } = this.#find();
      const entry = pick(entries);
      if (!entry) return null;
      const places = linesNaming(name, lines, entry);
      return places.length === count ? (places[nth] ?? null) : entry.start + 1;
    };
    const isBare = (attributes: JsonObject, key: string) => this.#bare.get(attributes)?.includes(key) ?? false;
    return { table, column, isBare };
  }

  #find() {
    if (this.#found === null) {
      const lines = this.#text.split(/\r\n|\r|\n/);
      this.#found = { lines, entries: entriesUnder(this.#key, lines) };
    }
    return this.#found;
  }
}

function entriesUnder(key: string, lines: readonly string[]): readonly Entry[] {
  const first = lines.find((line) => CONTENT.test(line) && !/^(?:---|%)/.test(line));
  const rootIndent = indentOf(first ?? "");
  const head = lines.findLastIndex((line) => indentOf(line) === rootIndent && !ITEM.test(line) && keyOf(line) === key);
  if (head < 0) return [];
  const start = lines.findIndex((line, i) => i > head && CONTENT.test(line));
  const firstChild = lines[start];
  if (firstChild === undefined) return [];
  const isList = ITEM.test(firstChild);
  const indent = indentOf(firstChild);
  const belongs = (line: string) => indentOf(line) > rootIndent || (isList && indent === rootIndent && ITEM.test(line));
  if (!belongs(firstChild)) return [];
  const after = lines.findIndex((line, i) => i > start && CONTENT.test(line) && !belongs(line));
  const end = after < 0 ? lines.length : after;
  const starts: number[] = [];
  for (let i = start; i < end; i++) {
    const line = lines[i] ?? "";
    if (CONTENT.test(line) && indentOf(line) === indent && ITEM.test(line) === isList) starts.push(i);
  }
  return starts.map((at, i) => ({ key: isList ? null : keyOf(lines[at] ?? ""), start: at, end: starts[i + 1] ?? end }));
}

/** Lines, counted from 1, on which `name: …` has this value. */
function linesNaming(name: string, lines: readonly string[], { start, end }: Entry): readonly number[] {
  const found: number[] = [];
  for (let i = start; i < end; i++) {
    for (const match of (lines[i] ?? "").matchAll(NAME)) {
      const source = match[1] ?? "";
      const spellings = /^["']/.test(source) ? [decode(source)] : [plain(source), plain(source.replace(/[,}].*/, ""))];
      if (spellings.includes(name)) found.push(i + 1);
    }
  }
  return found;
}

function keyOf(line: string): string | null {
  const source = KEY.exec(line)?.[1];
  return source === undefined ? null : decode(source);
}

function decode(source: string): string | null {
  if (source.startsWith("'")) return source.slice(1, -1).replaceAll("''", "'");
  if (!source.startsWith('"')) return source;
  try {
    return String(JSON.parse(source));
  } catch {
    // An escape of YAML that JSON does not have (\x41, \e): such a name is not found.
    return null;
  }
}

function plain(source: string): string {
  return source.replace(/\s#.*/, "").trimEnd();
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}
