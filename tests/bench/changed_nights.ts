/**
 * Nights of one table for the bench: the first, and each later one with some rows changed, new and gone. The same ones in
 * every run.
 */
import { buildArchive } from "../../lib/archive/making/build_archive.ts";
import type { WritableRow } from "../../lib/archive/rows/row_writer.ts";
import { usualRow, usualSchema } from "./usual_rows.ts";

/** A table from night to night. */
export class ChangedNights {
  readonly rows: WritableRow[];
  readonly #count: number;
  #seed = 1;

  constructor(count: number) {
    this.#count = count;
    this.rows = Array.from({ length: count }, (_, row) => usualRow(row));
  }

  /** A number from 0 to before `limit`. */
  below(limit: number): number {
    this.#seed = this.#seed * 48_271 % 2_147_483_647;
    return Math.floor(this.#seed / 2_147_483_647 * limit);
  }

  /** Goes on to another night: 1 % changed in two cells, 0.05 % new, 0.02 % gone. */
  change(night: number): void {
    const [all, count] = [this.rows, this.#count];
    for (let k = 0; k < count / 100; k++) {
      const at = this.below(all.length);
      const row = all[at];
      if (row !== undefined) {
        all[at] = { id: row.id, cells: row.cells.with(5, `changed on night ${night}, ${k}`).with(4, BigInt(night)) };
      }
    }
    for (let k = 0; k < count / 5_000; k++) all.splice(this.below(all.length), 1);
    for (let k = 0; k < count / 2_000; k++) all.push(usualRow(2 * count + night * count + k));
  }

  /** Makes the file of a night; returns its size in MB. */
  async build(path: string, night: number): Promise<number> {
    await Deno.remove(path).catch(() => {});
    await buildArchive(path, {
      schema: usualSchema("books"),
      rows: new Map([["books", this.rows]]),
      media: [],
      provenance: [
        ["app_id", "BENCH"],
        ["backup_start", new Date(Date.UTC(2026, 0, 1 + night)).toISOString()],
        ["complete", "yes"],
        ["snapshot_kind", "consistent"],
      ],
    });
    return Deno.statSync(path).size / 1e6;
  }
}
