/** Links that delete their rows with what they lead to, or forbid that: nothing is lost that a plan did not name. */
import assert from "node:assert/strict";
import { apply, damagedShop, everything, restore } from "../fixtures/running/damaged_shop.ts";
import { mapsIn } from "../fixtures/running/restored_app.ts";

/** A row that is newer than the file, and an order that links to it. */
async function withNewCustomer(onDelete: "cascade" | "restrict") {
  const shop = await damagedShop({ storage: "split", onDelete });
  const added = await shop.editor.add("customers", { name: "Eve" });
  await shop.editor.change("orders", "8", { customer: `[1,${added}]` });
  return { ...shop, added };
}

Deno.test("restore --delete-new loses no row that a cascade would take along: it rolls back and says which", async () => {
  await using shop = await withNewCustomer("cascade");
  const { app, editor } = shop;
  const before = await everything(editor);
  const { code, err } = await apply(app, "--revert", "--table", "customers", "--delete-new");
  assert.equal(code, 1, err);
  assert.match(err, /^error: Deleting would take along what the plan did not name: 1 row of table 'orders'\./);
  assert.match(err, /'Set to None' in the Anvil editor/);
  assert.deepEqual(await everything(editor), before);
});

Deno.test("restore --delete-new of all tables sets links back first, and then no cascade takes anything along", async () => {
  await using shop = await withNewCustomer("cascade");
  const { app, editor, added } = shop;
  const { code, out, err } = await apply(app, "--revert", "--delete-new");
  assert.equal(code, 0, out + err);
  assert.equal((await editor.rows("customers")).has(added), false);
  assert.equal((await editor.rows("orders")).get("8")?.["customer"], null);
  assert.equal((await editor.rows("orders")).size, 5);
});

Deno.test("restore --delete-new says which rows restrict a deletion", async () => {
  await using shop = await withNewCustomer("restrict");
  const { app, editor } = shop;
  const before = await everything(editor);
  const { code, err } = await apply(app, "--revert", "--table", "customers", "--delete-new");
  assert.equal(code, 1);
  assert.match(
    err,
    /^error: The app does not let rows of table 'customers' be deleted, since others link to them: orders \[2,8\]\n/,
  );
  assert.deepEqual(await everything(editor), before);
});

Deno.test("restore --replace of one table loses no rows of another by a cascade", async () => {
  await using shop = await damagedShop({ storage: "split", onDelete: "cascade" });
  const { app, editor } = shop;
  const before = await everything(editor);
  const { code, err } = await apply(app, "--replace", "--table", "customers");
  assert.equal(code, 1, err);
  assert.match(err, /^error: Deleting would take along what the plan did not name: 4 rows of table 'orders'\./);
  assert.deepEqual(await everything(editor), before);
});

for (const onDelete of ["cascade", "restrict"] as const) {
  Deno.test(`restore --replace of all tables empties those that link first (${onDelete})`, async () => {
    await using shop = await damagedShop({ storage: "split", onDelete });
    const { app, editor } = shop;
    const { code, out, err } = await apply(app, "--replace");
    assert.equal(code, 0, out + err);
    const [customers, orders, clubs] = await everything(editor);
    assert.deepEqual([customers?.size, orders?.size, clubs?.size], [4, 5, 2]);
  });
}

Deno.test("restore --undo loses no row that was linked to a restored one since, by a cascade", async () => {
  await using shop = await damagedShop({ storage: "split", onDelete: "cascade" });
  const { app, editor } = shop;
  // Without a holder that a cascade would have taken along when it was deleted.
  for (const row of ["5", "6"]) await editor.change("orders", row, { customer: null });
  await editor.change("customers", "3", { friend: null });
  await editor.change("customers", "2", { friend: null });
  await editor.remove("customers", "2");
  assert.equal((await apply(app, "--missing")).code, 0);
  const fresh = [...(await editor.rows("customers")).keys()].at(-1);
  await editor.add("orders", { what: "Honey", customer: `[1,${fresh}]` });
  const before = await editor.rows("orders");
  const [map = ""] = mapsIn(app.dir);
  const { code, err } = await restore(app, "--undo", map, "--apply", "--yes");
  assert.equal(code, 1);
  assert.match(err, /^error: Deleting would take along what the plan did not name: 1 row of table 'orders'\./);
  assert.deepEqual((await editor.rows("orders")).size, before.size);
  assert.deepEqual(mapsIn(app.dir), [map], "the map stays, so that it can be undone later");
});
