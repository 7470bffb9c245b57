/**
 * Builds an archive to be served, in a process of its own, since it holds all rows in memory while it does.
 * Run it: deno run -A build_app.ts FILE KIND COUNT [SIZE]
 */
import { type ArchiveContent, buildArchive, type MediaContent } from "../../../lib/archive/making/build_archive.ts";
import type { WritableRow } from "../../../lib/archive/rows/row_writer.ts";
import type { AppSchema, ColumnSchema } from "../../../lib/schema/model/app_schema.ts";
import { column, FIRST_ID, schemaOf, usualRow, usualSchema } from "../usual_rows.ts";

/** Kinds of apps. */
type Content = Pick<ArchiveContent, "schema" | "rows" | "media">;

/** Bytes that no compression or de-duplication makes less of. */
function noise(seed: number, size: number): Uint8Array {
  const words = new Uint32Array(Math.ceil(size / 4));
  let state = seed * 2_654_435_761 + 1;
  for (let i = 0; i < words.length; i++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    words[i] = state;
  }
  return new Uint8Array(words.buffer, 0, size);
}

function oneTable(columns: readonly ColumnSchema[], rows: readonly WritableRow[]): Content {
  return { schema: schemaOf("big", columns), rows: new Map([["big", rows]]), media: [] };
}

const rowsOf = (count: number, cells: (row: number) => WritableRow["cells"]): WritableRow[] =>
  Array.from({ length: count }, (_, row) => ({ id: String(FIRST_ID + row), cells: cells(row) }));

const KINDS: { readonly [kind: string]: (count: number, size: number) => Content } = {
  /** The table of the replay server. */
  usual: (count) => ({
    schema: usualSchema("big"),
    rows: new Map([["big", Array.from({ length: count }, (_, row) => usualRow(row))]]),
    media: [],
  }),
  /** Media of one size, each used once. */
  media: (count, size) => media(count, size, count),
  /** The same, every one used twice. */
  twice: (count, size) => media(count, size, count / 2),
  /** So many tables of `size` rows. */
  tables: (count, size) => {
    const tables = Array.from({ length: count }, (_, t) => schemaOf(`t${t}`, usualColumns(), t + 1).tables).flat();
    const schema: AppSchema = { source: "live", tables };
    let row = 0;
    const rows = tables.map(({ name }) => [name, Array.from({ length: size }, () => usualRow(row++))] as const);
    return { schema, rows: new Map(rows), media: [] };
  },
  /** `size` columns of text and numbers. */
  wide: (count, size) =>
    oneTable(
      Array.from({ length: size }, (_, c) => column(`c${c}`, c % 2 === 0 ? "string" : "number")),
      rowsOf(
        count,
        (row) => Array.from({ length: size }, (_, c) => c % 2 === 0 ? `text ${row} ${c}` : BigInt(row * c)),
      ),
    ),
  /** Objects of `size` bytes. */
  objects: (count, size) =>
    oneTable(
      [column("object", "simpleObject")],
      rowsOf(
        count,
        (row) => [`{"list":[${Array.from({ length: size / 20 }, (_, i) => `"entry ${row} ${i}"`).join()}]}`],
      ),
    ),
};

function usualColumns(): readonly ColumnSchema[] {
  return usualSchema("any").tables[0]?.columns ?? [];
}

function media(count: number, size: number, different: number): Content {
  const content = Array.from({ length: count }, (_, i): MediaContent => ({
    contentType: "application/octet-stream",
    name: `file ${i}`,
    bytes: noise(i % different + 1, size),
  }));
  return { ...oneTable([column("file", "media")], rowsOf(count, (row) => [BigInt(row + 1)])), media: content };
}

const [path = "", kind = "", count = "0", size = "0"] = Deno.args;
const make = KINDS[kind];
if (make === undefined) throw new Error(`No kind '${kind}'`);
await buildArchive(path, { ...make(Number(count), Number(size)), provenance: [["app_id", "BENCHAPP"]] });
console.log("{}");
