/** Exports as CSV: line by line as a real server writes them, in the order of its columns, whatever a cell's size. */
import assert from "node:assert/strict";
import { csvOrder } from "../../../lib/serve/reply/csv_columns.ts";
import { STORAGE_STYLES } from "../../../lib/serve/app/snapshot.ts";
import type { ServedColumn } from "../../../lib/serve/app/served_app.ts";
import { smallApp } from "../../fixtures/apps/small_app.ts";
import { Cap, q, type ServeClient, served, Wire } from "../../fixtures/serving/serve_client.ts";

async function csvOf(client: ServeClient, cap: Cap, command = "table.to_csv", kwargs: object = {}) {
  const medium = await client.call(command, [cap], { kwargs });
  assert.ok(medium instanceof Wire);
  const { bytes, chunks } = await client.bytes(medium);
  return { medium, text: new TextDecoder().decode(bytes), chunks };
}

const column = (name: string, id: string) => ({ name, id }) as ServedColumn;

Deno.test("up to eight columns are in the order of their ids, more in that of a hash map of their names", () => {
  // As in the transcripts of a real server: `people`, `media_small` and `all_types`.
  const people = [["name", "XHBa1IqPD2Zq"], ["boss", "mjQbOTHyZfxv"], ["company", "Rllo9Mm8Oq7G"], [
    "reports",
    "4IGSfCVVbkPt",
  ]];
  const names = (columns: readonly ServedColumn[]) => columns.map(({ name }) => name);
  assert.deepEqual(names(csvOrder(people.map(([name = "", id = ""]) => column(name, id)), null)), [
    "reports",
    "company",
    "name",
    "boss",
  ]);
  const types = "b d dt m many n one s self_many self_one so".split(" ").map((name) => column(name, name));
  assert.deepEqual(names(csvOrder(types, null)), "d n s dt self_many so many b one self_one m".split(" "));
  assert.deepEqual(
    names(csvOrder(types, ["s", "b"])),
    ["b", "s"],
    "columns that a view names are in the order of names",
  );
  assert.equal(csvOrder([...types, column("", "x")], null).length, 12, "a name without letters has a hash too");
});

for (const storage of STORAGE_STYLES) {
  Deno.test(`${storage}: every kind of cell and None is written as a real server writes it`, async () => {
    await using serving = await served({ storage });
    const { client } = serving;
    const { text, medium } = await csvOf(client, await client.table("all_types"));
    assert.equal(medium.fields["name"], "All types.csv");
    const [head, ...lines] = text.split("\n");
    assert.equal(head, '"ID","d","n","s","dt","self_many","so","many","b","one","self_one","m"');
    const line = (row: number) => lines.find((line) => line.startsWith(`"[12,${row}]"`));
    const lists = `"#ROWS[]"`;
    assert.equal(line(122), `"[12,122]","",1,"int","",${lists},"null",${lists},0,"","",#MEDIA`);
    assert.equal(
      line(123),
      `"[12,123]","",${storage === "classic" ? "1.0" : "1"},"float","",${lists},"null",${lists},0,"","",#MEDIA`,
    );
    assert.equal(line(127), `"[12,127]","",,"true","",${lists},"null",${lists},1,"","",#MEDIA`);
    assert.equal(line(129), `"[12,129]","2024-02-29",,"date","",${lists},"null",${lists},0,"","",#MEDIA`);
    assert.match(line(130) ?? "", /"2024-03-04A03:36:07\.000008\+0130"/);
    assert.match(text, /"h\/é""\\\n日🎉"/);
    assert.equal(
      line(136),
      `"[12,136]","",,"links","",${lists},"null","#ROWS[[5,79],[5,80],[5,79]]",0,"#ROW[5,81]","",#MEDIA`,
    );
    assert.ok(!text.endsWith("\n"));
  });
}

for (const storage of STORAGE_STYLES) {
  Deno.test(`${storage}: numbers are written as JSON writes them, and an infinite one as null`, async () => {
    const rows = [[1.5], ["100000000000000000000"], [Infinity], [-Infinity], [null]];
    await using serving = await served({ storage }, smallApp({ t: { columns: { n: "number" }, rows } }));
    const { text } = await csvOf(serving.client, await serving.client.table("t"));
    assert.deepEqual(text.split("\n").slice(1).map((line) => line.replace(/^"\[1,\d+\]",/, "")), [
      "1.5",
      "100000000000000000000",
      "null",
      "null",
      "",
    ]);
  });
}

Deno.test("each line and each break is a chunk of its own, a long line is several", async () => {
  const rows = [["x".repeat(200_000)], ["y"]];
  await using serving = await served({}, smallApp({ long: { columns: { s: "string" }, rows } }));
  const { chunks, text } = await csvOf(serving.client, await serving.client.table("long"));
  assert.deepEqual(chunks, [8, 1, 64_000, 64_000, 64_000, 8_010, 1, 11]);
  assert.equal(text.length, 200_000 + 31);
});

Deno.test("a cell of 20 MB, too large for any reply, comes as CSV", async () => {
  const huge = `é${"x".repeat(20_000_000)}`;
  await using serving = await served({}, smallApp({ big: { columns: { s: "string" }, rows: [[huge]] } }));
  const { client } = serving;
  const table = await client.table("big");
  assert.match((await client.failure("table.search", [table, [], {}])).message, /^Payload too large/);
  const { text } = await csvOf(client, table);
  assert.equal(text, `"ID","s"\n"[1,1]","${huge}"`);
});

Deno.test("a search is exported alone, a view with its columns and rows alone, formulas escaped when asked", async () => {
  const rows = [["=1", 1n], ["-x", 2n], ["plain", 3n], [null, 4n]];
  await using serving = await served({}, smallApp({ t: { columns: { s: "string", n: "number" }, rows } }));
  const { client } = serving;
  const table = await client.table("t");
  const { search } = await client.search(table, [], { n: q.less_than(3) });
  assert.equal((await csvOf(client, search, "search.to_csv")).text, '"ID","s","n"\n"[1,1]","=1",1\n"[1,2]","-x",2');
  const escaped = await csvOf(client, search, "search.to_csv", { escape_for_excel: true });
  assert.equal(escaped.text, '"ID","s","n"\n"[1,1]","\'=1",1\n"[1,2]","\'-x",2');
  const [view] = await client.call("table.get_view", [table, "r", null, [q.only_cols("n")], {
    s: q.like("%"),
  }]) as Cap[];
  assert.ok(view);
  assert.equal((await csvOf(client, view)).text, '"ID","n"\n"[1,1]",1\n"[1,2]",2\n"[1,3]",3');
  const within = (await client.search(view, [], { n: 3 })).search;
  assert.equal((await csvOf(client, within, "search.to_csv")).text, '"ID","n"\n"[1,3]",3');
});

Deno.test("more rows than one statement reads are exported whole", async () => {
  const rows = Array.from({ length: 1_203 }, (_, i) => [BigInt(i)]);
  await using serving = await served({}, smallApp({ many: { columns: { n: "number" }, rows } }));
  const { text } = await csvOf(serving.client, await serving.client.table("many"));
  assert.equal(text.split("\n").length, 1_204);
});

Deno.test("an export that a client makes up is refused by its key", async () => {
  await using serving = await served();
  const handle = { manager: "query-csv-v2", id: "[5,null,null,false]", key: "0".repeat(32) };
  const failure = await serving.client.failure("private:fetch_lazy_media", [handle]);
  assert.match(failure.message, /^Internal server error: /);
});
