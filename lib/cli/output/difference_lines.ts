/**
 * Differences for a terminal: the two sides first, then for each table its numbers and its first rows with their cells.
 */
import type { ArchiveDifference, DiffSide, TableTotals } from "../../diff/archives/compare_archives.ts";
import { changedCellText, rowText, totalsText } from "../../diff/archives/difference_text.ts";
import type { RowChange, RowFate } from "../../diff/archives/row_changes.ts";
import { plainText } from "../../ui/text/plain_text.ts";
import type { Terminal } from "../terminal/terminal.ts";

/** Rows of a table that are shown; `--json` has all. */
const ROWS = 20;
/** Cells that are shown of a row that is new or gone; of other rows all that differ are shown. */
const CELLS = 6;

const FATES: Readonly<Record<RowFate, string>> = {
  added: "added",
  deleted: "deleted",
  changed: "changed",
  returned: "came back",
};

/** Writes differences as they come. */
export class DifferenceText {
  readonly #terminal: Terminal;
  readonly #nameOf: (link: string) => string;
  /** Lines of the table that is being compared; they wait, since its numbers are printed before them. */
  #lines: string[] = [];
  #rows = 0;
  #wroteBefore = false;

  constructor(terminal: Terminal, nameOf: (link: string) => string) {
    this.#terminal = terminal;
    this.#nameOf = nameOf;
  }

  /** Says which two are compared. */
  begin(a: DiffSide & { readonly name: string }, b: DiffSide & { readonly name: string }): void {
    this.#write(`From ${sideText(a)}`, `to   ${sideText(b)}`);
  }

  /** Says that nothing differs. */
  equal(): void {
    this.#paragraph("No differences.");
  }

  add(difference: ArchiveDifference): void {
    switch (difference.kind) {
      case "schema":
      case "not-compared":
        return this.#paragraph(difference.message);
      case "row":
        return this.#row(difference);
      case "table":
        return this.#table(difference);
    }
  }

  #row(change: RowChange): void {
    if (this.#rows++ >= ROWS) return;
    const isWhole = change.change === "added" || change.change === "deleted";
    const cells = isWhole ? change.cells.slice(0, CELLS) : change.cells;
    const more = change.cells.length - cells.length;
    this.#lines.push(
      `  ${FATES[change.change]} ${rowText(change)}${change.newRow === null ? "" : ` as ${change.newRow}`}`,
      ...cells.map((cell) => `    ${changedCellText(cell, change.change, this.#nameOf)}`),
      ...(more > 0 ? [`    and ${more} more`] : []),
    );
  }

  #table(totals: TableTotals): void {
    const more = this.#rows - ROWS;
    this.#paragraph(
      `${totals.table}: ${totalsText(totals)}`,
      ...this.#lines,
      ...(more > 0 ? [`  and ${more} more rows; --json lists all`] : []),
    );
    this.#lines = [];
    this.#rows = 0;
  }

  #paragraph(...lines: readonly string[]): void {
    if (this.#wroteBefore) this.#terminal.out("\n");
    this.#write(...lines);
  }

  #write(...lines: readonly string[]): void {
    this.#wroteBefore = true;
    for (const line of lines) this.#terminal.out(`${plainText(line)}\n`);
  }
}

function sideText({ name, catalogue: { provenance } }: DiffSide & { readonly name: string }): string {
  const start = provenance.get("backup_start");
  return typeof start === "string" ? `${name} (${start.replace("T", " ").replace(/\.\d+Z$/, " UTC")})` : name;
}
