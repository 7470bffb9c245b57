import assert from "node:assert/strict";
import { completeSchema, withLinkTargets } from "../../lib/schema/complete_schema.ts";
import { schemaFromLive } from "../../lib/schema/from_live.ts";
import { readSchemaText } from "../../lib/schema/read_schema_text.ts";
import { app, column, link, table } from "./builders.ts";

const FILE = readSchemaText(
  `db_schema:
  gone: {client: full, server: full, title: Gone, columns: []}
  pets:
    client: search
    server: full
    title: My pets
    indexes: [{columns: [name], type: b_tree}]
    retention: 30
    columns:
    - {admin_ui: {width: 99}, name: name, type: string}
    - {admin_ui: {width: 77}, name: age, type: string, since: 2027}
  secret: {client: none, server: search, title: Secret, columns: [{name: code, type: string}]}
`,
  "anvil.yaml",
).schema;

const LIVE = schemaFromLive([
  {
    name: "pets",
    id: 5,
    columns: [
      { id: "a", name: "age", type: "number", client_hidden: true },
      { id: "b", name: "name", type: "string", client_hidden: null },
      { id: "c", name: "new", type: "bool" },
    ],
  },
  { name: "secret", id: 6, columns: null },
]).schema;

Deno.test("completeSchema() takes from the file what the app does not tell, and nothing that it does", () => {
  const { schema } = completeSchema(LIVE, FILE);
  assert.deepEqual(schema.tables, [
    table("pets", [
      column("age", "number", { id: "a", clientHidden: true, extra: { admin_ui: { width: 77 }, since: 2027 } }),
      column("name", "string", { id: "b", extra: { admin_ui: { width: 99 } } }),
      column("new", "bool", { id: "c" }),
    ], {
      id: 5,
      title: "My pets",
      client: "search",
      extra: { indexes: [{ columns: ["name"], type: "b_tree" }], retention: 30 },
    }),
    table("secret", [column("code")], { id: 6, title: "Secret", server: "search", extra: { columns: null } }),
  ]);
});

Deno.test("completeSchema() lists what is the file's word alone", () => {
  assert.deepEqual(completeSchema(LIVE, FILE).taken, [
    {
      table: "pets",
      attributes: ["client", "indexes", "retention", "server", "title"],
      columns: { age: ["admin_ui", "since"], name: ["admin_ui"] },
    },
    { table: "secret", attributes: ["client", "columns", "server", "title"], columns: {} },
  ]);
  assert.deepEqual(completeSchema(LIVE, app()), { schema: LIVE, taken: [] });
});

Deno.test("completeSchema() pairs columns of one name in their order, and tables of one name by id", () => {
  const twice = (ids: readonly (number | null)[]) =>
    app(...ids.map((id, i) => table("t", [0, 1].map((j) => column("c", "bool", { extra: { n: 2 * i + j } })), { id })));
  const live = app(table("t", [column("c", "bool"), column("c", "bool"), column("c", "bool")], { id: 7, title: null }));
  const numbers = (file: ReturnType<typeof app>) =>
    completeSchema(live, file).schema.tables[0]?.columns.map(({ extra }) => extra["n"]);
  assert.deepEqual(numbers(twice([6, 7])), [2, 3, undefined]);
  assert.deepEqual(numbers(twice([null])), [0, 1, undefined]);
});

Deno.test("withLinkTargets() gives every link a table: a known one with its links, an unknown one without columns", () => {
  const known = [table("b", [link("c", "c")]), table("c", [link("a", "a")]), table("d", [link("e", "e")])];
  const schema = app(
    table("a", [link("b", "b"), link("lost", null, { extra: { target: "images" } }), link("x", null)]),
  );
  const whole = withLinkTargets(schema, known);
  assert.deepEqual(whole.tables.map(({ name }) => name), ["a", "b", "images", "c"]);
  assert.deepEqual(whole.tables[2]?.columns, []);
  assert.deepEqual(withLinkTargets(schema, known, new Set(["b", "images"])), schema);
});
