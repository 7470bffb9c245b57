/** Cells of more than 16 MiB, at full size. */
import assert from "node:assert/strict";
import { readWarnings } from "../../lib/archive/catalogue/catalogue.ts";
import { openArchive } from "../../lib/archive/open_archive.ts";
import type { Cell } from "../../lib/value/cell.ts";
import { smallApp } from "../fixtures/apps/small_app.ts";
import { assertComplete, backupWith, type Outcome } from "../fixtures/running/faulty_backup.ts";

/** Above 16 MiB, which no message may have. */
const LARGE = 17_000_000;
const TEXT = `"é,\n'${"x".repeat(LARGE)}`;
const OBJECT = `{"a":1,"long":"${"y".repeat(LARGE)}"}`;

const content = smallApp({
  notes: {
    columns: { title: "string", text: "string", object: "simpleObject", size: "number" },
    rows: [["small", "short", '{"a":1}', 1n], ["large", TEXT, OBJECT, 2n], [null, TEXT, null, 3.5]],
  },
});

async function cellsOf({ result }: Outcome): Promise<readonly Cell[][]> {
  using file = await openArchive(result?.path ?? "");
  return file.engine.query("SELECT text, object FROM notes ORDER BY rowid") as Cell[][];
}

Deno.test("cells of more than 16 MiB are read as CSV after all rows, exactly, and the file says so", () =>
  backupWith({}, async (outcome) => {
    await assertComplete(outcome, "consistent");
    const cells = await cellsOf(outcome);
    assert.deepEqual(cells[0], ["short", '{"a":1}']);
    assert.ok(cells[1]?.[0] === TEXT && cells[1]?.[1] === OBJECT && cells[2]?.[0] === TEXT, "equal texts");
    using file = await openArchive(outcome.result?.path ?? "");
    assert.deepEqual(readWarnings(file.engine).map(({ code, row, column }) => [code, row, column]), [
      ["late-cell", "[1,2]", "text"],
      ["late-cell", "[1,2]", "object"],
      ["late-cell", "[1,3]", "text"],
    ]);
  }, { content }));
