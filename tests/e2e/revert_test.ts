/** Rows, values and links put back into the app they came from, by commands as an owner types them, on both storages. */
import assert from "node:assert/strict";
import { apply, damagedShop, everything, restore, runPlanThen } from "../fixtures/running/damaged_shop.ts";
import { mapsIn } from "../fixtures/running/restored_app.ts";

for (const storage of ["classic", "split"] as const) {
  Deno.test(`restore --revert sets changed values back in place, and nothing else (${storage})`, async () => {
    await using shop = await damagedShop({ storage });
    const { app, editor } = shop;
    await editor.change("orders", "5", { what: "Coffee", price: 99n });
    await editor.change("orders", "6", { price: 98n });
    const added = await editor.add("orders", { what: "Honey", customer: "[1,1]" });
    const before = await editor.rows("customers");
    const { code, out, err } = await apply(app, "--revert");
    assert.equal(code, 0, out + err);
    const orders = await editor.rows("orders");
    assert.deepEqual(orders.get("5"), { what: "Tea", price: 1.5, customer: "[1,2]" });
    assert.deepEqual(orders.get("6"), { what: "Milk", price: 2n, customer: "[1,2]" });
    assert.equal(orders.get(added)?.["what"], "Honey", "a newer row is kept");
    assert.equal(orders.size, 6);
    assert.deepEqual(await editor.rows("customers"), before);
  });

  Deno.test(`restore --revert --column sets one column back, and leaves the others (${storage})`, async () => {
    await using shop = await damagedShop({ storage });
    const { app, editor } = shop;
    await editor.change("orders", "5", { what: "Coffee", price: 99n });
    await editor.change("orders", "6", { price: 98n });
    const { code, out, err } = await apply(app, "--revert", "--table", "orders", "--column", "price");
    assert.equal(code, 0, out + err);
    const orders = await editor.rows("orders");
    assert.deepEqual([orders.get("5")?.["what"], orders.get("5")?.["price"]], ["Coffee", 1.5]);
    assert.equal(orders.get("6")?.["price"], 2n);
  });

  Deno.test(`a deleted row comes back, and links from three tables lead to it again (${storage})`, async () => {
    await using shop = await damagedShop({ storage });
    const { app, editor } = shop;
    await editor.remove("customers", "2");
    const { code, out, err } = await apply(app, "--missing");
    assert.equal(code, 0, out + err);
    const customers = await editor.rows("customers");
    const [fresh = ""] = [...customers.keys()].filter((row) => Number(row) > 4);
    const bob = `[1,${fresh}]`;
    assert.deepEqual(customers.get(fresh), {
      name: "Bob",
      password_hash: "hash-of-bob",
      points: 20n,
      friend: bob,
      friends: `["${bob}","[1,1]","${bob}"]`,
    });
    assert.deepEqual([customers.get("3")?.["friend"], customers.get("3")?.["friends"]], [bob, `["[1,1]","${bob}"]`]);
    const orders = await editor.rows("orders");
    assert.deepEqual([5, 6, 7, 8].map((row) => orders.get(String(row))?.["customer"]), [bob, bob, "[1,1]", null]);
    const clubs = await editor.rows("clubs");
    assert.equal(clubs.get("10")?.["members"], `["[1,1]","${bob}","[1,3]","${bob}","[1,4]"]`);
    assert.equal(clubs.get("11")?.["members"], `["${bob}"]`);
    assert.match(out, /Read back and compared with the file: .*, all equal\.\n/);
  });

  Deno.test(`what the owner changed since stays, and is listed (${storage})`, async () => {
    await using shop = await damagedShop({ storage });
    const { app, editor } = shop;
    await editor.remove("customers", "2");
    await editor.change("orders", "5", { customer: "[1,3]" });
    await editor.change("clubs", "11", { members: `["[1,4]"]` });
    const { code, out, err } = await restore(app, "backup.sqlite", "--missing");
    assert.equal(code, 0, err);
    assert.match(out, /orders +1 row gets links back, 1 changed row is left alone/);
    assert.match(out, /! Tea \[2,5\] +customer is now → Cid \[1,3\]; in the file → Bob \[1,2\]\n/);
    const done = await apply(app, "--missing");
    assert.equal(done.code, 0, done.out + done.err);
    assert.equal((await editor.rows("orders")).get("5")?.["customer"], "[1,3]");
    const members = String((await editor.rows("clubs")).get("11")?.["members"]);
    const fresh = [...(await editor.rows("customers")).keys()].at(-1);
    // In split storage the list lost the entry, and nobody can say who took it out.
    assert.equal(members, storage === "classic" ? `["[1,4]"]` : `["[1,${fresh}]","[1,4]"]`);
  });

  Deno.test(`--missing twice inserts once, also with other rows of the file the next day (${storage})`, async () => {
    await using shop = await damagedShop({ storage });
    const { app, editor } = shop;
    await editor.remove("customers", "2");
    await editor.remove("orders", "7");
    assert.equal((await apply(app, "--missing", "--row", "[1,2]")).code, 0);
    app.passTime(2_000);
    const again = await apply(app, "--missing", "--row", "[1,2]");
    assert.equal(again.code, 0);
    assert.equal((await editor.rows("customers")).size, 4);
    app.passTime(2_000);
    const other = await apply(app, "--missing");
    assert.equal(other.code, 0, other.out + other.err);
    assert.deepEqual([(await editor.rows("customers")).size, (await editor.rows("orders")).size], [4, 5]);
    const [second = "", first = "", ...more] = mapsIn(app.dir);
    assert.deepEqual(more, []);
    assert.equal((await restore(app, "--undo", second, "--apply", "--yes")).code, 0);
    assert.deepEqual([(await editor.rows("customers")).size, (await editor.rows("orders")).size], [4, 4]);
    assert.deepEqual(mapsIn(app.dir), [first]);
  });

  Deno.test(`--undo of a revert sets back the cells that still hold what was written (${storage})`, async () => {
    await using shop = await damagedShop({ storage });
    const { app, editor } = shop;
    await editor.change("orders", "5", { price: 99n });
    await editor.change("orders", "6", { price: 98n });
    await editor.remove("customers", "2");
    const damaged = await everything(editor);
    const done = await apply(app, "--revert");
    assert.equal(done.code, 0, done.out + done.err);
    await editor.change("orders", "6", { price: 7n });
    const [map = ""] = mapsIn(app.dir);
    const undone = await restore(app, "--undo", map, "--apply", "--yes");
    assert.equal(undone.code, 3, undone.out + undone.err);
    assert.match(undone.out, /1 cell stayed, since somebody has changed it since or the row is gone\.\n/);
    await editor.change("orders", "6", { price: 98n });
    assert.deepEqual(await everything(editor), damaged);
    assert.deepEqual(mapsIn(app.dir), []);
  });

  Deno.test(`a row that somebody changes or deletes after the plan is left alone, the others are set (${storage})`, async () => {
    await using shop = await damagedShop({ storage });
    const { app, editor } = shop;
    for (const row of ["5", "6", "7"]) await editor.change("orders", row, { price: 99n });
    const { code, out } = await runPlanThen(app, async () => {
      await editor.change("orders", "5", { price: 50n });
      await editor.remove("orders", "6");
    });
    assert.equal(code, 3, out);
    assert.match(out, /Row \[2,5\] of table 'orders': column 'price' was changed meanwhile; left alone\n/);
    assert.match(out, /Row \[2,6\] of table 'orders': was deleted meanwhile; left alone\n/);
    const orders = await editor.rows("orders");
    assert.deepEqual([orders.get("5")?.["price"], orders.has("6"), orders.get("7")?.["price"]], [50n, false, 3n]);
  });
}

Deno.test("a link that was made after the backup leads to the row that comes back, on classic storage", async () => {
  await using shop = await damagedShop();
  const { app, editor } = shop;
  await editor.change("orders", "8", { customer: "[1,2]" });
  const added = await editor.add("clubs", { name: "Bowls", members: `["[1,2]","[1,1]","[1,2]"]` });
  await editor.remove("customers", "2");
  const { code, out, err } = await apply(app, "--missing");
  assert.equal(code, 0, out + err);
  const fresh = [...(await editor.rows("customers")).keys()].at(-1);
  assert.equal((await editor.rows("orders")).get("8")?.["customer"], `[1,${fresh}]`);
  assert.equal((await editor.rows("clubs")).get(added)?.["members"], `["[1,${fresh}]","[1,1]","[1,${fresh}]"]`);
});
