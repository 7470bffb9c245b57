/**
 * Splits the CSV that a server exports into fields while it arrives, and keeps the fields of a few rows and columns. An
 * export may be large, and is read only for the cells that fit into no other reply. Bytes in, texts out; it makes no
 * call.
 *
 * Source: uplink-protocol, section 11. The first line has the columns' names, the first field of a row is `[table,row]`.
 */

const COMMA = 44;
const NEWLINE = 10;
const QUOTE = 34;
const EMPTY = new Uint8Array(0);

/** Which fields are kept. */
interface WantedFields {
  /** Whether fields of the row with this text as its id are kept. */
  readonly row: (id: string) => boolean;
  /** Names of the columns that are kept; of several with one name, the first is. */
  readonly columns: ReadonlySet<string>;
  /** Receives a field that is kept. */
  readonly take: (row: string, column: string, text: string) => void;
}

/** Reads an export, chunk by chunk. */
export class CsvFields {
  readonly #wanted: WantedFields;
  /** Names of the columns in the export's order; null until the first line is read. */
  #names: readonly string[] | null = null;
  #header: string[] = [];
  #row: string | null = null;
  #index = 0;
  #parts: Uint8Array[] = [];
  #quoted = false;
  /**
   * Whether the last byte was a quote inside a quoted field: it ends the field, or it is the first of two that mean a
   * quote.
   */
  #afterQuote = false;

  constructor(wanted: WantedFields) {
    this.#wanted = wanted;
  }

  /** Takes the next bytes. */
  chunk(bytes: Uint8Array): void {
    let start = 0;
    const keep = (end: number) => {
      if (end > start && this.#isKept) this.#parts.push(bytes.slice(start, end));
    };
    for (let i = 0; i < bytes.length; i++) {
      const byte = bytes[i];
      if (this.#quoted && !this.#afterQuote) {
        if (byte !== QUOTE) continue;
        keep(i);
        start = i + 1;
        this.#afterQuote = true;
        continue;
      }
      if (byte === QUOTE) {
        // The second of two quotes in a field is one of its bytes; any other quote begins a quoted field.
        if (this.#afterQuote) start = i;
        else start = i + 1;
        this.#quoted = true;
        this.#afterQuote = false;
        continue;
      }
      if (byte !== COMMA && byte !== NEWLINE) continue;
      if (!this.#afterQuote) keep(i);
      start = i + 1;
      this.#endField(byte === NEWLINE);
    }
    if (!this.#afterQuote) keep(bytes.length);
  }

  /** Ends the last row, which has no line break. An incomplete field is not kept. */
  end(): void {
    const isCut = this.#quoted && !this.#afterQuote || this.#index < (this.#names?.length ?? 0) - 1;
    if (isCut) return;
    if (this.#index > 0 || this.#parts.length > 0) this.#endField(true);
  }

  get #isKept(): boolean {
    if (this.#names === null || this.#index === 0) return true;
    return this.#row !== null && this.#wanted.columns.has(this.#names[this.#index] ?? "");
  }

  #endField(isLast: boolean): void {
    if (this.#isKept) this.#endKept(textOfParts(this.#parts));
    this.#parts = [];
    this.#quoted = false;
    this.#afterQuote = false;
    this.#index++;
    if (!isLast) return;
    if (this.#names === null) this.#names = this.#header.map((name, i) => this.#header.indexOf(name) === i ? name : "");
    this.#index = 0;
    this.#row = null;
  }

  #endKept(text: string): void {
    if (this.#names === null) this.#header.push(text);
    else if (this.#index === 0) this.#row = this.#wanted.row(text) ? text : null;
    else if (this.#row !== null) this.#wanted.take(this.#row, this.#names[this.#index] ?? "", text);
  }
}

/** @throws {TypeError} when they are not UTF-8 */
function textOfParts(parts: readonly Uint8Array[]): string {
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  return parts.map((part) => decoder.decode(part, { stream: true })).join("") + decoder.decode(EMPTY);
}
