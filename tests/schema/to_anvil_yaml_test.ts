import assert from "node:assert/strict";
import type { AppSchema, TableSchema } from "../../lib/schema/model/app_schema.ts";
import { type ColumnKind } from "../../lib/schema/model/column_kind.ts";
import { readSchemaText } from "../../lib/schema/read_schema_text.ts";
import { toAnvilYaml } from "../../lib/schema/to_anvil_yaml.ts";
import { fc } from "../deps.ts";
import { anyCharacter } from "../fixtures/texts/any_character.ts";
import { app, column, link, links, table } from "./builders.ts";
import { timesAsked } from "../fixtures/running/times_asked.ts";

const readBack = (schema: AppSchema) => readSchemaText(toAnvilYaml(schema), "written").schema;

Deno.test("toAnvilYaml() writes the mapping shape, keys sorted as Anvil sorts them", () => {
  const text = toAnvilYaml(app(
    table("people", [], { client: "search", title: 'The "People"' }),
    table("pets", [
      column("nick: name", "string", { clientHidden: true, extra: { admin_ui: { order: 0, width: 200.5 } } }),
      link("owner", "people"),
      links("others", null),
    ], { extra: { indexes: [{ columns: ["nick: name"], type: "trigram" }] } }),
  ));
  assert.equal(
    text,
    `db_schema:
  people:
    client: "search"
    columns: []
    server: "full"
    title: "The \\"People\\""
  pets:
    client: "none"
    columns:
    - admin_ui: {"order":0,"width":200.5}
      client_hidden: true
      name: "nick: name"
      type: "string"
    - name: "owner"
      target: "people"
      type: "link_single"
    - name: "others"
      target: null
      type: "link_multiple"
    indexes: [{"columns":["nick: name"],"type":"trigram"}]
    server: "full"
`,
  );
});

Deno.test("toAnvilYaml() of no tables is an empty schema", () => {
  assert.equal(toAnvilYaml(app()), "db_schema: {}\n");
});

Deno.test("toAnvilYaml() leaves out what only the list shape has, and writes current spellings", () => {
  const list = app(table("pets", [
    link("owner", "pets", {
      id: "Zz9+xYwVuTs=",
      declaredType: "liveObject",
      targetId: 5,
      extra: { backend: "anvil.tables.Row", sql_name: "x" },
    }),
    column("odd", "unknown", { declaredType: "liveObject", extra: { backend: "custom.Thing", table_id: 3 } }),
  ], { id: 5, extra: { access: { server: "full", client: "none" } } }));
  assert.deepEqual(
    readBack(list),
    app(table("pets", [link("owner", "pets"), column("odd", "unknown", { declaredType: "unresolved" })])),
  );
});

Deno.test("toAnvilYaml() gives Anvil's default access where the schema does not tell it", () => {
  const live = app(table("t", [], { id: 1, server: null, client: null }));
  assert.deepEqual(readBack(live), app(table("t")));
});

Deno.test("toAnvilYaml() refuses two tables of one name", () => {
  assert.throws(() => toAnvilYaml(app(table("users", [], { id: 6 }), table("users", [], { id: 7 }))), {
    name: "AnvilSqliteError",
    code: "duplicate-table",
    message: 'Cannot write db_schema: two tables are called "users"',
  });
});

Deno.test("toAnvilYaml() writes names that YAML would misread so that they come back", () => {
  const names = [
    "null",
    "yes",
    "~",
    "1e3",
    "",
    " x ",
    "a: b",
    "- a",
    "#",
    "'",
    '"',
    "\\",
    "\n",
    "\t",
    "\0",
    "\x7f\x85\xa0",
  ];
  const odd = [
    ...names,
    "\u2028\u2029\ufeff\uffff",
    "😀",
    "\ud800",
    "__proto__",
    "constructor",
    "<<",
    "x".repeat(2_000),
  ];
  const schema = app(...odd.toSorted().map((name) => table(name, odd.map((name) => column(name)), { title: name })));
  assert.deepEqual(readBack(schema), schema);
});

Deno.test("toAnvilYaml() of any schema reads back equal, up to source and ids", () => {
  const name = fc.string({ unit: anyCharacter });
  const plain = fc.constantFrom<ColumnKind>("string", "number", "bool", "date", "datetime", "media", "simpleObject");
  const arbitrary = fc.uniqueArray(name, { minLength: 1, maxLength: 5 }).chain((names) => {
    const target = fc.option(fc.constantFrom(...names));
    const columns = fc.array(
      fc.oneof(
        fc.tuple(name, plain, fc.boolean()).map(([name, kind, clientHidden]) => column(name, kind, { clientHidden })),
        fc.tuple(name, target).map(([name, target]) => link(name, target)),
        fc.tuple(name, target).map(([name, target]) => links(name, target)),
      ),
      { maxLength: 5 },
    );
    const access = fc.constantFrom("full" as const, "search" as const, "none" as const);
    const tables = names.map((name) =>
      fc.record({ columns, server: access, client: access, title: fc.option(fc.string()) }).map((parts): TableSchema =>
        table(name, parts.columns, parts)
      )
    );
    return fc.tuple(...tables);
  });
  fc.assert(
    fc.property(arbitrary, (tables) => {
      const sorted = app(...tables.toSorted((a, b) => (a.name < b.name ? -1 : 1)));
      assert.deepEqual(byName(readBack(sorted)), byName(sorted));
    }),
    { numRuns: timesAsked(50) },
  );
});

function byName(schema: AppSchema): AppSchema {
  return { ...schema, tables: schema.tables.toSorted((a, b) => (a.name < b.name ? -1 : 1)) };
}
