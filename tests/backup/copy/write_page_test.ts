/** Values that do not fit their column: kept as JSON where the file has a place for text, else left out, and told. */
import assert from "node:assert/strict";
import { openArchive } from "../../../lib/archive/open_archive.ts";
import { smallApp } from "../../fixtures/apps/small_app.ts";
import { backupWith } from "../../fixtures/running/faulty_backup.ts";

const content = smallApp({
  odd: {
    columns: { text: "string", number: "number", flag: "bool" },
    rows: [["TEXT", 424_242n, 1n]],
  },
});

/** A server that sends other values in the place of those. */
const reply = (text: string) =>
  text.replace('"TEXT"', "[1,2]").replace("424242", '"many"').replace(/\btrue\b/, '"yes"').replace(
    '"2024-02-29"',
    "17",
  );

Deno.test("values of another type than their column's are kept as JSON where text has a place, and told each", () =>
  backupWith(
    { onCall: ({ name }) => name === "search.next_page" ? { reply } : undefined },
    async ({ result }) => {
      assert.ok(result);
      using archive = await openArchive(result.path);
      assert.deepEqual(archive.engine.query("SELECT text, number, flag FROM odd").map((row) => [...row]), [
        ["[1,2]", '"many"', null],
      ]);
      const warnings = archive.engine.query(
        "SELECT code, column_name, row_id, message FROM _anvil_warnings ORDER BY rowid",
      );
      assert.deepEqual(warnings.map((row) => row.slice(0, 3)), [
        ["odd-value", "text", "[1,1]"],
        ["odd-value", "number", "[1,1]"],
        ["odd-value", "flag", "[1,1]"],
      ]);
      const told = warnings.map(([, , , message]) => String(message));
      assert.match(told[1] ?? "", /number.*"many"$/);
      assert.match(told[2] ?? "", /bool.*empty.*"yes"$/);
    },
    { content },
  ));
