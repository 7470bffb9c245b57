/** A row that is too large for one reply, read some columns at a time. */
import assert from "node:assert/strict";
import { openArchive } from "../../../lib/archive/open_archive.ts";
import type { FaultyCall } from "../../fixtures/faults/faults.ts";
import { smallApp } from "../../fixtures/apps/small_app.ts";
import { assertComplete, backupWith } from "../../fixtures/running/faulty_backup.ts";

const content = smallApp({
  wide: {
    columns: { a: "string", b: "string", c: "number" },
    rows: [["one", "two", 3n], ["four", "five", 6n]],
  },
});
const error = { type: "anvil.server.InternalError", message: "Payload too large (33801041)" };

/** Whether a call asks for all of these columns. */
const asksFor = ({ name, frame }: FaultyCall, ...columns: readonly string[]) =>
  name === "search.next_page" && columns.every((column) => JSON.stringify(frame).includes(`"${column}"`));

Deno.test("columns that are too large together are read apart, and the backup is complete", () =>
  backupWith(
    { onCall: (call) => asksFor(call, "a", "b") ? { error } : undefined },
    (outcome) => assertComplete(outcome, "consistent"),
    { content },
  ));

Deno.test("a cell that is too large even alone comes late, and the file says which one", () =>
  backupWith(
    { onCall: (call) => asksFor(call, "b") ? { error } : undefined },
    async ({ result }) => {
      assert.ok(result);
      using archive = await openArchive(result.path);
      const rows = archive.engine.query("SELECT a, b, c FROM wide ORDER BY rowid");
      assert.deepEqual(rows.map((row) => row.map(String)), [["one", "two", "3"], ["four", "five", "6"]]);
      const warnings = archive.engine.query("SELECT code, column_name, row_id FROM _anvil_warnings ORDER BY row_id");
      assert.deepEqual(warnings.map((row) => [...row]), [["late-cell", "b", "[1,1]"], ["late-cell", "b", "[1,2]"]]);
    },
    { content },
  ));
