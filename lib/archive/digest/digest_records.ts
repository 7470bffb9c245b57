/**
 * Digests of rows, made from the bytes of their records. A text is copied, not turned into a string and back: this
 * costs a third of reading the cells. A digest that equals the expected one proves the rows, because no other rows have
 * it. One that differs proves nothing, and is made again from the cells. It only reads.
 */
import type { TableLayout } from "../../ddl/archive_layout.ts";
import type { ColumnKind } from "../../schema/model/column_kind.ts";
import type { Engine } from "../../sqlite/engine.ts";
import { NumberedText } from "../../sqlite/records/numbered_text.ts";
import { OddFile, type PageFile } from "../../sqlite/records/page_file.ts";
import { RecordCells, storedInteger, storedValue } from "../../sqlite/records/record_cells.ts";
import { heldForReading, type RecordTable, recordTable } from "../../sqlite/records/record_table.ts";
import { TableRecords } from "../../sqlite/records/table_records.ts";
import type { MediaLookup } from "../media/media_lookup.ts";
import { keepsRowIds, type RowBounds } from "../rows/row_reader.ts";
import type { ByteBuffer } from "./byte_buffer.ts";
import { appendCell } from "./canonical.ts";
import { digestLookup } from "./compute_digests.ts";
import { type BlockDigest, BlockDigester, digestColumns } from "./table_digest.ts";

/** Letters of the kinds whose texts are digested as they are stored. */
const TEXTS: Partial<Readonly<Record<ColumnKind, string>>> = {
  string: "s",
  date: "s",
  datetime: "s",
  link_single: "l",
};
/** Types of cells (sqlite.org/fileformat2.html, section 2.1): the longest short integer, a double, and 0, which 1 follows. */
const SHORT = 5;
const REAL = 7;
const ZERO = 8;
const FIRST_TEXT = 13;

/**
 * Digests rows of a table, all or those within bounds, which should be those of blocks.
 * @param pages of the engine's file, opened outside of its transactions
 * @returns null when the file's pages cannot be read in this simple way
 */
export function digestRecords(
  engine: Engine,
  pages: PageFile,
  plan: TableLayout,
  bounds: RowBounds | null,
): readonly BlockDigest[] | null {
  return heldForReading(engine, () => {
    const table = keepsRowIds(engine, plan) ? recordTable(engine, pages, plan.sqlName) : null;
    if (table === null) return null;
    using media = digestLookup(engine, { media: true });
    const digester = new BlockDigester(plan, media);
    const [from, until] = bounds === null ? [0, Infinity] : [Number(bounds.from), Number(bounds.until)];
    try {
      const rows = new RecordRows(plan, table, media);
      const append = (out: ByteBuffer) => rows.append(out);
      const records = new TableRecords(pages, table.root, from);
      for (; records.rowid !== null && records.rowid <= until; records.advance()) {
        rows.read(records.rowid, records);
        digester.addForm(records.rowid, append);
      }
      return digester.finish();
    } catch (error) {
      if (error instanceof OddFile || error instanceof RangeError) return null;
      throw error;
    }
  });
}

/** The canonical forms of records, one after the other. */
class RecordRows {
  readonly #cells: RecordCells;
  readonly #columns: readonly { readonly kind: ColumnKind; readonly place: number }[];
  readonly #media: MediaLookup;
  readonly #id: NumberedText;
  #row = 0;

  constructor(plan: TableLayout, { places }: RecordTable, media: MediaLookup) {
    this.#cells = new RecordCells(places.size);
    this.#media = media;
    this.#columns = digestColumns(plan).map(({ index, kind }) => ({
      kind,
      place: placeOf(places, plan.columns[index]?.sqlName),
    }));
    this.#id = new NumberedText(placeOf(places, plan.rowIdSqlName), `[${plan.tableId},`);
  }

  read(row: number, { bytes, start, end }: Pick<TableRecords, "bytes" | "start" | "end">): void {
    if (!this.#cells.read(bytes, start, end) || !this.#id.says(row, this.#cells)) throw new OddFile(`row ${row}`);
    this.#row = row;
  }

  append(out: ByteBuffer): void {
    out.tag("R");
    out.u64(this.#row);
    for (const { kind, place } of this.#columns) this.#appendCell(out, kind, place);
  }

  #appendCell(out: ByteBuffer, kind: ColumnKind, place: number): void {
    const { types, starts, bytes } = this.#cells;
    const type = types[place] ?? 0;
    if (type === 0) return out.tag("n");
    const [start, end] = [starts[place] ?? 0, starts[place + 1] ?? 0];
    if (type >= FIRST_TEXT && type % 2 === 1) {
      const tag = TEXTS[kind];
      if (tag !== undefined) return out.storedText(tag, bytes, start, end);
    } else if (kind === "number" && type <= SHORT) {
      return out.integer("i", storedInteger(bytes, start, end));
    } else if (kind === "number" && type === REAL) {
      out.tag("f");
      return out.stored(bytes, start, end);
    } else if (kind === "bool" && (type === ZERO || type === ZERO + 1)) {
      out.tag("b");
      return out.byte(type - ZERO);
    }
    appendCell(out, kind, storedValue(this.#cells, place), this.#media);
  }
}

function placeOf(places: ReadonlyMap<string, number>, name: string | undefined): number {
  const place = places.get(name ?? "");
  if (place === undefined) throw new OddFile(`column ${name}`);
  return place;
}
