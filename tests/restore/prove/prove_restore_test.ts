/** What the proof of a restore finds when the app is changed before it is read back. */
import assert from "node:assert/strict";
import type { FaultyCall } from "../../fixtures/faults/faults.ts";
import type { Engine } from "../../../lib/sqlite/engine.ts";
import { smallApp } from "../../fixtures/apps/small_app.ts";
import { restoredApp } from "../../fixtures/running/restored_app.ts";

const PEOPLE = smallApp({ people: { columns: { name: "string" }, rows: [["Ann"], ["Bob"], ["Cleo"]] } });

/** Restores, while someone changes the app between the last commit and the first page that is read back. */
async function restoredWhile(change: (engine: Engine) => void) {
  let isCommitted = false;
  let isChanged = false;
  const onCall = ({ name, frame }: FaultyCall) => {
    if (name === "close_transaction") isCommitted ||= JSON.stringify(frame["args"]) === "[false]";
    if (!isCommitted || isChanged || name !== "search.next_page") return;
    isChanged = true;
    return { edit: change };
  };
  await using app = await restoredApp(PEOPLE, { faults: { onCall } });
  const { exitCode, proof } = await app.apply();
  return { exitCode, differing: proof.differing, differences: proof.differences };
}

Deno.test("a row that has gone since it was written is named, by its old and its new id: exit 3", async () => {
  const gone = (sql: string) => restoredWhile((engine) => engine.run(sql));
  for (const name of ["Bob", "Cleo"]) {
    const { exitCode, differing, differences } = await gone(`DELETE FROM people WHERE name = '${name}'`);
    assert.deepEqual([exitCode, differing], [3, 1]);
    assert.match(differences[0]?.message ?? "", /^Row \[1,[23]\] of table 'people', now \[1,\d+\], is not in the app$/);
    assert.match(differences[0]?.row ?? "", /^\[1,[23]\]$/);
  }
});

Deno.test("a row that came from elsewhere is named in a table that was empty: exit 3", async () => {
  const { exitCode, differences } = await restoredWhile((engine) =>
    engine.run("INSERT INTO people VALUES ('[1,9000]', 'Dora')")
  );
  assert.equal(exitCode, 3);
  assert.deepEqual(differences.map(({ table, row, message }) => [table, row, message]), [
    ["people", null, "Row [1,9000] of table 'people' in the app did not come from this restore"],
  ]);
});

Deno.test("a value that was changed since it was written is named with its column: exit 3", async () => {
  const { exitCode, differences } = await restoredWhile((engine) =>
    engine.run("UPDATE people SET name = 'Bobby' WHERE name = 'Bob'")
  );
  assert.equal(exitCode, 3);
  assert.match(differences[0]?.message ?? "", /^Row \[1,2\] of table 'people', .* the value in column 'name' differs/);
});
