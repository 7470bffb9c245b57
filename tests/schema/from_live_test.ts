import assert from "node:assert/strict";
import { isUnreadable, schemaFromLive } from "../../lib/schema/from_live.ts";
import { column, link, links, table } from "./builders.ts";

const untold = { server: null, client: null } as const;

Deno.test("schemaFromLive() makes a schema of the listing, tables by name, targets by table id", () => {
  const { schema, warnings } = schemaFromLive([
    {
      name: "pets",
      id: 101,
      columns: [
        { id: "Lhhbi_NglbmQ", name: "nickname", type: "string", client_hidden: null },
        { id: "LkDbSmjg8XI2", name: "owner", type: "link_single", table_id: 100, client_hidden: true },
        { id: "LkDbSmjg8XI3", name: "friends", type: "link_multiple", table_id: 101, client_hidden: false, new: [1] },
      ],
    },
    { name: "people", id: 100, columns: [] },
  ]);
  assert.deepEqual(schema, {
    source: "live",
    tables: [
      table("people", [], { id: 100, ...untold }),
      table("pets", [
        column("nickname", "string", { id: "Lhhbi_NglbmQ" }),
        link("owner", "people", { id: "LkDbSmjg8XI2", targetId: 100, clientHidden: true }),
        links("friends", "pets", { id: "LkDbSmjg8XI3", targetId: 101, extra: { new: [1] } }),
      ], { id: 101, ...untold }),
    ],
  });
  assert.deepEqual(warnings, []);
});

Deno.test("schemaFromLive() takes the older spellings of links, which some runtimes report", () => {
  const { schema, warnings } = schemaFromLive([{
    name: "t",
    id: 1,
    columns: [
      { id: "a", name: "one", type: "liveObject", table_id: 1, backend: "anvil.tables.Row" },
      { id: "b", name: "many", type: "liveObjectArray", table_id: 1 },
    ],
  }]);
  assert.deepEqual(schema.tables[0]?.columns.map(({ kind, target }) => [kind, target]), [
    ["link_single", "t"],
    ["link_multiple", "t"],
  ]);
  assert.deepEqual(warnings, []);
});

Deno.test("schemaFromLive() warns of a target outside the listing and keeps its id", () => {
  const { schema, warnings } = schemaFromLive([
    { name: "t", id: 1, columns: [{ id: "a", name: "x", type: "link_single", table_id: 7 }] },
  ]);
  assert.deepEqual(schema.tables[0]?.columns, [link("x", null, { id: "a", targetId: 7 })]);
  assert.deepEqual(warnings.map(({ code, table, column, line }) => [code, table, column, line]), [
    ["missing-target", "t", "x", null],
  ]);
});

Deno.test("schemaFromLive() keeps a table that may not be read, marked as such", () => {
  const { schema, warnings } = schemaFromLive([{ name: "secrets", id: 9, columns: null }]);
  assert.deepEqual(schema.tables.map(isUnreadable), [true]);
  assert.deepEqual(schema.tables[0]?.columns, []);
  assert.deepEqual(warnings.map(({ code, message }) => [code, message]), [
    ["unreadable-table", 'Table "secrets" may not be read with this key; its columns are not known'],
  ]);
});

Deno.test("schemaFromLive() keeps columns without a value yet as unknown, with a warning", () => {
  const { schema, warnings } = schemaFromLive([
    { name: "t", id: 1, columns: [{ id: "a", name: "x", type: "unresolved", client_hidden: null }] },
  ]);
  assert.deepEqual(schema.tables[0]?.columns, [column("x", "unknown", { id: "a", declaredType: "unresolved" })]);
  assert.deepEqual(warnings.map(({ code }) => code), ["unknown-type"]);
});

Deno.test("schemaFromLive() warns of a reply that is no list of columns", () => {
  const { schema, warnings } = schemaFromLive([{ name: "t", id: 1, columns: { error: 1 } }]);
  assert.deepEqual(schema.tables, [table("t", [], { id: 1, ...untold })]);
  assert.deepEqual(warnings.map(({ code }) => code), ["odd-columns"]);
});
