/** Tables at the limit of what SQLite reads at once, and one column beyond it. */
import assert from "node:assert/strict";
import { MAX_COLUMNS } from "../../lib/ddl/lay_out_archive.ts";
import type { Cell } from "../../lib/value/cell.ts";
import { smallApp } from "../fixtures/apps/small_app.ts";
import { runHere, variablesFor } from "../fixtures/running/program_here.ts";
import { q, served } from "../fixtures/serving/serve_client.ts";
import { serveApp } from "../fixtures/running/served_app.ts";

const TYPES = ["number", "string", "bool", "simpleObject", "datetime"] as const;
const CELLS: readonly Cell[] = [1.5, "text", 1n, '{"a":1.0}', "2027-01-02T03:04:05.000000+00:00"];

/** A table of so many columns, with two rows, beside one that is nothing special. */
function wide(columns: number) {
  const names = Array.from({ length: columns }, (_, i) => `c${i}`);
  return smallApp({
    wide: {
      columns: Object.fromEntries(names.map((name, i) => [name, TYPES[i % TYPES.length] ?? "string"])),
      rows: [names.map((_, i) => CELLS[i % CELLS.length] ?? null), names.map(() => null)],
    },
    other: { columns: { name: "string" }, rows: [["a"]] },
  });
}

Deno.test("a table of the most columns that a file can hold is backed up, verified, inspected, drilled and merged", async () => {
  await using app = await serveApp(wide(MAX_COLUMNS), { writable: true });
  const variables = variablesFor(app.server.url);
  const path = app.dir.file("copy.sqlite");
  for (
    const args of [
      ["backup", "-o", path],
      ["verify", path],
      ["verify", path, "--live"],
      ["inspect", path],
      ["drill", path],
      ["restore", path, "--table", "wide", "--merge", "c1", "--apply", "--yes"],
      ["schema", path, "-o", app.dir.file("empty.sqlite")],
    ]
  ) {
    const { code, err } = await runHere(args, { variables });
    assert.equal(code, 0, `${args[0]}: ${err.slice(0, 2_000)}`);
  }
});

Deno.test("a table of one column more is refused with a sentence, and left out with --exclude", async () => {
  const oneMore = { id: "more", name: "more", type: "string", table_id: null, client_hidden: null };
  const widened = (text: string) => {
    const frame = JSON.parse(text);
    return JSON.stringify({ ...frame, response: [...frame.response, oneMore] });
  };
  await using app = await serveApp(wide(MAX_COLUMNS), {
    faults: { onCall: ({ name, n }) => name === "table.list_columns" && n % 2 === 1 ? { reply: widened } : undefined },
  });
  const variables = variablesFor(app.server.url);
  const path = app.dir.file("copy.sqlite");
  const refused = await runHere(["backup", "-q", "-o", path], { variables });
  assert.deepEqual(refused, {
    code: 2,
    out: "",
    err:
      `error: Cannot lay out table "wide": it has 1999 columns\nhint: SQLite reads 2000 columns at once, two of which are ` +
      "the row's ids, so that 1998 are left: leave the table out with --exclude\n",
  });
  assert.deepEqual(app.dir.names(), ["app.sqlite"]);
  const { code, err } = await runHere(["backup", "-q", "-o", path, "--exclude", "wide"], { variables });
  assert.deepEqual([code, err], [0, ""]);
});

Deno.test("the widest table there is is ordered by several columns, page by page", async () => {
  const names = Array.from({ length: MAX_COLUMNS }, (_, i) => `c${i}`);
  const rows = [[2, 1], [1, 2], [1, 1], [2, 2]].map(([a = 0, b = 0]) =>
    names.map((_, i) => i === 0 ? BigInt(a) : i === 1 ? BigInt(b) : null)
  );
  const content = smallApp({ wide: { columns: Object.fromEntries(names.map((name) => [name, "number"])), rows } });
  await using serving = await served({}, content);
  const table = await serving.client.table("wide");
  for (const size of [1, 3]) {
    const terms = [q.order_by("c0"), q.order_by("c1", false), q.page_size(size)];
    assert.deepEqual((await serving.client.column(table, "c0", terms)).map(Number), [1, 1, 2, 2]);
    assert.deepEqual((await serving.client.column(table, "c1", terms)).map(Number), [2, 1, 2, 1]);
  }
});
