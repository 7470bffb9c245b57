import assert from "node:assert/strict";
import { schemaFromJson, schemaToJson } from "../../lib/schema/schema_json.ts";
import { parseExact, stringifyExact } from "../../lib/json/exact_json.ts";
import { app, column, link, table } from "./builders.ts";

const SCHEMA = app(
  table("pets", [
    link("owner", "people", {
      id: "Zz9+xYwVuTs=",
      declaredType: "liveObject",
      targetId: 502,
      extra: { admin_ui: { width: 200, order: 1.5 } },
    }),
    column("\0", "number", { clientHidden: true }),
  ], { id: 501, title: "Pets" }),
  table("people", [], { server: null, client: null }),
);

Deno.test("schemaToJson() gives the documented form", () => {
  assert.deepEqual(
    stringifyExact(schemaToJson(SCHEMA)),
    '{"format":1,"source":"db_schema mapping","tables":[' +
      '{"id":501,"name":"pets","title":"Pets","server":"full","client":"none","attributes":{},"columns":[' +
      '{"id":"Zz9+xYwVuTs=","name":"owner","type":"liveObject","kind":"link_single","target":"people","target_id":502,' +
      '"client_hidden":false,"attributes":{"admin_ui":{"order":1.5,"width":200}}},' +
      '{"id":null,"name":"\\u0000","type":"number","kind":"number","target":null,"target_id":null,' +
      '"client_hidden":true,"attributes":{}}]},' +
      '{"id":null,"name":"people","title":null,"server":null,"client":null,"attributes":{},"columns":[]}]}',
  );
});

Deno.test("schemaFromJson() reads what schemaToJson() wrote", () => {
  assert.deepEqual(schemaFromJson(schemaToJson(SCHEMA)), SCHEMA);
  assert.deepEqual(schemaFromJson(parseExact(stringifyExact(schemaToJson(SCHEMA)))), SCHEMA);
});

for (
  const [what, json] of [
    ["schema", null],
    ["format", { format: 2, source: "live", tables: [] }],
    ["source", { format: 1, source: "guess", tables: [] }],
    ["tables", { format: 1, source: "live", tables: {} }],
    ["table", { format: 1, source: "live", tables: [1] }],
    ["name", { format: 1, source: "live", tables: [{ id: null, name: 1 }] }],
  ] as const
) {
  Deno.test(`schemaFromJson() refuses JSON with a wrong ${what}, naming it`, () => {
    assert.throws(() => schemaFromJson(json), {
      name: "AnvilSqliteError",
      code: "bad-schema-json",
      exitCode: 20,
      message: new RegExp(`^Cannot read the schema's JSON: "${what}" is `),
    });
  });
}
