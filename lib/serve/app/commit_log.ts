/**
 * Which rows each commit changed. It is kept while a transaction is open that may conflict with them. It holds numbers
 * of tables and rows, and no values.
 */
import type { RowId } from "../../value/row_id.ts";

/** Rows that a commit changed or deleted, by table id. New rows are not listed. */
export class Changes {
  readonly #rows = new Map<number, Set<RowId> | "all">();

  /** Whether nothing was changed. */
  get isEmpty(): boolean {
    return this.#rows.size === 0;
  }

  /** Ids of tables in which anything was changed, new rows included. */
  get tables(): Iterable<number> {
    return this.#rows.keys();
  }

  /** Notes a changed row, or all rows; null means that a table has new rows. */
  add(tableId: number, row: RowId | "all" | null): void {
    const known = this.#rows.get(tableId) ?? new Set();
    if (row !== null && known !== "all" && row !== "all") known.add(row);
    this.#rows.set(tableId, row === "all" ? row : known);
  }

  /** Whether a row was changed or deleted. `all` asks about every row that existed before. */
  has(tableId: number, row: RowId | "all" | null): boolean {
    const known = this.#rows.get(tableId);
    if (known === undefined || row === null) return false;
    return known === "all" || (row === "all" ? known.size > 0 : known.has(row));
  }
}

/** Commits in their order, kept while somebody needs them. */
export class CommitLog {
  #forgotten = 0;
  #commits: Changes[] = [];
  #watchers = 0;

  /** Number of commits so far. */
  get count(): number {
    return this.#forgotten + this.#commits.length;
  }

  /** Starts keeping commits. It ends after as many calls of {@link release}. */
  watch(): void {
    this.#watchers++;
  }

  /** Ends a {@link watch}. */
  release(): void {
    this.#watchers--;
    if (this.#watchers > 0) return;
    this.#forgotten += this.#commits.length;
    this.#commits = [];
  }

  /** Notes a commit. */
  add(changes: Changes): void {
    if (changes.isEmpty) return;
    if (this.#watchers > 0) this.#commits.push(changes);
    else this.#forgotten++;
  }

  /** Commits after the first `count`. */
  since(count: number): readonly Changes[] {
    return this.#commits.slice(count - this.#forgotten);
  }
}
