/** `restore --revert --where-live`: rows are set back by what the app holds now, where `--where` asks the file. */
import assert from "node:assert/strict";
import type { Cell } from "../../lib/value/cell.ts";
import { smallApp } from "../fixtures/apps/small_app.ts";
import { AppEditor } from "../fixtures/running/app_editor.ts";
import { apply, damagedShop, everything, restore } from "../fixtures/running/damaged_shop.ts";
import { emptied, mapsIn, restoredApp } from "../fixtures/running/restored_app.ts";

const customers = (expression: string) => ["--revert", "--table", "customers", "--where-live", expression];

for (const storage of ["classic", "split"] as const) {
  Deno.test(`rows that the app spoiled are picked by what is wrong with them now, and only they are set back (${storage})`, async () => {
    await using shop = await damagedShop({ storage });
    const { app, editor } = shop;
    await editor.change("customers", "1", { points: -1n });
    await editor.change("customers", "2", { points: -2n, name: "Robert" });
    await editor.change("customers", "4", { points: 41n });
    const added = await editor.add("customers", { name: "Eve", points: -5n });
    const { code, out, err } = await apply(app, ...customers("points < 0"));
    assert.equal(code, 0, out + err);
    const rows = await editor.rows("customers");
    assert.deepEqual([...rows.values()].map(({ name, points }) => [name, points]), [
      ["Ann", 10n],
      ["Bob", 20n],
      ["Cid", 30n],
      ["Dot", 41n],
      ["Eve", -5n],
    ]);
    assert.ok(rows.has(added), "what only the app has stays");
  });
}

Deno.test("a row that an earlier restore brought back is picked by its new id's values, and set back there", async () => {
  await using shop = await damagedShop();
  const { app, editor } = shop;
  await editor.remove("customers", "2");
  assert.equal((await apply(app, "--missing")).code, 0);
  const fresh = [...(await editor.rows("customers")).keys()].at(-1) ?? "";
  await editor.change("customers", fresh, { points: 999n });
  app.passTime(2_000);
  const { code, out, err } = await apply(app, ...customers("points = 999"));
  assert.equal(code, 0, out + err);
  const rows = await editor.rows("customers");
  assert.deepEqual([rows.size, rows.get(fresh)?.["name"], rows.get(fresh)?.["points"]], [4, "Bob", 20n]);
});

Deno.test("rows picked by the app bring along what they link to with --with-links", async () => {
  await using shop = await damagedShop();
  const { app, editor } = shop;
  await editor.change("customers", "2", { points: 0n });
  await editor.change("customers", "3", { points: 0n });
  await editor.change("orders", "5", { what: "Coffee" });
  await editor.change("orders", "9", { what: "Sugar" });
  const { code, out, err } = await apply(
    app,
    ...["--revert", "--table", "orders", "--where-live", "what = 'Coffee'", "--with-links"],
  );
  assert.equal(code, 0, out + err);
  const [people, orders] = await everything(editor);
  assert.deepEqual([orders?.get("5")?.["what"], orders?.get("9")?.["what"]], ["Tea", "Sugar"]);
  assert.deepEqual([people?.get("2")?.["points"], people?.get("3")?.["points"]], [20n, 0n]);
});

/** Rows 1 to 3, of every kind that an expression may ask for; `note` is what the tests change. */
const things = () =>
  smallApp({
    things: {
      columns: {
        note: "string",
        n: "number",
        day: "date",
        at: "datetime",
        done: "bool",
        data: "simpleObject",
        next: "link_single things",
        all: "link_multiple things",
        photo: "media",
      },
      rows: [
        ["a", 1n, "2024-02-29", "2024-02-29T10:00:00.000000+00:00", 1n, '{"k":[1]}', "[1,2]", '["[1,3]"]', null],
        ["b", 1.5, "2024-03-01", "2024-03-01T10:00:00.000000+01:00", 0n, "[]", "[1,2]", "[]", null],
        ["ü", "100000000000000000000", null, null, null, null, null, null, null],
      ],
    },
  });

/** Which rows would be set back when each row has another note in the app. */
const EXPRESSIONS: readonly (readonly [expression: string, rows: readonly string[]])[] = [
  ["n < 2", ["[1,1]", "[1,2]"]],
  ["note = 'new ü' AND n = '100000000000000000000' AND day IS NULL", ["[1,3]"]],
  ["note = 'ü'", []],
  ["day > '2024-02-29' AND NOT done", ["[1,2]"]],
  ["at LIKE '2024-02-29T10:00%' AND data ->> '$.k[0]' = 1", ["[1,1]"]],
  ["next = '[1,2]' AND _anvil_row_id <> next AND json_array_length(\"all\") = 1 -- a comment", ["[1,1]"]],
];

Deno.test("numbers, texts, dates, JSON, links and row ids of the app are asked for as a file has them", async () => {
  await using app = await restoredApp(things(), { into: things() });
  await using editor = await AppEditor.open(app.server.url);
  for (const [row, { note }] of await editor.rows("things")) {
    await editor.change("things", row, { note: `new ${note}` });
  }
  for (const [expression, rows] of EXPRESSIONS) {
    const args = ["backup.sqlite", "--revert", "--table", "things", "--where-live", expression, "--json"];
    const { code, out, err } = await restore(app, ...args);
    assert.equal(code, 0, err);
    const [{ changes = [] } = {}] = JSON.parse(out).plan.ownApp.tables;
    assert.deepEqual(changes.map(({ row }: { row: string }) => row), rows, expression);
  }
});

/** What is asked for wrongly, and what the user reads. */
const MISUSE: readonly (readonly [args: readonly string[], reason: RegExp])[] = [
  [
    ["--revert", "--where-live", "points < 0"],
    /'--where-live' needs one table to look in\nhint: Name it with --table\./,
  ],
  [["--revert", "--table", "customers", "--table", "orders", "--where-live", "1"], /needs one table to look in/],
  [["--revert", "--table", "costumers", "--where-live", "1"], /The backup has no table 'costumers'/],
  [
    [...customers("points < 0"), "--where", "1"],
    /'--where-live' goes with neither --where nor --row\nhint: Give one\./,
  ],
  [customers("1); DELETE FROM customers; --"), /SQLite cannot follow --where-live: /],
  [customers("pints < 0"), /SQLite cannot follow --where-live: no such column: pints\nhint: It is an SQL expression /],
  [["--missing", "--table", "customers", "--where-live", "1"], /Flag '--where-live' belongs to --revert/],
  [[...customers("points < 0"), "--delete-new"], /'--delete-new' goes with whole tables/],
];

Deno.test("--where-live that cannot be meant so: exit 2 and a sentence, and app and folder are as they were", async () => {
  await using shop = await damagedShop();
  const { app, editor } = shop;
  await editor.change("customers", "2", { points: -2n });
  const [before, names] = [await everything(editor), app.dir.names()];
  for (const [args, reason] of MISUSE) {
    const { code, out, err } = await apply(app, ...args);
    assert.match(err, reason);
    assert.deepEqual([code, out], [2, ""], args.join(" "));
  }
  assert.deepEqual([await everything(editor), app.dir.names(), mapsIn(app.dir)], [before, names, []]);
});

Deno.test("a wrong expression is told also when the app's table is empty, and so is one on media", async () => {
  await using app = await restoredApp(things(), { into: emptied(things(), "SMALLAPP") });
  const picked = (expression: string) =>
    restore(app, "backup.sqlite", "--revert", "--table", "things", "--where-live", expression);
  for (const expression of ["colour = 1", "photo IS NULL"]) {
    const { code, err } = await picked(expression);
    assert.equal(code, 2);
    assert.match(err, /SQLite cannot follow --where-live: no such column/);
  }
  const { code, out } = await picked("n > 0");
  assert.equal(code, 0, "no row of the app, no row of the file");
  assert.doesNotMatch(out, /come/);
});

Deno.test("a table that the app has no more, or a column of another type, is told as by any other restore", async () => {
  const made = (type: string, points: Cell) =>
    smallApp({
      players: { columns: { name: "string", points: type }, rows: [["Ann", points]] },
      ...(type === "number" ? { games: { columns: {}, rows: [[]] } } : {}),
    });
  await using app = await restoredApp(made("number", 10n), { into: made("string", "ten") });
  const gone = await restore(app, "backup.sqlite", "--revert", "--table", "games", "--where-live", "1");
  assert.deepEqual([gone.code, gone.out], [2, ""]);
  assert.match(gone.err, /Table 'games' is not in the app\nhint: Use --where\./);
  const other = await restore(app, "backup.sqlite", "--revert", "--table", "players", "--where-live", "name = 'Ann'");
  assert.equal(other.code, 5, other.err);
  assert.match(other.out, /Column "points" of table "players" is number in the file, string in the app/);
});
