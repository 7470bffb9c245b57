/** What a plan says, and what is refused before anything is written. */
import assert from "node:assert/strict";
import type { ArchiveContent } from "../../../lib/archive/making/build_archive.ts";
import { sampleApp } from "../../../lib/demo/sample_app.ts";
import { type RestoreSelection, WHOLE } from "../../../lib/restore/job/restore_options.ts";
import { runHere, variablesFor } from "../../fixtures/running/program_here.ts";
import { emptied, restoredApp } from "../../fixtures/running/restored_app.ts";
import { GROUP_ROWS, shortGroupsApp } from "../../fixtures/running/short_groups.ts";
import { smallApp, type SmallTable } from "../../fixtures/apps/small_app.ts";

const EMPTY = { rows: [] } as const;

/** Gaps between an archive and an app, of one table each. */
async function gaps(archive: Record<string, SmallTable>, app: Record<string, SmallTable>) {
  await using restored = await restoredApp(smallApp(archive), { into: smallApp(app) });
  const plan = await restored.plan();
  return { messages: plan.gaps.map(({ message }) => message), text: plan.closingSchema };
}

Deno.test("a plan counts what is to be done, table by table, and estimates how long it takes", async () => {
  await using app = await restoredApp(sampleApp());
  const { tables, rows, media, links, gaps, losses, estimateMs, app: name, sameApp } = await app.plan();
  assert.deepEqual(tables.map(({ name, inserts }) => [name, inserts]), [
    ["authors", 6],
    ["books", 11],
    ["customers", 40],
    ["orders", 150],
  ]);
  assert.deepEqual([rows, media, links, gaps, losses, name, sameApp], [207, 11, 532, [], [], "OTHERAPP", false]);
  assert.ok(estimateMs > 0 && estimateMs < 1_000);
});

Deno.test("a table that the app lacks is a gap, with the text that closes it", async () => {
  const { messages, text } = await gaps(
    { people: { columns: { name: "string", boss: "link_single people" }, ...EMPTY } },
    { other: { columns: {}, ...EMPTY } },
  );
  assert.deepEqual(messages, ['Table "people" is not in the app']);
  assert.equal(
    text,
    `db_schema:
  people:
    client: "none"
    columns:
    - name: "name"
      type: "string"
    - name: "boss"
      target: "people"
      type: "link_single"
    server: "full"
`,
  );
});

Deno.test("a column that the app lacks is a gap; one that the app has beyond it is not, and stays in the text", async () => {
  const { messages, text } = await gaps(
    { people: { columns: { name: "string", age: "number" }, ...EMPTY } },
    { people: { columns: { name: "string", phone: "string" }, ...EMPTY } },
  );
  assert.deepEqual(messages, ['Column "age" of table "people" is not in the app']);
  assert.match(text, /name: "age"\n.*type: "number"\n.*name: "phone"/s);
});

Deno.test("a column of another type is a gap", async () => {
  const { messages } = await gaps(
    { people: { columns: { age: "number" }, ...EMPTY } },
    { people: { columns: { age: "string" }, ...EMPTY } },
  );
  assert.deepEqual(messages, ['Column "age" of table "people" is number in the file, string in the app']);
});

Deno.test("a link whose target was deleted in the app, or leads elsewhere, is a gap", async () => {
  const linked = { people: { columns: { boss: "link_single people" }, ...EMPTY }, pets: { columns: {}, ...EMPTY } };
  const elsewhere = { people: { columns: { boss: "link_single pets" }, ...EMPTY }, pets: { columns: {}, ...EMPTY } };
  assert.deepEqual((await gaps(linked, elsewhere)).messages, [
    'Column "boss" of table "people" links to table "people" in the file, to table "pets" in the app',
  ]);
  const deleted = { pets: { columns: { owner: "link_single people" }, ...EMPTY } };
  const { messages } = await gaps({ ...linked, pets: deleted.pets }, deleted);
  assert.deepEqual(messages[0], 'Table "people" is not in the app');
});

Deno.test("a table without access for server code is a gap, which no db_schema text closes by itself", async () => {
  const { messages, text } = await gaps(
    { people: { columns: { name: "string" }, ...EMPTY } },
    { people: { columns: { name: "string" }, ...EMPTY, server: "none" } },
  );
  assert.deepEqual(messages, ["Server code may not use table 'people': its access is 'none'"]);
  assert.equal(text, "");
});

const FAMILY: ArchiveContent = smallApp({
  people: {
    columns: { name: "string", boss: "link_single people", pets: "link_multiple pets" },
    rows: [["Ann", null, null], ["Bob", "[1,1]", `["[2,4]"]`], ["Cy", "[1,2]", null]],
  },
  pets: { columns: { name: "string" }, rows: [["Rex"], ["Tom"]] },
});

/** What a selection inserts, by table, and which losses it has. */
async function selected(selection: Partial<RestoreSelection>) {
  await using app = await restoredApp(FAMILY);
  const { tables, losses } = await app.plan({ selection: { ...WHOLE, ...selection } });
  return { tables: tables.map(({ name, inserts }) => [name, inserts]), losses: losses.map(({ code }) => code) };
}

Deno.test("--table, --exclude, --row and --where choose rows, and links to others are reported", async () => {
  assert.deepEqual(await selected({ only: ["pets"] }), { tables: [["pets", 2]], losses: [] });
  assert.deepEqual(await selected({ exclude: ["pets"] }), { tables: [["people", 3]], losses: ["unselected-link"] });
  assert.deepEqual(await selected({ rows: ["[1,2]"] }), {
    tables: [["people", 1]],
    losses: ["unselected-link", "unselected-link"],
  });
  assert.deepEqual(await selected({ only: ["pets"], where: "name LIKE 'R%' -- whose name" }), {
    tables: [["pets", 1]],
    losses: [],
  });
});

Deno.test("--with-links brings along what chosen rows link to, and what these link to", async () => {
  assert.deepEqual(await selected({ rows: ["[1,3]"], withLinks: true }), {
    tables: [["people", 3], ["pets", 1]],
    losses: [],
  });
  assert.deepEqual(await selected({ rows: ["[1,3]"], withLinks: true, exclude: ["pets"] }), {
    tables: [["people", 3]],
    losses: ["unselected-link"],
  });
});

for (
  const [what, selection, message] of [
    ["a table that is not there", { only: ["cats"] }, "The backup has no table 'cats'"],
    ["a row that is not there", { rows: ["[1,99]"] }, "The backup has no row [1,99] among the tables chosen"],
    ["a row id that is none", { rows: ["99"] }, "'99' is not a row id"],
    ["SQL that is none", { only: ["pets"], where: "name LIKE" }, "SQLite cannot follow --where"],
    ["SQL without a table", { where: "1" }, "'--where' needs one table to look in"],
    ["--row and --where together", { rows: ["[1,1]"], where: "1" }, "'--row' and '--where' exclude each other"],
  ] as const
) {
  Deno.test(`a selection of ${what} is refused`, async () => {
    await assert.rejects(
      selected(selection),
      (error: Error & { exitCode?: number }) => error.message.includes(message) && error.exitCode === 2,
    );
  });
}

Deno.test("--where cannot write, attach or load anything: the archive is open for reading only", async () => {
  await assert.rejects(selected({ only: ["pets"], where: "1); DELETE FROM pets; --" }), { exitCode: 2 });
  await assert.rejects(selected({ only: ["pets"], where: "load_extension('x')" }), { exitCode: 2 });
});

Deno.test("--replace with single rows is refused: it would delete the rest", async () => {
  await using app = await restoredApp(FAMILY);
  await assert.rejects(app.plan({ mode: "replace", selection: { ...WHOLE, rows: ["[1,1]"] } }), {
    code: "bad-selection",
    exitCode: 2,
  });
});

Deno.test("an archive that has nothing of a table the app has leaves it alone", async () => {
  const content = smallApp({ people: { columns: { name: "string" }, rows: [["Ann"]] } });
  const into = smallApp({
    people: { columns: { name: "string" }, rows: [] },
    other: { columns: { x: "string" }, rows: [["stays"]] },
  });
  await using app = await restoredApp(content, { into });
  await app.apply();
  assert.deepEqual(await app.rows("other"), [["stays"]]);
});

Deno.test("planning asks the app for as little as it can: an empty target is counted, not read", async () => {
  const calls: string[] = [];
  const content = smallApp({ people: { columns: { name: "string" }, rows: [["Ann"]] } });
  await using app = await restoredApp(content, {
    into: emptied(content),
    faults: { onCall: ({ name }) => void calls.push(name) },
  });
  await app.plan();
  assert.deepEqual(calls, [
    "open_transaction",
    "get_app_tables",
    "table.list_columns",
    "get_app_origin",
    "close_transaction",
    "search.get_length",
    // Of a table with work: whether it may be written, and how it is stored.
    "table.add_rows",
  ]);
});

/** Two tables, of which server code may only search the second. */
const HALF_OPEN = smallApp({
  open: { columns: { n: "number" }, rows: [[1n]] },
  readable: { columns: { n: "number" }, rows: [[2n]], server: "search" },
});

Deno.test("a plan foresees that a table may not be written, writes nothing, and is not carried out", async () => {
  await using app = await restoredApp(HALF_OPEN);
  const plan = await app.plan();
  assert.deepEqual(plan.refused, ["readable"]);
  assert.deepEqual(plan.tables.map(({ inserts }) => inserts), [1, 1]);
  await assert.rejects(app.apply(), {
    code: "not-writable",
    exitCode: 12,
    message: "Server code may not write to table 'readable'",
  });
  assert.deepEqual([await app.rows("open"), await app.rows("readable")], [[], []]);
});

Deno.test("restore prints what it foresees, and ends with 12, with and without --apply, --json and --quiet", async () => {
  await using app = await restoredApp(HALF_OPEN);
  const variables = variablesFor(app.server.url);
  const run = (...flags: readonly string[]) => runHere(["restore", app.path, ...flags], { variables });
  const plan = await run();
  assert.equal(plan.code, 12);
  assert.match(plan.out, /^Server code may not write to:\n {2}table 'readable'$/m);
  assert.match(plan.out, /Nothing was written\.\n$/);
  assert.match(plan.err, /^error: Server code may not write to table 'readable'\nhint: In the Anvil editor/m);
  const applied = await run("--apply", "--yes", "--quiet");
  assert.deepEqual([applied.code, applied.out], [12, ""]);
  assert.match(applied.err, /^error: Server code may not write/m);
  const json = await run("--json");
  assert.equal(json.code, 12);
  assert.deepEqual(JSON.parse(json.out).plan.refused, ["readable"]);
  assert.deepEqual(await app.rows("open"), []);
});

for (const mode of ["missing", "replace"] as const) {
  Deno.test(`restore --${mode} does not touch a table in which there is nothing to do, and which may not be written`, async () => {
    const empty = { columns: { n: "number" }, rows: [], server: "search" } as const;
    const content = smallApp({
      open: { columns: { n: "number" }, rows: [[1n], [2n]] },
      readable: mode === "missing" ? { columns: { n: "number" }, rows: [[3n]], server: "search" } : empty,
    });
    const writes: string[] = [];
    await using app = await restoredApp(content, {
      into: content,
      faults: {
        onCall: ({ name, frame }) => {
          if (/add_rows|batch_|delete_all/.test(name)) writes.push(`${name} ${JSON.stringify(frame["objects"])}`);
          return undefined;
        },
      },
    });
    await app.server.edit((engine) => engine.exec("DELETE FROM open WHERE n = 2"));
    const plan = await app.plan({ mode });
    assert.deepEqual(plan.refused, []);
    const result = await app.apply({ mode });
    assert.deepEqual([result.exitCode, result.inserted], [0, mode === "missing" ? 1 : 2]);
    assert.ok(writes.length > 0);
    for (const write of writes) assert.doesNotMatch(write, /\{"id":2\}/, "the second table is not named");
  });
}

Deno.test("a restore that goes on asks again whether its tables may be written", async () => {
  let n = 0;
  await using app = await shortGroupsApp(GROUP_ROWS + 1, ({ name }) => {
    if (name !== "table.add_rows") return undefined;
    n++;
    // The question comes first, then a group that is committed.
    if (n === 1 + GROUP_ROWS + 1) return fails("anvil.tables.QuotaExceededError", "Row quota exceeded");
    return n > 1 + GROUP_ROWS + 1 ? fails("anvil.server.PermissionDenied", "Cannot write to table 'a'") : undefined;
  });
  await assert.rejects(app.apply(), { code: "quota" });
  await assert.rejects(app.apply({}, true), { code: "not-writable", exitCode: 12 });
  assert.equal((await app.rows("a")).length, GROUP_ROWS);
});

const fails = (type: string, message: string) => ({ error: { type, message } });
