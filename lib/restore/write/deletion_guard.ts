/**
 * Guards the rows that a deletion was not meant for. Links may delete rows of other tables too, and no listing says so.
 * It counts the rows of all tables inside the transaction, before the first deletion and at its end. If more is gone
 * than planned, the transaction is rolled back.
 */
import { AnvilSqliteError } from "../../errors.ts";
import { countRows, type ListedTable } from "../../tables/listing.ts";
import type { CallPlace } from "../../tables/write/write_rows.ts";
import { RemoteError } from "../../uplink/uplink_errors.ts";
import { countOf } from "../../ui/text/count.ts";

/** Tables that are counted at the same time. */
const IN_FLIGHT = 8;

/** Counts of the rows of all tables, by table id. */
export type RowCounts = ReadonlyMap<number, number>;

/** Counts the rows of all readable tables, in the transaction of a place. */
export async function countAllRows(place: CallPlace, listed: readonly ListedTable[]): Promise<RowCounts> {
  const counts = new Map<number, number>();
  const waiting = [...listed];
  const work = async () => {
    for (let table = waiting.pop(); table !== undefined; table = waiting.pop()) {
      if (table.capability === null) continue;
      counts.set(table.id, await countRows(place.connection, place.stack, table.capability));
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, work));
  return counts;
}

/** What a group was planned to add to a table and to delete from it. */
interface PlannedChange {
  readonly added: number;
  readonly deleted: number;
}

/**
 * Checks that no table has lost more than was planned.
 * @throws {AnvilSqliteError} `more-deleted` (exit 1); the caller rolls back
 */
export function checkDeletions(
  listed: readonly ListedTable[],
  before: RowCounts,
  after: RowCounts,
  planned: ReadonlyMap<number, PlannedChange>,
): void {
  const lost = listed.flatMap(({ id, name }) => {
    const change = planned.get(id) ?? { added: 0, deleted: 0 };
    const beyond = (before.get(id) ?? 0) + change.added - change.deleted - (after.get(id) ?? 0);
    return beyond > 0 ? [`${countOf(beyond, "row")} of table '${name}'`] : [];
  });
  if (lost.length === 0) return;
  throw new AnvilSqliteError(
    `Deleting would take along what the plan did not name: ${
      lost.join(", ")
    }. A link there deletes its row with the row ` +
      "that it leads to",
    {
      code: "more-deleted",
      hint:
        "Nothing of this step was kept. Set 'on delete' of that link to 'Set to None' in the Anvil editor, or name " +
        "those tables too.",
    },
  );
}

/** Turns the server's refusal to delete a linked row into an error that says so. */
export function deletionRefused(name: string, holders: readonly string[], cause: unknown): AnvilSqliteError {
  const held = holders.length === 0 ? "" : `: ${holders.join(", ")}`;
  return new AnvilSqliteError(
    `The app does not let rows of table '${name}' be deleted, since others link to them${held}`,
    {
      code: "deletion-refused",
      hint: "The link restricts deletions: change those rows, or its 'on delete' setting in the Anvil editor.",
      cause,
    },
  );
}

/** How the server says that rows cannot be deleted because of others. */
const RESTRICTION = /link to them|still referenced|violates|restrict/i;

/** Whether the server refused to delete rows because others link to them. */
export function isRestriction(error: unknown): boolean {
  return error instanceof RemoteError && error.code === "remote-error" && RESTRICTION.test(error.remoteMessage);
}
