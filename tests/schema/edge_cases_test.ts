/** The edge cases of real anvil.yaml files, in the order of section 6 of the notes on them; fixtures are new and small. */
import assert from "node:assert/strict";
import type { SchemaWarning } from "../../lib/schema/model/app_schema.ts";
import { readSchemaText } from "../../lib/schema/read_schema_text.ts";
import { column, link, links, table } from "./builders.ts";

function read(text: string) {
  const { schema, warnings } = readSchemaText(text, "anvil.yaml");
  return { tables: schema.tables, warnings };
}

const places = (warnings: readonly SchemaWarning[]) =>
  warnings.map(({ code, table, column, line }) => [code, table, column, line]);

const mapping = (columns: string) => `db_schema: {t: {client: none, server: full, columns: [${columns}]}}`;

Deno.test("readSchemaText() keeps tables without columns or access, with Anvil's defaults and warnings", () => {
  const { tables, warnings } = read(`db_schema:
  bare: {}
  titled: {title: tenant}
  nothing:
  empty: {client: none, server: full, columns: []}
  mapped: {client: none, server: full, columns: {}}
`);
  assert.deepEqual(tables, [
    table("bare"),
    table("empty"),
    table("mapped"),
    table("nothing"),
    table("titled", [], { title: "tenant" }),
  ]);
  assert.deepEqual(places(warnings), [
    ["missing-access", "bare", null, 2],
    ["missing-columns", "bare", null, 2],
    ["missing-access", "nothing", null, 4],
    ["missing-columns", "nothing", null, 4],
    ["missing-access", "titled", null, 3],
    ["missing-columns", "titled", null, 3],
  ]);
});

Deno.test("readSchemaText() keeps two list entries of one python_name apart by id", () => {
  const { tables, warnings } = read(`db_schema:
- {name: Users, id: 6, python_name: users, columns: {a: {name: email, type: string}}, access: {server: full, client: none}}
- {name: Users, id: 7, python_name: users, columns: {b: {name: mfa, type: string}}, access: {server: full, client: none}}
`);
  assert.deepEqual(tables.map(({ id, name, columns }) => [id, name, columns[0]?.name]), [
    [6, "users", "email"],
    [7, "users", "mfa"],
  ]);
  assert.deepEqual(warnings, [{
    code: "duplicate-table",
    table: "users",
    column: null,
    line: 3,
    message: 'Two tables are called "users" (ids 6 and 7); both are kept',
  }]);
});

Deno.test("readSchemaText() follows a link by a table id in quotes, and says of any other odd id that it is none", () => {
  const { tables, warnings } = read(`db_schema:
- {name: A, id: '6', python_name: a, columns: {x: {name: b, type: liveObject, backend: anvil.tables.Row, table_id: 7}}, access: {server: full, client: none}}
- {name: B, id: 7, python_name: b, columns: {x: {name: a, type: liveObject, backend: anvil.tables.Row, table_id: '6'}}, access: {server: full, client: none}}
- {name: C, id: '06', python_name: c, columns: {}, access: {server: full, client: none}}
`);
  assert.deepEqual(tables.map(({ id, columns }) => [id, columns[0]?.target]), [[6, "b"], [7, "a"], [null, undefined]]);
  assert.deepEqual(places(warnings), [["odd-table-id", "c", null, 4]]);
});

Deno.test("readSchemaText() warns of two tables with one id", () => {
  const { warnings } = read(`db_schema:
- {name: A, id: 6, python_name: a, columns: {}, access: {server: full, client: none}}
- {name: B, id: 6, python_name: b, columns: {}, access: {server: full, client: none}}
`);
  assert.deepEqual(warnings.map(({ message }) => message), ['Tables "a" and "b" have the same id 6']);
});

Deno.test("readSchemaText() takes the last of two tables under one key, and warns of each with its line", () => {
  const { tables, warnings } = read(`db_schema:
  balance:
    client: full
    server: full
    columns: [{name: old, type: string}]
  other: {client: none, server: full, columns: []}
  balance:
    client: none
    server: full
    columns: [{name: new, type: string}]
  third: {client: none, server: full, columns: []}
  third: {client: none, server: full, columns: []}
`);
  assert.deepEqual(tables.find(({ name }) => name === "balance"), table("balance", [column("new")]));
  assert.deepEqual(warnings, [
    {
      code: "duplicate-key",
      table: "balance",
      column: null,
      line: 7,
      message: 'The key "balance" is twice in the file; the last one is taken',
    },
    {
      code: "duplicate-key",
      table: "third",
      column: null,
      line: 11,
      message: 'The key "third" is twice in the file; the last one is taken',
    },
  ]);
});

Deno.test("readSchemaText() warns of a key that stands twice inside a table or outside the schema", () => {
  assert.deepEqual(
    places(
      read("db_schema:\n  t:\n    client: none\n    server: full\n    server: search\n    columns: []\n").warnings,
    ),
    [["duplicate-key", "t", null, 5]],
  );
  assert.deepEqual(places(read("name: a\nname: b\ndb_schema: {}\n").warnings), [
    ["duplicate-key", null, null, 2],
    ["no-tables", null, null, null],
  ]);
});

Deno.test("readSchemaText() keeps a table that a merge nested in another, as an attribute with a warning", () => {
  const { tables, warnings } = read(`db_schema:
  users:
    client: none
    server: full
    columns: []
    carriers:
      client: none
      columns:
      - {name: gateway, type: string}
`);
  assert.deepEqual(tables, [
    table("users", [], { extra: { carriers: { client: "none", columns: [{ name: "gateway", type: "string" }] } } }),
  ]);
  assert.deepEqual(places(warnings), [["nested-table", "users", null, 2]]);
});

Deno.test("readSchemaText() reads CRLF, a byte order mark, deep indentation and flow style with trailing commas", () => {
  const plain = read(
    "db_schema:\n  t:\n    client: none\n    server: full\n    columns:\n    - name: a\n      type: string\n",
  );
  const crlf = "\uFEFFdb_schema:\r\n    t:\r\n        client: none\r\n        server: full\r\n        columns:\r\n" +
    "            -   name: a\r\n                type: string\r\n";
  const pretty =
    `{\n  "db_schema":\n    { t: { client: "none", server: full, columns: [ { name: "a", type: string, }, ], }, },\n}`;
  assert.deepEqual(read(crlf), plain);
  assert.deepEqual(read(pretty), plain);
});

Deno.test("readSchemaText() keeps columns of one name, and warns with the line of each but the first", () => {
  const { tables, warnings } = read(`db_schema:
  users:
    client: none
    server: full
    columns:
    - name: last_login
      type: datetime
    - {name: email, type: string}
    - type: datetime
      name: last_login
`);
  assert.deepEqual(tables[0]?.columns.map(({ name }) => name), ["last_login", "email", "last_login"]);
  assert.deepEqual(places(warnings), [["duplicate-column", "users", "last_login", 10]]);
});

Deno.test("readSchemaText() keeps names that differ in case only, without a warning: Anvil tells them apart", () => {
  const { tables, warnings } = read(mapping("{name: Document, type: media}, {name: document, type: string}"));
  assert.deepEqual(tables[0]?.columns, [column("Document", "media"), column("document")]);
  assert.deepEqual(warnings, []);
});

Deno.test("readSchemaText() keeps every name letter by letter, empty and untrimmed ones too", () => {
  const names = [
    "",
    " ",
    "First Name ",
    "a-b",
    "a/b.c",
    "_correct%",
    "#",
    "inactive'",
    'say "x"',
    "4S_Country",
    "intitulé",
  ];
  const { tables, warnings } = read(
    mapping(
      [...names, "😀", "a\nb", "order", "class", "ID"].map((name) => `{name: ${JSON.stringify(name)}, type: bool}`)
        .join(),
    ),
  );
  assert.deepEqual(tables[0]?.columns.map(({ name }) => name), [...names, "😀", "a\nb", "order", "class", "ID"]);
  assert.deepEqual(warnings, []);
});

Deno.test("readSchemaText() takes the text of a name that YAML reads as something else, with a warning", () => {
  const { tables, warnings } = read(mapping("{name: 2024, type: string}, {name: true, type: bool}, {type: string}"));
  assert.deepEqual(tables[0]?.columns.map(({ name }) => name), ["2024", "true", ""]);
  assert.deepEqual(places(warnings), [
    ["odd-name", "t", "2024", null],
    ["odd-name", "t", "true", null],
    ["missing-name", "t", "", null],
  ]);
});

Deno.test("readSchemaText() keeps titles that repeat: the python name identifies", () => {
  const { tables, warnings } = read(`db_schema:
  a: {title: Gender, client: none, server: full, columns: []}
  b: {title: Gender, client: none, server: full, columns: []}
`);
  assert.deepEqual(tables.map(({ title }) => title), ["Gender", "Gender"]);
  assert.deepEqual(warnings, []);
});

Deno.test("readSchemaText() resolves links to the table itself and links in a circle", () => {
  const { tables, warnings } = read(`db_schema:
  a: {client: none, server: full, columns: [{name: me, type: link_single, target: a}, {name: bs, type: link_multiple, target: b}]}
  b: {client: none, server: full, columns: [{name: a, type: link_single, target: a}]}
`);
  assert.deepEqual(tables.map(({ columns }) => columns), [[link("me", "a"), links("bs", "b")], [link("a", "a")]]);
  assert.deepEqual(warnings, []);
});

Deno.test("readSchemaText() keeps a link whose target is not there, null or absent, with a warning", () => {
  const { tables, warnings } = read(`db_schema:
  t:
    client: none
    server: full
    columns:
    - {name: lost, type: link_single, target: images}
    - {name: foreign, type: link_multiple, target: null}
    - {name: untold, type: link_single}
`);
  assert.deepEqual(tables[0]?.columns, [
    link("lost", null, { extra: { target: "images" } }),
    links("foreign", null),
    link("untold", null),
  ]);
  assert.deepEqual(warnings.map(({ line, message }) => [line, message]), [
    [6, 'Column "lost" links to table "images", which is not there; the links are kept without a target'],
    [7, 'Column "foreign" links to no table of this app; the links are kept without a target'],
    [8, 'Column "untold" links to no table of this app; the links are kept without a target'],
  ]);
});

Deno.test("readSchemaText() keeps a link by a table id that is not in the list, with a warning", () => {
  const { tables, warnings } = read(`db_schema:
- name: T
  id: 5
  python_name: t
  columns:
    aaaaaaaaaaa=: {name: owner, type: liveObject, backend: anvil.tables.Row, table_id: 999}
  access: {server: full, client: none}
`);
  assert.deepEqual(
    tables[0]?.columns,
    [link("owner", null, {
      id: "aaaaaaaaaaa=",
      declaredType: "liveObject",
      targetId: 999,
      extra: { backend: "anvil.tables.Row" },
    })],
  );
  assert.deepEqual(places(warnings), [["missing-target", "t", "owner", 6]]);
});

Deno.test("readSchemaText() accepts a null target on plain columns, and keeps any other with a warning", () => {
  const { tables, warnings } = read(
    mapping("{name: a, type: string, target: null}, {name: b, type: string, target: t}"),
  );
  assert.deepEqual(tables[0]?.columns, [column("a"), column("b", "string", { extra: { target: "t" } })]);
  assert.deepEqual(places(warnings), [["odd-target", "t", "b", null]]);
});

Deno.test("readSchemaText() keeps a mapping table's column in the old link spelling, target unknown", () => {
  const { tables, warnings } = read(
    mapping("{name: a, type: liveObject, table_id: 49, backend: anvil.tables.Row}, {name: b, type: liveObjectArray}"),
  );
  assert.deepEqual(tables[0]?.columns, [
    link("a", null, { declaredType: "liveObject", targetId: 49, extra: { backend: "anvil.tables.Row" } }),
    links("b", null, { declaredType: "liveObjectArray" }),
  ]);
  assert.deepEqual(warnings.map(({ code }) => code), ["missing-target", "missing-target"]);
});

Deno.test("readSchemaText() warns when a service's table is not in the schema, or told by a number", () => {
  const text = (table: string) =>
    `services:
- {source: /runtime/services/tables.yml, client_config: {}, server_config: {}}
- {source: /runtime/services/anvil/users.yml, client_config: {}, server_config: {user_table: ${table}}}
db_schema: {people: {client: none, server: full, columns: []}}
`;
  assert.deepEqual(read(text("people")).warnings, []);
  assert.deepEqual(read(text("null")).warnings, []);
  assert.deepEqual(read(text("users")).warnings.map(({ table, message }) => [table, message]), [
    ["users", 'The Users service uses the table "users", which the schema does not say'],
  ]);
  assert.deepEqual(read(text("507721")).warnings.map(({ table, message }) => [table, message]), [
    [null, "The Users service uses the table with id 507721, which the schema does not say"],
  ]);
});

for (
  const [told, client, server] of [
    ["client: None, server: full", "none", "full"],
    ["client: everything, server: nothing", "none", "full"],
    ["server: search", "none", "search"],
    ["client: search", "search", "full"],
    ["client: [full], server: {a: 1}", "none", "full"],
  ]
) {
  Deno.test(`readSchemaText() takes client ${client} and server ${server} of "${told}", with a warning`, () => {
    const { tables, warnings } = read(`db_schema: {t: {${told}, columns: []}}`);
    assert.deepEqual([tables[0]?.client, tables[0]?.server], [client, server]);
    assert(warnings.length > 0);
    assert(warnings.every(({ code, table }) => ["odd-access", "missing-access"].includes(code) && table === "t"));
  });
}

Deno.test("readSchemaText() says which access was odd and what is taken", () => {
  assert.deepEqual(read("db_schema:\n  t:\n    client: None\n    server: full\n    columns: []\n").warnings, [{
    code: "odd-access",
    table: "t",
    column: null,
    line: 2,
    message: 'Table "t" has client access "None", none of full, search, none; none is taken',
  }]);
});

Deno.test("readSchemaText() takes list entries without access for server full, client none", () => {
  const { tables, warnings } = read(`db_schema:
- {name: Users, id: 1, python_name: users, columns: {b: {name: x, type: string}, a: {name: y, type: string}}}
`);
  assert.deepEqual(tables, [
    table("users", [column("y", "string", { id: "a" }), column("x", "string", { id: "b" })], { id: 1, title: "Users" }),
  ]);
  assert.deepEqual(places(warnings), [["missing-access", "users", null, 2]]);
});

Deno.test("readSchemaText() takes client_hidden false, null and absent for one, and anything odd for hidden", () => {
  const { tables, warnings } = read(mapping(
    "{name: a, type: bool, client_hidden: false}, {name: b, type: bool, client_hidden: null}, {name: c, type: bool}," +
      "{name: d, type: bool, client_hidden: true}, {name: e, type: bool, client_hidden: 'yes'}",
  ));
  assert.deepEqual(tables[0]?.columns.map(({ clientHidden }) => clientHidden), [false, false, false, true, true]);
  assert(tables[0]?.columns.every(({ extra }) => !("client_hidden" in extra)));
  assert.deepEqual(places(warnings), [["odd-client-hidden", "t", "e", null]]);
});

Deno.test("readSchemaText() carries indexes, and warns of one on a column that is not there", () => {
  const indexes = "[{columns: [a], type: b_tree}, {columns: [gone], type: trigram}]";
  const { tables, warnings } = read(
    `db_schema: {t: {client: none, server: full, columns: [{name: a, type: string}], indexes: ${indexes}}}`,
  );
  assert.deepEqual(tables[0]?.extra, {
    indexes: [{ columns: ["a"], type: "b_tree" }, { columns: ["gone"], type: "trigram" }],
  });
  assert.deepEqual(warnings.map(({ message }) => message), [
    'Table "t" has an index on "gone", no column of it; it is kept',
  ]);
});

Deno.test("readSchemaText() keeps the list's order of columns in the mapping shape, whatever admin_ui.order says", () => {
  const { tables } = read(
    mapping("{name: a, type: bool, admin_ui: {order: 2}}, {name: b, type: bool, admin_ui: {order: -1.5}}"),
  );
  assert.deepEqual(tables[0]?.columns.map(({ name }) => name), ["a", "b"]);
});

Deno.test("readSchemaText() orders columns by id as numbers: negative, fractional, equal ones by id, untold last", () => {
  const { tables } = read(`db_schema:
- name: T
  id: 1
  python_name: t
  columns:
    d: {name: untold, type: bool, admin_ui: null}
    c: {name: ten, type: bool, admin_ui: {order: 10}}
    b: {name: two b, type: bool, admin_ui: {order: 2.0}}
    a: {name: two a, type: bool, admin_ui: {order: 2}}
    f: {name: half, type: bool, admin_ui: {order: 0.5}}
    e: {name: minus, type: bool, admin_ui: {order: -3}}
  access: {server: full, client: none}
`);
  assert.deepEqual(tables[0]?.columns.map(({ name }) => name), ["minus", "half", "two a", "two b", "ten", "untold"]);
});

Deno.test("readSchemaText() keeps types it has never heard of as they are spelled, with a warning", () => {
  const { tables, warnings } = read(mapping("{name: a, type: vector}, {name: b, type: unresolved}, {name: c}"));
  assert.deepEqual(tables[0]?.columns, [
    column("a", "unknown", { declaredType: "vector" }),
    column("b", "unknown", { declaredType: "unresolved" }),
    column("c", "unknown", { declaredType: "" }),
  ]);
  assert.deepEqual(places(warnings), [
    ["unknown-type", "t", "a", null],
    ["unknown-type", "t", "b", null],
    ["missing-type", "t", "c", null],
  ]);
});

Deno.test("readSchemaText() takes a link to another backend for an unknown type: it holds no row ids", () => {
  const { tables, warnings } = read(mapping("{name: a, type: liveObject, backend: custom.Thing, table_id: 3}"));
  assert.deepEqual(tables[0]?.columns, [
    column("a", "unknown", { declaredType: "liveObject", extra: { backend: "custom.Thing", table_id: 3 } }),
  ]);
  assert.deepEqual(places(warnings), [["foreign-backend", "t", "a", null]]);
});

Deno.test("readSchemaText() reads past hazards outside the schema: explicit keys, block scalars, look-alikes", () => {
  const { tables, warnings } = read(`value: {? '' : c2VjcmV0}
native_deps: {head_html: "<script>\\n\\
    db_schema: {fake: 1}</script>"}
code: |
  db_schema:
    fake:
      - name: nothing
db_schema:
  t:
    client: None
    server: full
    columns: []
renamed: true
`);
  assert.deepEqual(tables, [table("t")]);
  assert.deepEqual(places(warnings), [["odd-access", "t", null, 9]]);
});

Deno.test("readSchemaText() survives tables and columns that are no mappings, leaving nothing out unsaid", () => {
  const { tables, warnings } = read(`db_schema:
  a: hello
  b: {client: none, server: full, columns: [x, {name: y, type: bool}, null]}
  c: {client: none, server: full, columns: 5}
`);
  assert.deepEqual(tables, [table("a"), table("b", [column("y", "bool")]), table("c")]);
  assert.deepEqual(places(warnings), [
    ["odd-table", "a", null, 2],
    ["missing-access", "a", null, 2],
    ["missing-columns", "a", null, 2],
    ["odd-column", "b", null, 3],
    ["odd-column", "b", null, 3],
    ["odd-column", "c", null, 4],
  ]);
  const list = read("db_schema:\n- hello\n- {name: T, columns: {}, client: none, server: full}\n- {columns: {}}\n");
  assert.deepEqual(list.tables, [table("T", [], { title: "T" }), table("")]);
  assert.deepEqual(places(list.warnings), [
    ["odd-table", null, null, 2],
    ["missing-python-name", "T", null, 3],
    ["missing-python-name", "", null, 4],
    ["missing-access", "", null, 4],
  ]);
});
