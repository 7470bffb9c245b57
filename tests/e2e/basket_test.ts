/** The command that the page of `browse` composes, copied into a shell, does what the page said. */
import assert from "node:assert/strict";
import { systemClock } from "../../lib/clock.ts";
import { shopApp } from "../fixtures/apps/shop_app.ts";
import { smallApp } from "../fixtures/apps/small_app.ts";
import { showPage } from "../fixtures/browsing/running_page.ts";
import { AppEditor } from "../fixtures/running/app_editor.ts";
import { runHere, variablesFor } from "../fixtures/running/program_here.ts";
import { restoredApp } from "../fixtures/running/restored_app.ts";

/** What a shell makes of a command, as bash reads it: PowerShell and cmd read what is in double quotes alike. */
async function words(command: string): Promise<readonly string[]> {
  const { stdout } = await new Deno.Command("bash", { args: ["-c", `printf '%s\\0' ${command}`] }).output();
  return new TextDecoder().decode(stdout).split("\0").slice(0, -1);
}

/** The command on a basket's page, without entities. */
function commandIn(page: string): string {
  const [, text = ""] = /<code class="command copy"[^>]*>([^<]*)<\/code>/.exec(page) ?? [];
  return text.replaceAll("&quot;", '"').replaceAll("&amp;", "&").trim();
}

Deno.test("the command in the basket puts exactly the picked rows back, and the page names them", async () => {
  await using app = await restoredApp(shopApp(), { into: shopApp() });
  await using editor = await AppEditor.open(app.server.url);
  await editor.change("orders", "5", { what: "Coffee", price: 99n });
  await editor.change("orders", "6", { price: 98n });
  await editor.remove("customers", "2");
  await using page = await showPage(app.dir.file("backup.sqlite"), systemClock, null);
  const added = await page.get("/basket/add?night=file&row=2.5&row=1.2");
  assert.equal(added.status, 303);
  const basket = await (await page.get(added.headers.get("location") ?? "")).text();
  for (const name of ["Tea", "Bob"]) assert.match(basket, new RegExp(`>\\s*${name}\\s*</a>`));
  const [program, ...args] = await words(commandIn(basket));
  assert.equal(program, "anvil-sqlite");
  const variables = variablesFor(app.server.url);
  const plan = await runHere(args, { variables, clock: app.clock });
  assert.equal((await editor.rows("orders")).get("5")?.["what"], "Coffee", "without --apply nothing is written");
  const { code, out, err } = await runHere([...args, "--apply", "--yes"], { variables, clock: app.clock });
  assert.equal(code, 0, plan.out + out + err);
  const orders = await editor.rows("orders");
  assert.deepEqual([orders.get("5")?.["what"], orders.get("5")?.["price"]], ["Tea", 1.5]);
  assert.equal(orders.get("6")?.["price"], 98n, "a row that was not picked stays as it is");
  assert.ok([...(await editor.rows("customers")).values()].some((row) => row["name"] === "Bob"));
});

Deno.test("more than 50 rows are in a file that the command reads", async () => {
  const content = smallApp({
    things: { columns: { name: "string" }, rows: Array.from({ length: 80 }, (_, at) => [`thing ${at}`]) },
  });
  await using app = await restoredApp(content, { into: content });
  await using editor = await AppEditor.open(app.server.url);
  for (const row of ["1", "60", "70"]) await editor.change("things", row, { name: "spoilt" });
  await using page = await showPage(app.dir.file("backup.sqlite"), systemClock, null);
  const picked = Array.from({ length: 60 }, (_, at) => `row=1.${at + 1}`).join("&");
  const added = await page.get(`/basket/add?night=file&${picked}`);
  const basket = await (await page.get(added.headers.get("location") ?? "")).text();
  const [, file = ""] = /href="(\/basket\/rows\.txt[^"]*)"/.exec(basket) ?? [];
  const list = await page.get(file.replaceAll("&amp;", "&"));
  assert.match(list.headers.get("content-disposition") ?? "", /^attachment; filename="rows-file\.txt"/);
  await Deno.writeTextFile(app.dir.file("rows-file.txt"), await list.text());
  const args = (await words(commandIn(basket))).slice(1)
    .map((word) => word === "rows-file.txt" ? app.dir.file(word) : word);
  assert.ok(args.includes("--rows-from"));
  const variables = variablesFor(app.server.url);
  const { code, out, err } = await runHere([...args, "--apply", "--yes"], { variables, clock: app.clock });
  assert.equal(code, 0, out + err);
  const things = await editor.rows("things");
  assert.deepEqual(["1", "60", "70"].map((row) => things.get(row)?.["name"]), ["thing 0", "thing 59", "spoilt"]);
});

Deno.test("restore --rows-from refuses a file without rows, and a line that is not a row id", async () => {
  await using app = await restoredApp(shopApp(), { into: shopApp() });
  const variables = variablesFor(app.server.url);
  const list = app.dir.file("rows.txt");
  const run = async (text: string) => {
    await Deno.writeTextFile(list, text);
    return await runHere(["restore", app.dir.file("backup.sqlite"), "--revert", "--rows-from", list], { variables });
  };
  const wrong = await run("[1,2]\nBob\n");
  assert.equal(wrong.code, 2);
  assert.match(wrong.err, /line 2 is not a row id: "Bob"/);
  const empty = await run("# nothing\n\n");
  assert.equal(empty.code, 2);
  assert.match(empty.err, /it names no row/);
});
