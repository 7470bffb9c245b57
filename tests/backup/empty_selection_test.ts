import assert from "node:assert/strict";
import { chooseTables } from "../../lib/backup/choose_tables.ts";
import type { ListedTable } from "../../lib/tables/listing.ts";
import { serveApp } from "../fixtures/running/served_app.ts";
import { smallApp } from "../fixtures/apps/small_app.ts";
import { runHere, variablesFor } from "../fixtures/running/program_here.ts";

const capability = { scope: [], mac: "", narrow: [] } as unknown as ListedTable["capability"];
const listed = (names: Readonly<Record<string, boolean>>): readonly ListedTable[] =>
  Object.entries(names).map(([name, isReadable], id) => ({
    name,
    id,
    viewKey: "",
    capability: isReadable ? capability : null,
  }));

const NOTHING = { code: "bad-selection", exitCode: 2, message: /^No table is selected/ };

Deno.test("chooseTables() refuses a selection that holds no table: exit 2", () => {
  const app = listed({ a: true, b: true });
  assert.throws(() => chooseTables(app, { only: [], exclude: ["a", "b"] }), NOTHING);
  assert.throws(() => chooseTables(app, { only: ["a"], exclude: ["a"] }), NOTHING);
});

Deno.test("chooseTables() refuses a selection of which nothing can be read: exit 12", () => {
  const app = listed({ a: true, b: false });
  const message = "This key may not read any table selected";
  assert.throws(() => chooseTables(app, { only: [], exclude: ["a"] }), { code: "not-readable", exitCode: 12, message });
  assert.throws(() => chooseTables(listed({ b: false }), { only: [], exclude: [] }), { exitCode: 12 });
});

Deno.test("chooseTables() has nothing to choose in an app without tables", () => {
  assert.deepEqual(chooseTables([], { only: [], exclude: [] }), []);
  assert.throws(() => chooseTables([], { only: ["a"], exclude: [] }), { code: "no-such-table", exitCode: 2 });
});

Deno.test("backup and restore of a selection that holds no table write nothing, and end with 2", async () => {
  await using app = await serveApp(smallApp({ a: { columns: { n: "number" }, rows: [[1n]] } }), { writable: true });
  const variables = variablesFor(app.server.url);
  const into = app.dir.file("none.sqlite");
  const backup = await runHere(["backup", "--exclude", "a", "-o", into], { variables });
  assert.deepEqual([backup.code, backup.out], [2, ""]);
  assert.match(backup.err, /^error: No table is selected: --exclude names all that are asked for\nhint: /m);
  assert.deepEqual(app.dir.names(), ["app.sqlite"]);
  const restore = await runHere(["restore", app.path, "--table", "a", "--exclude", "a"], { variables });
  assert.deepEqual([restore.code, restore.out], [2, ""]);
  assert.match(restore.err, /^error: No table is selected/m);
});

Deno.test("an app without tables is backed up truthfully: exit 0, with a warning on stderr and in the file", async () => {
  await using app = await serveApp(smallApp({}));
  const path = app.dir.file("none.sqlite");
  const { code, err } = await runHere(["backup", "-q", "-o", path], { variables: variablesFor(app.server.url) });
  assert.equal(code, 0);
  assert.match(err, /This app has no Data Tables, so the file holds no rows/);
  assert.match((await runHere(["inspect", path])).out, /1 warning:\n {2}This app has no Data Tables/);
  assert.equal((await runHere(["verify", path])).code, 0);
});
