/**
 * Counts the rows of all tables of a file, and goes on where an earlier session stopped in each of them. It reads no
 * row.
 */
import type { ArchiveWriter } from "../../archive/making/archive_writer.ts";
import { countStored } from "../../archive/rows/row_reader.ts";
import type { TableLayout } from "../../ddl/archive_layout.ts";
import { countRows } from "../../tables/listing.ts";
import { tableReader } from "../../tables/read/table_reader.ts";
import { callRule, type Session } from "../../tables/session.ts";
import { type Patience, patiently } from "../../uplink/patience.ts";
import type { Pace } from "./pace.ts";
import { rangesLeft } from "./ranges_left.ts";
import { RowRange } from "./row_range.ts";
import { TableCopy } from "./table_copy.ts";

/** What counting needs from a run. */
interface StartContext extends Patience {
  readonly pace: Pace;
}

/** Tables to copy, and tables that the app does not have any more. */
interface StartedCopies {
  readonly copies: readonly TableCopy[];
  readonly gone: readonly TableLayout[];
}

/** Begins the copies of all tables, several at a time. */
export async function startCopies(
  session: Session,
  writer: ArchiveWriter,
  context: StartContext,
): Promise<StartedCopies> {
  const { connection, stack, listed } = session;
  const left = rangesLeft(writer);
  const start = async (plan: TableLayout): Promise<TableCopy | TableLayout> => {
    const table = listed.find(({ id }) => id === plan.tableId);
    if (table === undefined || table.capability === null) return plan;
    const { capability } = table;
    const count = () => countRows(connection, stack, capability);
    const counted = await patiently(`counting table '${table.name}'`, count, context, callRule(session));
    const known = left.get(plan.tableId);
    const reader = tableReader(table, plan.columns.map(({ column }) => column));
    return new TableCopy(
      plan,
      reader,
      counted,
      known ?? [new RowRange(null, null)],
      known === undefined ? 0 : countStored(writer.engine, plan),
    );
  };
  const copies: TableCopy[] = [];
  const gone: TableLayout[] = [];
  for (let from = 0, some: readonly TableLayout[] = []; from < writer.tables.length; from += some.length) {
    some = writer.tables.slice(from, from + context.pace.smallCalls);
    for (const started of await Promise.all(some.map(start))) {
      if (started instanceof TableCopy) copies.push(started);
      else gone.push(started);
    }
  }
  return { copies, gone };
}
