/** `diff` as a user runs it: two nights of a folder, a backup and the app, for people and for programs. */
import assert from "node:assert/strict";
import { putNight } from "../../fixtures/files/night.ts";
import { tempDir } from "../../fixtures/files/temp_dir.ts";
import { runHere, runIn, variablesFor } from "../../fixtures/running/program_here.ts";
import { serveApp } from "../../fixtures/running/served_app.ts";
import { smallApp } from "../../fixtures/apps/small_app.ts";

const people = (...names: readonly string[]) =>
  smallApp({
    people: {
      columns: { name: "string", friend: "link_single people" },
      rows: names.map((name, i) => [name, i === 0 ? null : "[1,1]"]),
    },
    pets: { columns: {}, rows: [[]] },
  });

async function twoNights(dir: ReturnType<typeof tempDir>): Promise<void> {
  await putNight(dir.file("n1.sqlite"), { start: "2026-11-01T02:00:00.000Z", content: people("Ann", "Bob") });
  await putNight(dir.file("n2.sqlite"), { start: "2026-11-02T02:00:00.000Z", content: people("Ann", "Bobby", "Cleo") });
}

Deno.test("diff of two nights says what changed, with the rows behind links by name, and ends with 4", async () => {
  using dir = tempDir();
  await twoNights(dir);
  const { code, out, err } = await runIn(dir, ["diff", "n1.sqlite", "n2.sqlite"]);
  assert.deepEqual([code, err], [4, ""]);
  assert.equal(
    out,
    `From n1.sqlite (2026-11-01 02:00:00 UTC)
to   n2.sqlite (2026-11-02 02:00:00 UTC)

people: 1 changed, 1 added
  changed [1,2] "Bobby"
    name: "Bob" → "Bobby"
  added [1,3] "Cleo"
    name: "Cleo"
    friend: Ann [1,1]

pets: 1 added, 1 deleted
  deleted [2,3]
  added [2,4]
`,
  );
});

Deno.test("diff of what is equal says so, or with -q nothing, and ends with 0", async () => {
  using dir = tempDir();
  await twoNights(dir);
  const same = await runHere(["diff", `${dir.path}@-1`, dir.file("n1.sqlite")]);
  assert.equal(same.code, 0);
  assert.match(same.out, /\n\nNo differences\.\n$/);
  assert.deepEqual((await runIn(dir, ["diff", "-q", "n1.sqlite", "n1.sqlite"])).out, "");
});

Deno.test("diff --json has an object a line, the last of which says whether anything differs", async () => {
  using dir = tempDir();
  await twoNights(dir);
  const { code, out } = await runIn(dir, ["diff", "--json", "n1.sqlite", "n2.sqlite", "--table", "people"]);
  const lines = out.trimEnd().split("\n").map((line) => JSON.parse(line));
  assert.equal(code, 4);
  assert.deepEqual(lines.map(({ kind }) => kind), ["row", "row", "table", "end"]);
  assert.deepEqual(lines[1].cells, [
    { column: "name", old: null, new: "Cleo" },
    { column: "friend", old: null, new: "[1,1]" },
  ]);
  assert.deepEqual(lines.at(-1), { kind: "end", different: true, first: "n1.sqlite", second: "n2.sqlite" });
});

Deno.test("a terminal gets the first twenty rows of a table and their number", async () => {
  using dir = tempDir();
  const many = Array.from({ length: 30 }, (_, i) => `Person ${i}`);
  await putNight(dir.file("n1.sqlite"), { start: "2026-11-01T02:00:00.000Z", content: people() });
  await putNight(dir.file("n2.sqlite"), { start: "2026-11-02T02:00:00.000Z", content: people(...many) });
  const { out } = await runIn(dir, ["diff", "n1.sqlite", "n2.sqlite", "--table", "people"]);
  assert.match(out, /people: 30 added\n/);
  assert.equal(out.match(/^ {2}added /gm)?.length, 20);
  assert.match(out, /and 10 more rows; --json lists all/);
});

Deno.test("diff SOURCE live compares with the app as it is now", async () => {
  await using before = await serveApp(people("Ann", "Bob"));
  const { path } = await before.backup();
  await using now = await serveApp(people("Ann", "Rob"));
  const diff = (url: string, ...more: string[]) =>
    runHere(["diff", path, "live", ...more], { variables: variablesFor(url) });
  const changed = await diff(now.server.url);
  assert.equal(changed.code, 4, changed.err);
  assert.match(changed.out, /changed \[1,2\] "Rob"\n {4}name: "Bob" → "Rob"\n/);
  const same = await diff(before.server.url, "--no-media");
  assert.deepEqual([same.code, same.out.split("\n")[3]], [0, "No differences."]);
});

Deno.test("a table that is not there, or a flag that belongs to live, is refused before anything is compared", async () => {
  using dir = tempDir();
  await twoNights(dir);
  const table = await runIn(dir, ["diff", "n1.sqlite", "n2.sqlite", "--table", "peopel"]);
  assert.deepEqual([table.code, table.out], [2, ""]);
  assert.match(table.err, /no table 'peopel'.*\n.*'people'/);
  assert.equal((await runIn(dir, ["diff", "n1.sqlite", "n2.sqlite", "--no-media"])).code, 2);
  assert.equal((await runIn(dir, ["diff", "n1.sqlite"])).code, 2);
});

Deno.test("a row that a restore put back is known by its id map, and links to it are the same: diff and verify --live", async () => {
  using dir = tempDir();
  const all = people("Ann", "Bob");
  const content = {
    ...all,
    rows: new Map([...all.rows, [
      "people",
      [...all.rows.get("people") ?? []].with(1, {
        id: "2",
        cells: ["Bob", "[1,1]"],
      }),
    ]]),
  };
  await using before = await serveApp(content);
  const backup = await runHere(["backup", "-q", "-o", dir.path], { variables: variablesFor(before.server.url) });
  const left = new Map([...all.rows, ["people", (all.rows.get("people") ?? []).filter(({ id }) => id !== "1")]]);
  const withoutAnn = { ...all, rows: left };
  await using now = await serveApp(withoutAnn, { writable: true });
  const variables = variablesFor(now.server.url);
  const restored = await runHere(["restore", dir.path, "--missing", "--apply", "--yes", "-q"], { variables });
  assert.equal(restored.code, 0, restored.err);
  const { code, out } = await runHere(["diff", "-q", dir.path, "live", "--table", "people"], { variables });
  assert.equal(code, 4);
  assert.match(out, /^people: 1 back under a new id\n {2}came back \[1,1\] "Ann" as \[1,\d+\]\n$/);
  const live = await runHere(["verify", "-q", "--live", backup.out.trim()], { variables });
  assert.match(live.out, /^Row \[1,1\] "Ann" of table 'people' came back as \[1,\d+\]$/m);
  assert.equal(live.code, 4);
});
