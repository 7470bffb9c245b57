/** Cells that are larger than a message may be, whose way to the file is cut. */
import { smallApp } from "../fixtures/apps/small_app.ts";
import { changed } from "../fixtures/faults/changed_replies.ts";
import { assertIncomplete, backupWith } from "../fixtures/running/faulty_backup.ts";

const LARGE = smallApp({ notes: { columns: { text: "string" }, rows: [["x".repeat(17_000_000)]] } });

Deno.test("an export that is cut off within a cell: the cell is absent, never half a text", () =>
  backupWith({
    onCall: ({ name }) => name === "fetch_lazy_media" ? { media: { cutTo: 9_000_000 } } : undefined,
  }, (outcome) =>
    assertIncomplete(outcome, "absent-cell"), { content: LARGE }));

Deno.test("a search without its capability: the cell that needed it is absent, exit 3", () =>
  backupWith({
    onCall: ({ name }) =>
      name === "table.search" ? { reply: (text) => changed(text, (reply) => reply.objects = []) } : undefined,
  }, (outcome) =>
    assertIncomplete(outcome, "absent-cell"), { content: LARGE }));
