/** Links to rows that are deleted: kept as they are in classic storage; emptied, followed or guarded in split storage. */
import assert from "node:assert/strict";
import { STORAGE_STYLES } from "../../../lib/serve/app/snapshot.ts";
import type { OnDelete } from "../../../lib/serve/app/served_app.ts";
import type { ArchiveContent } from "../../../lib/archive/making/build_archive.ts";
import { readSchemaText } from "../../../lib/schema/read_schema_text.ts";
import { smallApp } from "../../fixtures/apps/small_app.ts";
import { Cap, q, ref, type ServeClient, served } from "../../fixtures/serving/serve_client.ts";

const linked = () =>
  smallApp({
    targets: { columns: { name: "string" }, rows: [["a"], ["b"], ["c"]] },
    holders: {
      columns: { n: "number", one: "link_single targets", many: "link_multiple targets" },
      rows: [[0n, "[1,1]", `["[1,1]","[1,2]","[1,1]"]`], [1n, "[1,2]", "[]"], [2n, null, null]],
    },
    further: { columns: { one: "link_single holders", file: "media" }, rows: [["[2,4]", null], ["[2,5]", null]] },
  });

const lengthOf = (client: ServeClient, table: Cap) => client.call("search.get_length", [table]);

Deno.test("classic: a link to a deleted row stays, is found by its id, and may be written", async () => {
  await using serving = await served({ writable: true }, linked());
  const { client } = serving;
  const [targets, holders] = [await client.table("targets"), await client.table("holders")];
  const dead = ref(targets.row(1));
  await client.call("row.delete", [targets.row(1)]);
  assert.deepEqual(await client.column(holders, "n", [], { one: dead }), [0]);
  assert.deepEqual(await client.column(holders, "n", [], { many: [dead] }), [0]);
  const { one, many } = await client.row(holders, 4);
  assert.deepEqual([one, many], [1, [1, 2, 1]]);
  await client.call("row.update", [holders.row(5), { one: dead, many: [dead] }]);
  assert.deepEqual(await client.column(holders, "n", [], { one: dead }), [0, 1]);
});

Deno.test("split: a deletion empties single links and shortens lists; no search finds the dead row, and writing it is an error", async () => {
  await using serving = await served({ storage: "split", writable: true }, linked());
  const { client } = serving;
  const [targets, holders] = [await client.table("targets"), await client.table("holders")];
  const dead = ref(targets.row(1));
  await client.call("row.delete", [targets.row(1)]);
  const { one, many } = await client.row(holders, 4);
  assert.deepEqual([one, many], [null, [2]]);
  assert.deepEqual(await client.column(holders, "n", [], { one: dead }), []);
  assert.deepEqual(await client.column(holders, "n", [], { many: [dead] }), []);
  assert.deepEqual(await client.column(holders, "n", [], { one: null }), [0, 2]);
  for (const values of [{ one: dead }, { many: [dead] }]) {
    const failure = await client.failure("row.update", [holders.row(5), values]);
    assert.equal(failure.type, "anvil.tables.TableError");
    assert.match(failure.message, /^Internal database error: ERROR: .*foreign key/);
  }
  assert.equal((await client.row(holders, 5))["one"], 2);
});

Deno.test("split: dead links in an archive of classic storage do not show, in rows, searches, orders or CSV", async () => {
  const content = smallApp({
    targets: { columns: { name: "string" }, rows: [["a"]] },
    holders: {
      columns: { n: "number", one: "link_single targets", many: "link_multiple targets" },
      rows: [[0n, "[1,99]", `["[1,99]","[1,1]"]`], [1n, "[1,1]", null]],
    },
  });
  await using serving = await served({ storage: "split" }, content);
  const { client } = serving;
  const [targets, holders] = [await client.table("targets"), await client.table("holders")];
  const dead = ref(targets.row(99));
  assert.deepEqual((await client.search(holders)).rows.map(({ cells }) => [cells["one"], cells["many"]]), [
    [null, [1]],
    [1, []],
  ]);
  assert.deepEqual(await client.column(holders, "n", [], { one: dead }), []);
  assert.deepEqual(await client.column(holders, "n", [], { one: null }), [0]);
  assert.deepEqual(await client.column(holders, "n", [], { many: [dead] }), []);
  assert.deepEqual(await client.column(holders, "n", [q.order_by("one"), q.page_size(1)]), [0, 1]);
  const { bytes } = await client.bytes(await client.call("table.to_csv", [holders]));
  assert.deepEqual(new TextDecoder().decode(bytes).split("\n").slice(1), [
    '"[2,2]",0,"","#ROWS[[1,1]]"',
    '"[2,3]",1,"#ROW[1,1]","#ROWS[]"',
  ]);
});

for (const storage of STORAGE_STYLES) {
  Deno.test(`${storage}: a new row never gets the id that a dead link still names`, async () => {
    const content = smallApp({
      targets: { columns: { name: "string" }, rows: [["a"]] },
      holders: { columns: { one: "link_single targets" }, rows: [["[1,99]"]] },
    });
    await using serving = await served({ storage, writable: true }, content);
    const [id] = await serving.client.call("table.add_row", [await serving.client.table("targets"), {}]) as unknown[];
    assert.equal(id, 100);
  });
}

Deno.test("split, set to None: what links to a deleted row stays", async () => {
  await using serving = await served({ storage: "split", writable: true, onDelete: "none" }, linked());
  const { client } = serving;
  await client.call("row.delete", [(await client.table("targets")).row(1)]);
  assert.equal(await lengthOf(client, await client.table("holders")), 3);
});

Deno.test("split, cascade: what links to a deleted row by a single link goes too, and so on; lists only get shorter", async () => {
  await using serving = await served({ storage: "split", writable: true, onDelete: "cascade" }, linked());
  const { client } = serving;
  const [targets, holders, further] = [
    await client.table("targets"),
    await client.table("holders"),
    await client.table("further"),
  ];
  await client.call("row.delete", [targets.row(1)]);
  assert.deepEqual(await client.column(holders, "n"), [1, 2]);
  assert.equal(await lengthOf(client, further), 1);
  await client.call("table.delete_all_rows", [targets]);
  assert.deepEqual(await client.column(holders, "n"), [2]);
  assert.equal(await lengthOf(client, further), 0);
});

Deno.test("split, cascade: rows that link in a circle go once", async () => {
  const circle = smallApp({
    ring: { columns: { next: "link_single ring" }, rows: [["[1,2]"], ["[1,3]"], ["[1,1]"], ["[1,4]"]] },
  });
  await using serving = await served({ storage: "split", writable: true, onDelete: "cascade" }, circle);
  const ring = await serving.client.table("ring");
  await serving.client.call("row.delete", [ring.row(2)]);
  assert.deepEqual((await serving.client.search(ring)).ids, ["4"]);
});

Deno.test("split, restrict: a row that others link to stays, with everything else of the call; its holders go first", async () => {
  await using serving = await served({ storage: "split", writable: true, onDelete: "restrict" }, linked());
  const { client } = serving;
  const [targets, holders, further] = [
    await client.table("targets"),
    await client.table("holders"),
    await client.table("further"),
  ];
  const failure = await client.failure("row.batch_delete", [[targets.row(3), targets.row(1)]]);
  assert.equal(failure.type, "anvil.tables.TableError");
  assert.match(failure.message, /other rows link to them/);
  assert.equal(await lengthOf(client, targets), 3);
  await client.failure("table.delete_all_rows", [targets]);
  await client.call("row.delete", [targets.row(3)]);
  await client.call("table.delete_all_rows", [further]);
  await client.call("table.delete_all_rows", [holders]);
  await client.call("table.delete_all_rows", [targets]);
  assert.equal(await lengthOf(client, targets), 0);
});

Deno.test("split, restrict: rows that go together do not hold each other, and a refusal aborts its transaction", async () => {
  const chain = smallApp({ chain: { columns: { next: "link_single chain" }, rows: [[null], ["[1,1]"], ["[1,3]"]] } });
  await using serving = await served({ storage: "split", writable: true, onDelete: "restrict" }, chain);
  const { client } = serving;
  const table = await client.table("chain");
  await client.call("row.delete", [table.row(3)]);
  await client.call("private:tables.open_transaction");
  await client.failure("row.delete", [table.row(1)]);
  assert.match((await client.failure("table.list_columns", [table])).message, /transaction is aborted/);
  await client.call("private:tables.close_transaction", [true]);
  await client.call("table.delete_all_rows", [table]);
  assert.equal(await lengthOf(client, table), 0);
});

Deno.test("classic storage knows none of this", async () => {
  for (const onDelete of ["cascade", "restrict"] as const) {
    await using serving = await served({ writable: true, onDelete }, linked());
    const { client } = serving;
    await client.call("row.delete", [(await client.table("targets")).row(1)]);
    assert.deepEqual(await client.column(await client.table("holders"), "one"), [1, 2, null]);
  }
});

/** An app from a schema text, whose unknown attributes the translator keeps. */
function fromText(attribute: string): ArchiveContent {
  const text = `
db_schema:
  targets: {columns: [{name: name, type: string}]}
  holders:
    columns:
    - {name: n, type: number}
    - {name: one, type: link_single, target: targets${attribute}}
`;
  const { schema } = readSchemaText(text, "anvil.yaml");
  const tables = schema.tables.map((table) => ({ ...table, id: table.name === "targets" ? 1 : 2 }));
  return {
    schema: { ...schema, tables },
    rows: new Map([
      ["targets", [{ id: "1", cells: ["a"] }]],
      ["holders", [{ id: "2", cells: [0n, "[1,1]"] }]],
    ]),
    media: [],
    provenance: [],
  };
}

for (
  const [attribute, left] of [
    ["", 1],
    [", on_delete: set_null", 1],
    [", on_delete: whatever", 1],
    [", on_delete: cascade", 0],
  ] as const
) {
  Deno.test(`split: a column's own attribute says what a deletion does: ${attribute === "" ? "none" : attribute.slice(2)}`, async () => {
    await using serving = await served({ storage: "split", writable: true }, fromText(attribute));
    const { client } = serving;
    await client.call("row.delete", [(await client.table("targets")).row(1)]);
    assert.equal(await lengthOf(client, await client.table("holders")), left);
  });
}

Deno.test("split: what the server is told goes before what the column says", async () => {
  for (const [onDelete, left] of [["none", 1], ["cascade", 0]] satisfies [OnDelete, number][]) {
    await using serving = await served(
      { storage: "split", writable: true, onDelete },
      fromText(", on_delete: restrict"),
    );
    const { client } = serving;
    await client.call("row.delete", [(await client.table("targets")).row(1)]);
    assert.equal(await lengthOf(client, await client.table("holders")), left);
  }
  await using serving = await served({ storage: "split", writable: true }, fromText(", on_delete: restrict"));
  const failure = await serving.client.failure("row.delete", [(await serving.client.table("targets")).row(1)]);
  assert.equal(failure.type, "anvil.tables.TableError");
});

for (const storage of STORAGE_STYLES) {
  Deno.test(`${storage}: media of deleted rows are gone, those of others stay`, async () => {
    await using serving = await served({ storage, writable: true });
    const { client } = serving;
    const types = await client.table("all_types");
    const [{ m: gone }, { m: kept }] = [await client.row(types, 133), await client.row(types, 134)];
    await client.call("row.delete", [types.row(133)]);
    await assert.rejects(client.bytes(gone));
    assert.equal((await client.bytes(kept)).bytes.length, 70_000);
    await client.call("table.delete_all_rows", [types]);
    await assert.rejects(client.bytes(kept));
  });
}
