/** `verify --live` as a user runs it: the file against the app as it is now. */
import assert from "node:assert/strict";
import { runHere, variablesFor } from "../fixtures/running/program_here.ts";
import { serveApp } from "../fixtures/running/served_app.ts";
import { smallApp } from "../fixtures/apps/small_app.ts";

const people = (third: string) =>
  smallApp({
    people: { columns: { name: "string" }, rows: [["Ann"], ["Bob"], [third]] },
    pets: { columns: {}, rows: [[]] },
  });

Deno.test("verify --live names the table and the row in which one cell has changed, and ends with 4", async () => {
  await using app = await serveApp(people("Cleo"));
  const { path } = await app.backup();
  await using changed = await serveApp(people("Cleo "));
  const verify = (url: string) => runHere(["verify", "--live", path], { variables: variablesFor(url) });
  const same = await verify(app.server.url);
  assert.equal(same.code, 0, same.err);
  const other = await verify(changed.server.url);
  assert.equal(other.code, 4, other.err);
  assert.match(other.out + other.err, /^Row \[1,3\] "Cleo" of table 'people' changed: name: "Cleo" → "Cleo "$/m);
  assert.doesNotMatch(other.out + other.err, /\[1,[12]\]|'pets'/);
});
