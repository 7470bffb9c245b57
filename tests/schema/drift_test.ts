import assert from "node:assert/strict";
import type { AppSchema } from "../../lib/schema/model/app_schema.ts";
import { compareSchemas } from "../../lib/schema/drift.ts";
import { app, column, link, links, table } from "./builders.ts";

const messages = (file: AppSchema, live: AppSchema) => compareSchemas(file, live).map(({ message }) => message);

Deno.test("compareSchemas() finds nothing between a file and the app it describes", () => {
  const file = app(
    table("pets", [column("name"), link("owner", "people", { declaredType: "liveObject" })], { title: "Pets" }),
    table("people"),
  );
  const live = app(
    table("people", [], { id: 1, server: null, client: null }),
    table("pets", [link("owner", "people", { id: "b", targetId: 1 }), column("name", "string", { id: "a" })]),
  );
  assert.deepEqual(compareSchemas(file, live), []);
});

Deno.test("compareSchemas() tells tables and columns that are missing in the app, or extra in it", () => {
  const file = app(table("gone", [column("x")]), table("pets", [column("name"), column("old")]));
  const live = app(table("fresh", [column("y")]), table("pets", [column("name"), column("new")]));
  assert.deepEqual(compareSchemas(file, live), [
    { kind: "missing-table", table: "gone", column: null, message: 'Table "gone" is not in the app' },
    { kind: "missing-column", table: "pets", column: "old", message: 'Column "old" of table "pets" is not in the app' },
    { kind: "extra-column", table: "pets", column: "new", message: 'Column "new" of table "pets" is not in the file' },
    { kind: "extra-table", table: "fresh", column: null, message: 'Table "fresh" is not in the file' },
  ]);
});

Deno.test("compareSchemas() tells columns of another type", () => {
  const file = app(table("t", [column("a", "number"), column("b", "unknown", { declaredType: "vector" })]));
  const live = app(table("t", [column("a", "string"), column("b", "unknown", { declaredType: "unresolved" })]));
  assert.deepEqual(compareSchemas(file, live), [
    {
      kind: "retyped-column",
      table: "t",
      column: "a",
      message: 'Column "a" of table "t" is number in the file, string in the app',
    },
    {
      kind: "retyped-column",
      table: "t",
      column: "b",
      message: 'Column "b" of table "t" is unknown type "vector" in the file, unknown type "unresolved" in the app',
    },
  ]);
});

Deno.test("compareSchemas() tells links that point elsewhere", () => {
  const file = app(table("t", [link("a", "t"), links("b", null), link("c", null, { extra: { target: "u" } })]));
  const live = app(table("t", [link("a", "u"), links("b", "u"), link("c", "u")]), table("u"));
  assert.deepEqual(messages(file, live), [
    'Column "a" of table "t" links to table "t" in the file, to table "u" in the app',
    'Column "b" of table "t" links to no table of this app in the file, to table "u" in the app',
    'Table "u" is not in the file',
  ]);
  assert.deepEqual(compareSchemas(file, live).map(({ kind }) => kind), [
    "retargeted-column",
    "retargeted-column",
    "extra-table",
  ]);
});

Deno.test("compareSchemas() takes links by the same id for equal where a name is not known", () => {
  const one = (targetId: number) => app(table("t", [link("a", null, { targetId })]));
  assert.deepEqual(messages(one(7), app(table("t", [link("a", "t", { targetId: 7 })]))), []);
  assert.deepEqual(messages(one(7), app(table("t", [link("a", "t", { targetId: 8 })]))), [
    'Column "a" of table "t" links to table id 7 in the file, to table "t" in the app',
  ]);
});

Deno.test("compareSchemas() tells names apart by case", () => {
  assert.deepEqual(
    compareSchemas(app(table("Pets")), app(table("pets"))).map(({ kind, table }) => [kind, table]),
    [["missing-table", "Pets"], ["extra-table", "pets"]],
  );
});

Deno.test("compareSchemas() matches columns of one name in their order", () => {
  const file = app(table("t", [column("x", "string"), column("x", "number"), column("x", "bool")]));
  const live = app(table("t", [column("x", "string"), column("x", "date")]));
  assert.deepEqual(compareSchemas(file, live).map(({ kind, column }) => [kind, column]), [
    ["retyped-column", "x"],
    ["missing-column", "x"],
  ]);
});

Deno.test("compareSchemas() matches tables of one name by id", () => {
  const file = app(table("users", [column("a")], { id: 6 }), table("users", [column("b")], { id: 7 }));
  const live = app(table("users", [column("b")], { id: 7 }));
  assert.deepEqual(messages(file, live), ['Table "users" is not in the app']);
});

Deno.test("compareSchemas() does not compare the columns of a table that could not be read", () => {
  const live = app(table("t", [], { extra: { columns: null } }));
  assert.deepEqual(compareSchemas(app(table("t", [column("a")])), live), []);
});
