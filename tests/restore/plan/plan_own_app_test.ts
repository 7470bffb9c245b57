/** Plans of restores into the app that a file was made of: what cannot be meant, tables made again, tables closed meanwhile. */
import assert from "node:assert/strict";
import type { FaultyCall } from "../../fixtures/faults/faults.ts";
import { SHOP, shopApp } from "../../fixtures/apps/shop_app.ts";
import { smallApp } from "../../fixtures/apps/small_app.ts";
import { AppEditor } from "../../fixtures/running/app_editor.ts";
import { apply, damagedShop, restore } from "../../fixtures/running/damaged_shop.ts";
import { restoredApp } from "../../fixtures/running/restored_app.ts";

/** What is asked for wrongly, and what the user reads. */
const MISUSE: readonly (readonly [args: readonly string[], reason: RegExp])[] = [
  [["--revert", "--column", "prise"], /None of the tables has a column 'prise'\nhint: Did you mean 'price'\?\n/],
  [
    ["--revert", "--table", "clubs", "--column", "elsewhere"],
    /a column 'elsewhere'\nhint: They have: name, members\.\n/,
  ],
  [["--revert", "--table", "clubs", "--column", "orders.price"], /None of the tables has a column 'orders\.price'/],
  [["--revert", "--delete-new", "--row", "[2,5]"], /'--delete-new' goes with whole tables: it would delete every row /],
  [["--missing", "--column", "price"], /Flag '--column' belongs to --revert\nhint: Add it\./],
  [["--missing", "--delete-new"], /Flag '--delete-new' belongs to --revert/],
];

Deno.test("choices that make no sense together: exit 2 and what to do, and nothing is changed", async () => {
  await using shop = await damagedShop();
  const { app, editor } = shop;
  await editor.change("orders", "5", { price: 99n });
  const names = app.dir.names();
  for (const [args, reason] of MISUSE) {
    const { code, out, err } = await apply(app, ...args);
    assert.match(err, reason);
    assert.deepEqual([code, out], [2, ""], args.join(" "));
  }
  assert.equal((await editor.rows("orders")).get("5")?.["price"], 99n);
  assert.deepEqual(app.dir.names(), names);
});

Deno.test("a table of the app that was made again is another: no row of it is touched, and other tables can be restored", async () => {
  const tables = { notes: { columns: { text: "string" }, rows: [["mine"]] }, other: { columns: {}, rows: [[]] } };
  const into = smallApp(tables);
  const schema = {
    ...into.schema,
    tables: into.schema.tables.map((table) => table.name === "notes" ? { ...table, id: 77 } : table),
  };
  await using app = await restoredApp(smallApp(tables), { into: { ...into, schema } });
  await using editor = await AppEditor.open(app.server.url);
  await editor.change("notes", "1", { text: "of the new table" });
  for (const mode of ["--revert", "--missing"]) {
    const { code, err } = await apply(app, mode);
    assert.equal(code, 5);
    assert.match(
      err,
      /Table 'notes' of the app is not the one that was backed up: it was made again\nhint: Its rows have /,
    );
  }
  assert.deepEqual([...(await editor.rows("notes")).values()], [{ text: "of the new table" }]);
  assert.equal((await restore(app, "backup.sqlite", "--revert", "--exclude", "notes")).code, 0);
});

Deno.test("--table with --with-links restores the whole table, and of others only the rows that it links to", async () => {
  await using shop = await damagedShop();
  const { app, editor } = shop;
  for (const row of ["2", "3", "4"]) await editor.change("customers", row, { points: 0n });
  for (const row of ["5", "8"]) await editor.change("orders", row, { price: 99n });
  const { code, out, err } = await apply(app, "--revert", "--table", "orders", "--with-links");
  assert.equal(code, 0, out + err);
  const [customers, orders] = [await editor.rows("customers"), await editor.rows("orders")];
  assert.deepEqual(["5", "8"].map((row) => orders.get(row)?.["price"]), [1.5, 4n]);
  // Nobody's order links to Cid.
  assert.deepEqual(["2", "3", "4"].map((row) => customers.get(row)?.["points"]), [20n, 0n, 40n]);
});

Deno.test("a revert that goes on minds closed tables in which something is left to do, and no others", async () => {
  let [closed, isFull] = [0, false];
  const fails = (type: string, message: string) => ({ error: { type, message } });
  const onCall = ({ name, text }: FaultyCall) => {
    if (name === "table.add_rows" && text.includes(`{"id":${closed}}`)) {
      return fails("anvil.server.PermissionDenied", "Cannot write to this table");
    }
    // So long that the row is committed before cells of other rows are set.
    if (name === "table.add_rows" && text.includes("Bread")) app.passTime(20_000);
    const isRefused = name === "row.batch_update" && isFull;
    return isRefused ? fails("anvil.tables.QuotaExceededError", "Storage quota exceeded") : undefined;
  };
  await using app = await restoredApp(shopApp(), { into: shopApp(), transactionIdleMs: 60_000, faults: { onCall } });
  await using editor = await AppEditor.open(app.server.url);
  await editor.remove("orders", "7");
  await editor.change("customers", "1", { points: 99n });
  isFull = true;
  assert.equal((await apply(app, "--revert")).code, 13);
  assert.equal((await editor.rows("orders")).size, 5, "the order is back");
  [closed, isFull] = [SHOP.customers, false];
  const refused = await apply(app, "--resume");
  assert.equal(refused.code, 12, refused.out + refused.err);
  assert.match(refused.err, /Server code may not write to table 'customers'\n/);
  closed = SHOP.orders;
  const done = await apply(app, "--resume");
  assert.equal(done.code, 0, done.out + done.err);
  assert.equal((await editor.rows("customers")).get("1")?.["points"], 10n);
});
