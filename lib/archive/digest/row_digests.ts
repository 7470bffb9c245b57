/**
 * The canonical form of single cells, for telling which cells of two files differ. It only reads.
 */
import { createHash } from "node:crypto";
import type { TablePlan } from "../../ddl/archive_plan.ts";
import type { RowId } from "../../value/row_id.ts";
import { ByteBuffer } from "./byte_buffer.ts";
import { appendCell } from "./canonical.ts";
import { digestLookup, type DigestOptions } from "./compute_digests.ts";
import type { Engine } from "../../sqlite/engine.ts";
import { readRows } from "../rows/row_reader.ts";

/** Digests of the cells of one row, by column name. */
type CellDigests = ReadonlyMap<string, string>;

/** Digests of all cells of the rows with ids from `from` to `until`, both included. */
export function rowDigests(
  engine: Engine,
  plan: TablePlan,
  from: RowId,
  until: RowId,
  options: DigestOptions,
): ReadonlyMap<RowId, CellDigests> {
  using media = digestLookup(engine, options);
  const out = new ByteBuffer();
  const rows = new Map<RowId, CellDigests>();
  for (const { id, cells } of readRows(engine, plan, plan.columns.map((_, index) => index), { from, until })) {
    rows.set(
      id,
      new Map(plan.columns.map(({ column }, index) => {
        out.clear();
        appendCell(out, column.kind, cells[index] ?? null, media);
        return [column.name, createHash("sha256").update(out.bytes()).digest("hex")];
      })),
    );
  }
  return rows;
}
