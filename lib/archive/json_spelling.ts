/**
 * Whether objects are spelled in a file as this program spells them. Two spellings may say the same and so have one
 * digest (`\u001f` and `\u001F`, `1e5` and `1E5`); one that this program does not write was changed by someone or
 * something. It only reads.
 */
import type { TablePlan } from "../ddl/archive_plan.ts";
import { canonicalJson, parseExact } from "../value/exact_json.ts";
import { type RowId, rowIdText } from "../value/row_id.ts";
import type { Engine, SqlValue } from "./engine.ts";
import { readRows } from "./row_reader.ts";

/** A cell that is spelled otherwise. */
export interface OddSpelling {
  readonly column: string;
  /** `[table,row]` */
  readonly row: string;
}

/** Finds such cells of a table. */
export function* oddSpellings(engine: Engine, plan: TablePlan): Iterable<OddSpelling> {
  const indexes = plan.columns.flatMap(({ column: { kind } }, index) =>
    kind === "simpleObject" || kind === "unknown" ? [index] : []
  );
  if (indexes.length === 0) return;
  const place = (id: RowId, i: number): OddSpelling => ({
    column: plan.columns[indexes[i] ?? -1]?.column.name ?? "",
    row: rowIdText(plan.tableId, id),
  });
  for (const { id, cells } of readRows(engine, plan, indexes)) {
    for (const [i, cell] of cells.entries()) if (!isWellSpelled(cell)) yield place(id, i);
  }
}

function isWellSpelled(cell: SqlValue): boolean {
  if (typeof cell !== "string") return cell === null;
  try {
    return canonicalJson(parseExact(cell)) === cell;
  } catch {
    return false;
  }
}
