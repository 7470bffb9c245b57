/** Cells that are larger than any reply: in the file all the same, or absent and said to be; never a text in their place. */
import assert from "node:assert/strict";
import { absentCells } from "../../../lib/archive/catalogue/absent_cells.ts";
import { readWarnings } from "../../../lib/archive/catalogue/catalogue.ts";
import { openArchive } from "../../../lib/archive/open_archive.ts";
import type { Cell } from "../../../lib/value/cell.ts";
import { smallApp } from "../../fixtures/apps/small_app.ts";
import { smallMessages } from "../../fixtures/faults/small_messages.ts";
import { assertComplete, assertIncomplete, backupWith, type Outcome } from "../../fixtures/running/faulty_backup.ts";

/** More than this server's messages hold; `tests/soak` has cells of more than 16 MiB. */
const LARGE = 50_000;
const LIMIT = 20_000;
const TEXT = `"é,\n'${"x".repeat(LARGE)}`;
const OBJECT = `{"a":1.0,"b":12345678901234567890123,"long":"${"y".repeat(LARGE)}"}`;

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

Deno.test("cells larger than a message are read as CSV after all rows, exactly, and the file says so", () =>
  backupWith(smallMessages(LIMIT), async (outcome) => {
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

Deno.test("cells that cannot be had are NULL and listed, the backup is incomplete, and the file verifies", () =>
  backupWith(
    smallMessages(LIMIT, {
      onCall: ({ name }) =>
        name === "search.to_csv" ? { error: { type: "anvil.tables.TableError", message: "No CSV" } } : undefined,
    }),
    async (outcome) => {
      await assertIncomplete(outcome, "absent-cell");
      assert.deepEqual(await cellsOf(outcome), [["short", '{"a":1}'], [null, null], [null, null]]);
      using file = await openArchive(outcome.result?.path ?? "");
      assert.deepEqual(absentCells(file.engine).map(({ row, column }) => [row, column]), [
        ["2", "text"],
        ["2", "object"],
        ["3", "text"],
      ]);
    },
    { content },
  ));

Deno.test("a cell that is small by then, or in a row that is gone, is not taken from what the export says", () =>
  backupWith(
    smallMessages(LIMIT, {
      onCall: ({ name, n }) =>
        name === "search.to_csv" && n === 1
          ? {
            edit: (engine) =>
              engine.exec("UPDATE notes SET text = '' WHERE rowid = 2; DELETE FROM notes WHERE rowid = 3"),
          }
          : undefined,
    }),
    async (outcome) => {
      await assertIncomplete(outcome, "absent-cell");
      const cells = await cellsOf(outcome);
      assert.equal(cells[1]?.[0], null);
      assert.ok(cells[1]?.[1] === OBJECT);
      assert.equal(cells[2]?.[0], null);
    },
    { content, serve: { writable: true } },
  ));
