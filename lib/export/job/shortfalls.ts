/**
 * What an export could not carry, and what its reader should know: gathered while rows pass, reported at the end and
 * kept in the export. Places are counted and only the first few are named, so that memory stays small.
 */

/** Why values are missing in an export: a text for one and for several. */
const SHORTFALLS = {
  "absent": ["value is not in the backup", "values are not in the backup"],
  "odd-value": ["value does not fit its column's type", "values do not fit their column's type"],
  "media-missing": ["file has no bytes in the backup", "files have no bytes in the backup"],
  "nul": ["value holds a NUL, which PostgreSQL cannot store", "values hold a NUL, which PostgreSQL cannot store"],
  "too-long": ["value is too long for the format, and is cut", "values are too long for the format, and are cut"],
  "media-too-large": ["file is too large for the format", "files are too large for the format"],
  "outside-link": ["link leads to another table than its column's", "links lead to another table than their column's"],
} as const;

/** One of {@link SHORTFALLS}. */
export type ShortfallReason = keyof typeof SHORTFALLS;

/** Values of one column that are missing for one reason. */
interface Shortfall {
  readonly reason: ShortfallReason;
  readonly table: string;
  readonly column: string;
  readonly count: number;
  /** Row ids of the first few. */
  readonly rows: readonly string[];
}

const NAMED = 10;

/** Collects what is missing. */
export class Shortfalls {
  readonly #missing = new Map<string, { readonly reason: ShortfallReason; readonly rows: string[]; count: number }>();
  readonly #places = new Map<string, readonly [table: string, column: string]>();
  readonly #notes = new Set<string>();
  readonly #lost = new Set<string>();

  /** Notes that a value of a row is missing. */
  add(reason: ShortfallReason, table: string, column: string, row: string): void {
    const key = JSON.stringify([reason, table, column]);
    let entry = this.#missing.get(key);
    if (entry === undefined) {
      entry = { reason, rows: [], count: 0 };
      this.#missing.set(key, entry);
      this.#places.set(key, [table, column]);
    }
    entry.count++;
    if (entry.rows.length < NAMED) entry.rows.push(row);
  }

  /** Notes in a sentence that something larger than a value is missing. */
  lose(sentence: string): void {
    this.#lost.add(sentence);
  }

  /** Notes in a sentence what a reader should know, when nothing is missing. */
  note(sentence: string): void {
    this.#notes.add(sentence);
  }

  /** Values that are missing. */
  get values(): readonly Shortfall[] {
    return [...this.#missing].map(([key, { reason, rows, count }]) => {
      const [table = "", column = ""] = this.#places.get(key) ?? [];
      return { reason, table, column, count, rows };
    });
  }

  /** Everything that is missing, in sentences. */
  get missing(): readonly string[] {
    const values = this.values.map(({ reason, table, column, count, rows }) => {
      const [one, several] = SHORTFALLS[reason];
      const more = count > rows.length ? ", and more" : "";
      return `Column '${column}' of table '${table}': ${count} ${count === 1 ? one : several} (row ${
        rows.join(", ")
      }${more})`;
    });
    return [...this.#lost, ...values];
  }

  /** What a reader should know, in sentences. */
  get notes(): readonly string[] {
    return [...this.#notes];
  }
}
