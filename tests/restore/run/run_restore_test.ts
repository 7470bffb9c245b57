/** What a restore brings back, and what becomes of rows that are there already. */
import assert from "node:assert/strict";
import { openIdMap } from "../../../lib/id_map/id_map.ts";
import { sampleApp } from "../../../lib/demo/sample_app.ts";
import { WHOLE } from "../../../lib/restore/job/restore_options.ts";
import { oddApp } from "../../fixtures/apps/odd_app.ts";
import { emptied, restoredApp } from "../../fixtures/running/restored_app.ts";
import { smallApp } from "../../fixtures/apps/small_app.ts";

Deno.test("restore brings back every type, every odd value, every shape of link, and media with names and types", async () => {
  await using app = await restoredApp(oddApp());
  const result = await app.apply();
  assert.equal(result.exitCode, 0, JSON.stringify(result.proof.differences));
  assert.deepEqual(result.proof.respelled, []);
  assert.equal(result.inserted, 20);
  await app.assertEqual();
});

Deno.test("restore keeps the id map beside the archive, readable by its owner alone", async () => {
  await using app = await restoredApp(oddApp());
  await app.apply();
  if (Deno.build.os !== "windows") assert.equal((Deno.statSync(app.mapPath).mode ?? 0) & 0o777, 0o600);
  using idMap = await openIdMap(app.mapPath);
  assert.equal(idMap.note("phase"), "proved");
  // Its name is its row's number, and the app's ids are others than the archive's.
  assert.notEqual(idMap.rows.find(6, "200")?.fresh, "200");
});

Deno.test("restore sets links that lead around in a circle, to themselves, and repeatedly, in order", async () => {
  await using app = await restoredApp(smallApp({
    ring: {
      columns: { name: "string", next: "link_single ring", all: "link_multiple ring" },
      rows: [
        ["a", "[1,2]", `["[1,3]","[1,1]","[1,3]"]`],
        ["b", "[1,3]", null],
        ["c", "[1,1]", "[]"],
        ["self", "[1,4]", `["[1,4]"]`],
      ],
    },
  }));
  assert.equal((await app.apply()).exitCode, 0);
  await app.assertEqual();
  assert.deepEqual((await app.rows("ring")).map((cells) => cells.slice(1)), [
    // The question whether the table can be written took no row id.
    ["[1,2]", `["[1,3]","[1,1]","[1,3]"]`],
    ["[1,3]", null],
    ["[1,1]", "[]"],
    ["[1,4]", `["[1,4]"]`],
  ]);
});

Deno.test("restore leaves dangling links out, and says how many and where", async () => {
  await using app = await restoredApp(smallApp({
    a: { columns: { to: "link_single a", all: "link_multiple a" }, rows: [["[1,99]", `["[1,99]","[1,1]"]`]] },
  }));
  const plan = await app.plan();
  assert.deepEqual(plan.losses.map(({ message }) => message), [
    "Column 'to' of table 'a': 1 link leads to a row that the backup does not have, and is left out",
    "Column 'all' of table 'a': 1 link leads to a row that the backup does not have, and is left out",
  ]);
  assert.equal((await app.apply()).exitCode, 0);
  assert.deepEqual(await app.rows("a"), [[null, `["[1,1]"]`]]);
});

for (const storage of ["classic", "split"] as const) {
  Deno.test(`restore of the sample app into ${storage} storage is proved equal`, async () => {
    await using app = await restoredApp(sampleApp(), { storage });
    const result = await app.apply();
    assert.equal(result.exitCode, 0, JSON.stringify(result.proof.differences));
    assert.deepEqual([result.proof.rows, result.proof.links, result.proof.media], [207, 532, 11]);
    // Split storage has doubles only, which the plan has said.
    assert.deepEqual(result.proof.respelled, []);
    assert.equal(result.proof.kept > 0, storage === "split");
  });
}

/** Values that split storage cannot hold as they are, one a row, and the one that it refuses. */
const HARD = smallApp({
  a: {
    columns: { n: "number", many: "link_multiple a", object: "simpleObject" },
    rows: [
      [9_007_199_254_740_993n, "[]", `{"n":9007199254740993,"x":1.0}`],
      [1, null, null],
      [-0, `["[1,1]","[1,1]"]`, null],
      [1e23, "[]", null],
      [5n, "[]", "1.0"],
      [0.1, "[]", null],
      [`1${"0".repeat(22)}`, "[]", null],
      ["1234567890123456789012", "[]", null],
      [`1${"0".repeat(400)}`, "[]", null],
      [null, null, null],
    ],
  },
});

Deno.test("a plan says, column by column, what Faster Storage cannot hold, and the proof is not surprised by it", async () => {
  await using app = await restoredApp(HARD, { storage: "split" });
  const plan = await app.plan();
  assert.deepEqual(plan.changes.map(({ message }) => message), [
    "Column 'n' of table 'a': 2 numbers have more digits than Faster Storage keeps, and are rounded",
    "Column 'n' of table 'a': 2 numbers such as 1.0 are kept as 1, which is the same value",
    "Column 'many' of table 'a': 2 multi-links that are None become empty lists, as Faster Storage has them",
    "Column 'n' of table 'a': 1 number is -0, and is kept as 0",
  ]);
  assert.deepEqual(plan.losses.map(({ message }) => message), [
    "Column 'n' of table 'a': 1 number is larger than Faster Storage can hold, and is left alone",
  ]);
  const { exitCode, proof } = await app.apply();
  assert.deepEqual([exitCode, proof.differences, proof.respelled], [0, [], []]);
  assert.deepEqual([proof.rows, proof.kept, proof.left], [10, 7, 1]);
});

Deno.test("a plan for classic storage knows of one such value, and all others come back as they are", async () => {
  await using app = await restoredApp(HARD);
  assert.deepEqual((await app.plan()).changes.map(({ message }) => message), [
    "Column 'n' of table 'a': 1 number is -0, and is kept as 0",
  ]);
  const { exitCode, proof } = await app.apply();
  assert.deepEqual([exitCode, proof.differences], [0, []]);
});

Deno.test("a value that Faster Storage could hold and does not is a difference all the same", async () => {
  let changed = false;
  await using app = await restoredApp(HARD, {
    storage: "split",
    faults: {
      onCall: ({ name, n }) => {
        if (name !== "search.next_page" || n > 1) return undefined;
        changed = true;
        return { edit: (engine) => engine.exec("UPDATE a SET n = n + 1 WHERE n = 5") };
      },
    },
  });
  const { exitCode, proof } = await app.apply();
  assert.ok(changed);
  assert.deepEqual([exitCode, proof.differences.map(({ row }) => row)], [3, ["[1,5]"]]);
});

Deno.test("storage that does not say of what kind it is: what comes back otherwise is said at the end, exit 3", async () => {
  const content = smallApp({ a: { columns: { n: "number" }, rows: [[9_007_199_254_740_993n], [1]] } });
  await using app = await restoredApp(content, {
    storage: "split",
    faults: {
      // It adds no rows at all without a word, as classic storage does.
      onCall: ({ name, frame }) =>
        name === "table.add_rows" && JSON.stringify(frame["args"]) === "[null,[]]"
          ? { reply: (text) => JSON.stringify({ id: JSON.parse(text).id, response: [[], {}], objects: [] }) }
          : undefined,
    },
  });
  const { exitCode, proof } = await app.apply();
  assert.equal(exitCode, 3);
  assert.deepEqual(proof.differences.map(({ message }) => message), [
    "Row [1,1] of table 'a', now [1,1]: the value in column 'n' differs",
  ]);
  assert.deepEqual(proof.respelled.map(({ message }) => message), [
    "Column 'n' of table 'a': 1 number has the same value in another spelling (such as 1 for 1.0), which is how this " +
    "app's storage keeps it",
  ]);
});

Deno.test("restore --in-order gives ascending row ids in the order of the archive", async () => {
  const rows = Array.from({ length: 3_500 }, (_, i) => [BigInt(i)]);
  await using app = await restoredApp(smallApp({ a: { columns: { n: "number" }, rows } }));
  await app.apply({ inOrder: true });
  assert.deepEqual(await app.rows("a"), rows);
});

const PEOPLE = { email: "string", name: "string", boss: "link_single people" };
const people = (...rows: readonly (readonly (string | null)[])[]) => smallApp({ people: { columns: PEOPLE, rows } });

Deno.test("restore refuses tables that hold rows, and says what could be done with those", async () => {
  await using app = await restoredApp(people(["a", "Ann", null]), { into: people(["b", "Bob", null]) });
  await assert.rejects(app.plan(), {
    code: "not-empty",
    exitCode: 21,
    message: "This is the app that the backup was made of, and its tables hold rows already: 'people' (1 row)",
    hint: /: --revert puts values and rows back as they were, --missing only rows that are gone, --merge COLUMN/,
  });
  const other = people(["c", "Cid", null]);
  await using elsewhere = await restoredApp(people(["a", "Ann", null]), {
    into: { ...other, provenance: [["app_id", "OTHERAPP"]] },
  });
  await assert.rejects(elsewhere.plan(), { code: "not-empty", hint: /^[^:]*: --merge COLUMN/ });
  await assert.rejects(app.apply(), { code: "not-empty" });
  assert.deepEqual(await app.rows("people"), [["b", "Bob", null]]);
});

Deno.test("restore --replace deletes the tables' rows first, and commits both at once where it fits", async () => {
  let transactions = 0;
  await using app = await restoredApp(people(["a", "Ann", "[1,1]"]), {
    into: people(["b", "Bob", null], ["c", "Cy", null]),
    faults: { onCall: ({ name }) => void (name === "close_transaction" && transactions++) },
  });
  const plan = await app.plan({ mode: "replace" });
  assert.deepEqual(plan.tables, [{ name: "people", inserts: 1, updates: 0, skips: 0, deletes: 2 }]);
  transactions = 0;
  assert.equal((await app.apply({ mode: "replace" })).exitCode, 0);
  // The listing's snapshot, and the restore itself.
  assert.equal(transactions, 2);
  await app.assertEqual();
});

Deno.test("restore --replace warns of links in tables that stay", async () => {
  const content = smallApp({
    people: { columns: { name: "string" }, rows: [["Ann"]] },
    pets: { columns: { owner: "link_single people" }, rows: [["[1,1]"]] },
  });
  await using app = await restoredApp(content, { into: content });
  const plan = await app.plan({ mode: "replace", selection: { ...WHOLE, only: ["people"] } });
  assert.deepEqual(plan.warnings, [
    "Links in column 'owner' of table 'pets', which stays, to rows of 'people' will lead nowhere: the rows that come " +
    "back have new ids",
  ]);
});

Deno.test("restore --merge updates rows that agree in the key, inserts the rest, and leaves others alone", async () => {
  await using app = await restoredApp(people(["a", "Ann", "[1,2]"], ["b", "Bob", null]), {
    into: people(["x", "Xa", null], ["b", "old Bob", "[1,1]"]),
  });
  const result = await app.apply({ mode: "merge", keys: ["email"] });
  assert.equal(result.exitCode, 0, JSON.stringify(result.proof.differences));
  assert.deepEqual([result.inserted, result.updated], [1, 1]);
  assert.deepEqual(await app.rows("people"), [["x", "Xa", null], ["b", "Bob", null], ["a", "Ann", "[1,2]"]]);
});

Deno.test("restore --merge refuses a key that stands for two rows, on either side", async () => {
  await using app = await restoredApp(people(["a", "Ann", null], ["a", "Ann too", null]), {
    into: people(["a", "x", null], ["b", "x", null], ["b", "y", null]),
  });
  await assert.rejects(app.plan({ mode: "merge", keys: ["email"] }), {
    code: "ambiguous-key",
    exitCode: 2,
    message: "Cannot merge table 'people': rows [1,1] and [1,2] of the backup have one key",
  });
  await using other = await restoredApp(people(["b", "Bob", null]), {
    into: people(["b", "x", null], ["b", "y", null]),
  });
  await assert.rejects(other.plan({ mode: "merge", keys: ["email"] }), {
    message: "Cannot merge table 'people': row [1,1] of the backup matches more than one row of the app",
  });
});

Deno.test("restore --merge refuses a column that is not there or cannot be a key", async () => {
  await using app = await restoredApp(people(["a", "Ann", null]), { into: people(["b", "Bob", null]) });
  await assert.rejects(app.plan({ mode: "merge", keys: ["mail"] }), { code: "bad-key-column", exitCode: 2 });
  await assert.rejects(app.plan({ mode: "merge", keys: ["boss"] }), { code: "bad-key-column", exitCode: 2 });
});

Deno.test("restore --missing re-inserts only rows that are gone, and links them to those that are not", async () => {
  const content = people(["a", "Ann", "[1,3]"], ["b", "Bob", "[1,1]"], ["c", "Cy", "[1,1]"]);
  await using app = await restoredApp(content, { into: content });
  await app.server.edit((engine) => {
    engine.run("DELETE FROM people WHERE name = 'Bob'");
    engine.run("UPDATE people SET name = 'changed since' WHERE name = 'Cy'");
  });
  const plan = await app.plan({ mode: "missing" });
  assert.deepEqual(plan.tables, [{ name: "people", inserts: 1, updates: 0, skips: 2, deletes: 0 }]);
  assert.equal((await app.apply({ mode: "missing" })).exitCode, 0);
  assert.deepEqual(await app.rows("people"), [
    ["a", "Ann", "[1,3]"],
    ["c", "changed since", "[1,1]"],
    ["b", "Bob", "[1,1]"],
  ]);
});

Deno.test("restore --missing links to rows of tables that are not restored", async () => {
  const content = smallApp({
    people: { columns: { name: "string" }, rows: [["Ann"]] },
    pets: { columns: { name: "string", owner: "link_single people" }, rows: [["Rex", "[1,1]"]] },
  });
  await using app = await restoredApp(content, { into: content });
  await app.server.edit((engine) => engine.run("DELETE FROM pets"));
  await app.apply({ mode: "missing", selection: { ...WHOLE, only: ["pets"] } });
  assert.deepEqual(await app.rows("pets"), [["Rex", "[1,1]"]]);
});

Deno.test("restore --missing refuses another app, whose row ids mean other rows", async () => {
  const content = people(["a", "Ann", null]);
  await using app = await restoredApp(content, { into: emptied(content) });
  await assert.rejects(app.plan({ mode: "missing" }), { code: "other-app", exitCode: 2 });
});

Deno.test("an app without an id, as on an App Server, is known by its origin and column ids", async () => {
  const content = people(["a", "Ann", null]);
  const nameless = { ...content, provenance: [["app_id", ""]] as const };
  const other = {
    ...nameless,
    schema: {
      ...content.schema,
      tables: content.schema.tables.map((table) => ({
        ...table,
        columns: table.columns.map((column) => ({ ...column, id: `other ${column.id}` })),
      })),
    },
  };
  await using same = await restoredApp(nameless, { into: nameless });
  assert.equal((await same.plan({ mode: "missing" })).sameApp, true);
  await using another = await restoredApp(nameless, { into: other });
  assert.equal((await another.plan({ mode: "merge", keys: ["email"] })).sameApp, false);
});

Deno.test("restore --no-media leaves media empty, and does not take their absence for a difference", async () => {
  await using app = await restoredApp(sampleApp());
  const result = await app.apply({ media: false });
  assert.deepEqual([result.exitCode, result.proof.media], [0, 0]);
  assert.ok((await app.rows("books")).every((cells) => cells[4] === null));
});
