/** Values near the largest that a message can hold, on their whole way. */
import assert from "node:assert/strict";
import { openArchive } from "../../lib/archive/open_archive.ts";
import { isObject, parseExact, stringifyExact } from "../../lib/json/exact_json.ts";
import { jsonObject } from "../../lib/json/json_object.ts";
import { runHere } from "../fixtures/running/program_here.ts";
import { serveApp } from "../fixtures/running/served_app.ts";
import { smallApp } from "../fixtures/apps/small_app.ts";

const LONG = `{"n":1.0,"text":"${"x".repeat(9 * 1_048_576)}"}`;
const app = () =>
  smallApp({ notes: { columns: { data: "simpleObject" }, rows: [[LONG], ['{"n":12345678901234567890}']] } });

Deno.test("a text of 9 MiB beside 1.0 in one object is backed up and drilled, and is equal", async () => {
  await using served = await serveApp(app());
  const { path, exitCode } = await served.backup();
  assert.equal(exitCode, 0);
  using copy = await openArchive(path);
  const [first] = copy.engine.query("SELECT data FROM notes ORDER BY rowid");
  assert.ok(first?.[0] === LONG);
  const drill = await runHere(["drill", path, "--quiet"]);
  assert.equal(drill.code, 0, drill.err.slice(0, 2_000));
  assert.match(drill.out, /2 rows, .*read back: equal;/);
});

Deno.test("… also in replies whose keys come in another order than the page scanner takes", async () => {
  const turned = (text: string) => {
    const frame = parseExact(text);
    assert.ok(isObject(frame));
    return stringifyExact(jsonObject(Object.entries(frame).reverse()));
  };
  let pages = 0;
  await using served = await serveApp(app(), {
    faults: {
      onCall: ({ name }) => name === "search.next_page" ? { reply: (text) => (pages++, turned(text)) } : undefined,
    },
  });
  const { path, exitCode } = await served.backup();
  assert.equal(exitCode, 0);
  assert.ok(pages > 0);
  using copy = await openArchive(path);
  assert.ok(copy.engine.query("SELECT data FROM notes ORDER BY rowid")[0]?.[0] === LONG);
});
