/** The plan of a restore in place: every row by its name, what each cell was and becomes, in any width, and no secret. */
import assert from "node:assert/strict";
import { textWidth } from "../../lib/ui/text/text_width.ts";
import { damagedShop } from "../fixtures/running/damaged_shop.ts";
import type { Run } from "../fixtures/running/program.ts";
import { runIn, variablesFor } from "../fixtures/running/program_here.ts";
import type { RestoredApp } from "../fixtures/running/restored_app.ts";

async function plan(app: RestoredApp, columns: number, ...args: readonly string[]): Promise<Run> {
  const options = { variables: variablesFor(app.server.url), clock: app.clock, columns };
  return await runIn(app.dir, ["restore", "backup.sqlite", "--quiet", ...args], options);
}

/** A shop with every kind of damage. */
async function wreckedShop() {
  const shop = await damagedShop();
  const { editor } = shop;
  await editor.change("orders", "5", { what: "Coffee from the hills beyond the seven seas", price: 99n });
  await editor.change("customers", "1", { password_hash: "stolen-hash", points: 0n });
  await editor.change("clubs", "11", { members: `["[1,4]"]` });
  await editor.remove("customers", "2");
  await editor.add("orders", { what: "Honey" });
  return shop;
}

const WIDE = `Restore of backup.sqlite
into SMALLAPP at HOST (App Server), the app that it was made of, setting values back and bringing back rows that are gone

1 of its rows is gone from the app and 3 rows differ from it; what anybody changed since then is set back, too.

customers  1 row comes back, 1 row changes, 1 row gets links back, 1 stays as it is
  + Bob [1,2]   2 links from customers, 2 links from orders, 3 links from clubs lead to it again
  ~ Ann [1,1]   password_hash: (hidden) → (hidden)   points: 0 → 10

orders     1 row changes, 1 row gets links back, 3 stay as they are, 1 newer row is kept
  ~ Coffee from the hills beyond the seven seas [2,5]   what: "Coffee from the hills beyond the seven seas" → "Tea"   price: 99 → 1.5

clubs      1 row changes, 1 row gets links back
  ~ Rowing [3,11]   members: → Dot [1,4] → → Bob [1,2]

The row that comes back gets a new row id, since Anvil gives them. Links go to the new id; text that holds an old id still holds it.

Nothing was written. Add --apply to do it.
`;

Deno.test("the plan shows labelled rows, old and new cells, and the links that come back", async () => {
  await using shop = await wreckedShop();
  const { code, out } = await plan(shop.app, 200, "--revert");
  assert.equal(code, 0);
  assert.equal(out.replaceAll(/127\.0\.0\.1:\d+/g, "HOST"), WIDE);
});

for (const columns of [40, 80, 200]) {
  Deno.test(`the plan fits into ${columns} columns, and holds no secret`, async () => {
    await using shop = await wreckedShop();
    const { out } = await plan(shop.app, columns, "--revert");
    for (const line of out.split("\n")) assert.ok(textWidth(line) <= columns, `${textWidth(line)}: ${line}`);
    assert.doesNotMatch(out, /hash-of|stolen/);
    assert.match(out, /\+ Bob \[1,2\]/);
  });
}

Deno.test("--json has every row of the plan, and no secret", async () => {
  await using shop = await wreckedShop();
  const { out } = await plan(shop.app, 80, "--revert", "--json");
  assert.doesNotMatch(out, /hash-of|stolen/);
  const { ownApp } = JSON.parse(out).plan;
  assert.deepEqual(ownApp.newer, [{ table: "orders", rows: 1 }]);
  const [customers, orders] = ownApp.tables;
  assert.deepEqual(customers.comes, [{
    row: "[1,2]",
    label: "Bob",
    links: [{ table: "customers", count: 2 }, { table: "orders", count: 2 }, { table: "clubs", count: 3 }],
  }]);
  assert.deepEqual(orders.changes, [{
    row: "[2,5]",
    label: "Coffee from the hills beyond the seven seas",
    cells: [
      { column: "what", from: '"Coffee from the hills beyond the seven seas"', to: '"Tea"' },
      { column: "price", from: "99", to: "1.5" },
    ],
  }]);
});

Deno.test("ten rows of a table and kind are shown and the rest is counted, --show all lists them", async () => {
  await using shop = await damagedShop();
  const { app } = shop;
  await app.server.edit((engine) =>
    engine.exec(`
      WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 25)
      INSERT INTO orders (rowid, _anvil_row_id, what) SELECT 100 + i, '[2,' || (100 + i) || ']', 'New ' || i FROM n`)
  );
  const some = await plan(app, 80, "--revert", "--delete-new");
  assert.match(some.out, /\n {2}- New 10 \[2,110\]\n {2}… 15 more rows \(--show all lists them\)\n/);
  const all = await plan(app, 80, "--revert", "--delete-new", "--show", "all");
  assert.match(all.out, /\n {2}- New 25 \[2,125\]\n\n/);
});
