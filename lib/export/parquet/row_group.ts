/**
 * Rows of a row group, column by column, as the writer takes them. It writes nothing.
 */
import type { OutRow } from "../rows/export_rows.ts";
import type { ParquetColumn, ParquetPart, ParquetValue, TellOf } from "./parquet_column.ts";
import { TextBytes } from "./text_bytes.ts";

/** Rows of a group: larger groups take much more memory and are hardly faster. */
const GROUP_ROWS = 10_000;

/** Most characters of a group, for tables with long texts. */
const GROUP_CHARACTERS = 8_000_000;

/** A group that is filled. */
export class RowGroup {
  readonly #columns: readonly ParquetColumn[];
  readonly #parts: readonly ParquetPart[];
  readonly #tell: TellOf;
  #data: ParquetValue[][];
  #characters = 0;
  readonly #texts: readonly TextBytes[];

  /** @param columns the row ids' first, then those of the parts */
  constructor(columns: readonly ParquetColumn[], parts: readonly ParquetPart[], tell: TellOf) {
    this.#columns = columns;
    this.#parts = parts;
    this.#tell = tell;
    this.#data = columns.map(() => []);
    this.#texts = columns.map(() => new TextBytes());
  }

  /**
   * Adds a row.
   * @param onPart called before a part's cell is read
   */
  add(id: string, { cells }: OutRow, onPart: (part: number) => void): void {
    const data = this.#data;
    data[0]?.push(id);
    let column = 1;
    for (let i = 0; i < this.#parts.length; i++) {
      const { values } = this.#parts[i] ?? NO_PART;
      const cell = cells[i] ?? null;
      if (cell !== null) onPart(i);
      for (const valueOf of values) {
        const value = cell === null ? null : valueOf(cell, this.#tell);
        data[column++]?.push(value);
        if (typeof value === "string") this.#characters += value.length;
      }
    }
  }

  get rows(): number {
    return this.#data[0]?.length ?? 0;
  }

  get isFull(): boolean {
    return this.rows >= GROUP_ROWS || this.#characters >= GROUP_CHARACTERS;
  }

  /** Returns the columns, which are valid until the next call, and empties the group. */
  take() {
    const columns = this.#columns.map(({ name, type }, i) => {
      const data = this.#data[i] ?? [];
      return {
        name,
        data: type === "text" ? this.#texts[i]?.encode(data) ?? data : data,
        offsetIndex: false,
        // Row ids never repeat: searching them for a dictionary would only cost time.
        ...(i === 0 ? { encoding: "PLAIN" as const } : {}),
      };
    });
    this.#data = this.#columns.map(() => []);
    this.#characters = 0;
    return columns;
  }
}

const NO_PART: ParquetPart = { columns: [], values: [] };
