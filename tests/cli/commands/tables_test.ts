/** `tables` as a user runs it: what the live app holds, for people and for programs. */
import assert from "node:assert/strict";
import { sampleApp } from "../../../lib/demo/sample_app.ts";
import { smallApp } from "../../fixtures/apps/small_app.ts";
import { runHere, variablesFor } from "../../fixtures/running/program_here.ts";
import { serveApp } from "../../fixtures/running/served_app.ts";

Deno.test("tables lists rows, columns and links of each table", async () => {
  await using app = await serveApp(sampleApp());
  const { code, out, err } = await runHere(["tables"], { variables: variablesFor(app.server.url) });
  assert.deepEqual([code, err], [0, ""]);
  assert.equal(
    out,
    `TABLE      ROWS  COLUMNS  LINKS TO
authors       6        3  authors
books        11        7  authors, books
customers    40        5  books
orders      150        6  customers, books
`,
  );
});

Deno.test("tables says which tables the key may not read, instead of how many rows they have", async () => {
  await using app = await serveApp(smallApp({
    secret: { columns: { x: "string" }, rows: [["hidden"]], server: "none" },
    open: { columns: { x: "string" }, rows: [["seen"]] },
  }));
  const { code, out } = await runHere(["tables"], { variables: variablesFor(app.server.url) });
  assert.equal(code, 0);
  assert.match(out, /^secret +not readable$/m);
  assert.match(out, /^open +1 +1$/m);
});

Deno.test("tables --json gives one document with every column and its kind, tables by name", async () => {
  await using app = await serveApp(smallApp({
    pets: { columns: { name: "string", owner: "link_single people" }, rows: [["Rex", null]] },
    people: { columns: {}, rows: [] },
  }));
  const { out } = await runHere(["tables", "--json"], { variables: variablesFor(app.server.url) });
  assert.deepEqual(JSON.parse(out).tables, [
    { name: "people", id: 2, readable: true, rows: 0, columns: [], links: [] },
    {
      name: "pets",
      id: 1,
      readable: true,
      rows: 1,
      columns: [{ name: "name", type: "string", target: null }, {
        name: "owner",
        type: "link_single",
        target: "people",
      }],
      links: ["people"],
    },
  ]);
});

Deno.test("tables of an app without tables says that there are none", async () => {
  await using app = await serveApp(smallApp({}));
  const { code, out } = await runHere(["tables"], { variables: variablesFor(app.server.url) });
  assert.deepEqual([code, out], [0, "The app has no tables.\n"]);
});
