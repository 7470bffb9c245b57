/**
 * How two archives of one app differ: by digest first, by block where digests differ, by row only inside such blocks.
 * It only reads, and never holds more than the rows of one pair of blocks.
 */
import { type Catalogue, type CatalogueTable, isHeld } from "../archive/catalogue/catalogue.ts";
import { digestTable } from "../archive/digest/compute_digests.ts";
import type { Engine } from "../sqlite/engine.ts";
import { rowDigests } from "../archive/digest/row_digests.ts";
import { BLOCK_IDS, type BlockDigest } from "../archive/digest/table_digest.ts";
import { compareSchemas } from "../schema/drift.ts";
import { catalogueSchema } from "../archive/catalogue/catalogue.ts";
import { rowIdText } from "../value/row_id.ts";
import type { Finding } from "./finding.ts";

/** One side of a comparison. */
export interface Side {
  readonly engine: Engine;
  readonly catalogue: Catalogue;
}

/** What is compared. */
interface CompareOptions {
  /** Whether the bytes of media count; their names and types always do. */
  readonly media: boolean;
}

/** How `now` differs from `then`; columns are named where a row changed. */
export function* compareArchives(then: Side, now: Side, options: CompareOptions): Iterable<Finding> {
  for (const { table, message } of compareSchemas(catalogueSchema(then.catalogue), catalogueSchema(now.catalogue))) {
    yield { kind: "schema", table, row: null, message };
  }
  for (const before of then.catalogue.tables.filter(isHeld)) {
    const after = now.catalogue.tables.find(({ plan }) => plan.table.name === before.plan.table.name);
    if (after !== undefined && isHeld(after)) yield* compareTables(then, before, now, after, options);
  }
}

function* compareTables(
  then: Side,
  before: CatalogueTable,
  now: Side,
  after: CatalogueTable,
  options: CompareOptions,
): Iterable<Finding> {
  const old = digestTable(then.engine, before.plan, options);
  const fresh = digestTable(now.engine, after.plan, options);
  if (old.digest === fresh.digest) return;
  const name = before.plan.table.name;
  const counts = { added: 0, removed: 0, changed: 0 };
  for (const block of differingBlocks(old.blocks, fresh.blocks)) {
    const from = String(BigInt(block) * BigInt(BLOCK_IDS));
    const until = String(BigInt(block + 1) * BigInt(BLOCK_IDS) - 1n);
    const oldRows = rowDigests(then.engine, before.plan, from, until, options);
    const newRows = rowDigests(now.engine, after.plan, from, until, options);
    for (const [id, cells] of oldRows) {
      const row = rowIdText(before.plan.tableId, id);
      const other = newRows.get(id);
      if (other === undefined) {
        counts.removed++;
        yield { kind: "rows", table: name, row, message: `Row ${row} of table '${name}' is gone` };
        continue;
      }
      const columns = [...cells].filter(([column, digest]) => other.get(column) !== digest).map(([column]) =>
        `'${column}'`
      );
      if (columns.length === 0) continue;
      counts.changed++;
      yield {
        kind: "rows",
        table: name,
        row,
        message: `Row ${row} of table '${name}' changed in ${columns.join(", ")}`,
      };
    }
    for (const id of newRows.keys()) {
      if (oldRows.has(id)) continue;
      counts.added++;
      const row = rowIdText(before.plan.tableId, id);
      yield { kind: "rows", table: name, row, message: `Row ${row} of table '${name}' is new` };
    }
  }
  const { added, removed, changed } = counts;
  if (added + removed + changed === 0) return;
  const message = `Table '${name}': ${added} rows added, ${removed} removed, ${changed} changed`;
  yield { kind: "rows", table: name, row: null, message };
}

function differingBlocks(old: readonly BlockDigest[], fresh: readonly BlockDigest[]): readonly number[] {
  const hex = (blocks: readonly BlockDigest[]) => new Map(blocks.map(({ block, digest }) => [block, digest.toHex()]));
  const [before, after] = [hex(old), hex(fresh)];
  return [...new Set([...before.keys(), ...after.keys()])]
    .filter((block) => before.get(block) !== after.get(block))
    .sort((a, b) => a - b);
}
