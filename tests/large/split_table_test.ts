/** A table that is large enough to be read in parts. */
import { bigApp } from "../fixtures/apps/big_app.ts";
import { assertComplete, backupWith } from "../fixtures/running/faulty_backup.ts";

Deno.test("a large table with gaps is split: a page that waits for a later one comes all the same, and nothing is lost", () =>
  backupWith(
    // Of one range alone only one page would be under way, and its reply would wait for ever.
    { onCall: ({ name, n }) => name === "search.next_page" && n === 3 ? { hold: 1 } : undefined },
    (outcome) => assertComplete(outcome, "consistent"),
    { content: bigApp({ rows: 7_000, links: 0, media: 0 }) },
  ));
