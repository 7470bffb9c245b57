import assert from "node:assert/strict";
import { AnvilSqliteError } from "../../lib/errors.ts";
import { readSchemaText } from "../../lib/schema/read_schema_text.ts";
import { app, column, link, links, table } from "./builders.ts";

const codes = (text: string) => readSchemaText(text, "anvil.yaml").warnings.map(({ code }) => code);

Deno.test("readSchemaText() reads the mapping shape", () => {
  const { schema, warnings } = readSchemaText(
    `name: Zoo
db_schema:
  pets:
    client: none
    columns:
    - admin_ui: {order: 0, width: 200}
      client_hidden: true
      name: nickname
      type: string
    - admin_ui: {width: 200}
      name: owner
      target: people
      type: link_single
    - {name: friends, type: link_multiple, target: pets}
    indexes:
    - columns: [nickname]
      type: trigram
    server: full
    title: Pets
  people: {client: search, server: search, title: People, columns: [{name: born, type: date}]}
`,
    "anvil.yaml",
  );
  assert.deepEqual(schema, {
    source: "db_schema mapping",
    tables: [
      table("people", [column("born", "date")], { client: "search", server: "search", title: "People" }),
      table("pets", [
        column("nickname", "string", { clientHidden: true, extra: { admin_ui: { order: 0, width: 200 } } }),
        link("owner", "people", { extra: { admin_ui: { width: 200 } } }),
        links("friends", "pets"),
      ], { title: "Pets", extra: { indexes: [{ columns: ["nickname"], type: "trigram" }] } }),
    ],
  });
  assert.deepEqual(warnings, []);
});

Deno.test("readSchemaText() reads the list shape: ids, access, columns in the order of admin_ui.order", () => {
  const { schema, warnings } = readSchemaText(
    `db_schema:
- name: Pets
  id: 501
  python_name: pets
  columns:
    aB3_dEfGhIk=: {name: nickname, type: string, admin_ui: {order: 2.5, width: 200}}
    Zz9+xYwVuTs=:
      name: owner
      type: liveObject
      admin_ui: {order: -1, width: 200}
      backend: anvil.tables.Row
      table_id: 502
    cC0_dEfGhIk=: {name: toys, type: liveObjectArray, admin_ui: {order: 1}, backend: anvil.tables.Row, table_id: 501}
  access: {python_name: pets, app_id: ABCDEFGH12345678, server: search, client: full, table_id: 501}
- {name: People, id: 502, python_name: people, columns: {}, access: {server: full, client: none}}
`,
    "anvil.yaml",
  );
  const backend = "anvil.tables.Row";
  assert.deepEqual(schema, {
    source: "db_schema list",
    tables: [
      table("pets", [
        link("owner", "people", {
          id: "Zz9+xYwVuTs=",
          declaredType: "liveObject",
          targetId: 502,
          extra: { admin_ui: { order: -1, width: 200 }, backend },
        }),
        links("toys", "pets", {
          id: "cC0_dEfGhIk=",
          declaredType: "liveObjectArray",
          targetId: 501,
          extra: { admin_ui: { order: 1 }, backend },
        }),
        column("nickname", "string", { id: "aB3_dEfGhIk=", extra: { admin_ui: { order: 2.5, width: 200 } } }),
      ], {
        id: 501,
        title: "Pets",
        server: "search",
        client: "full",
        extra: {
          access: { python_name: "pets", app_id: "ABCDEFGH12345678", server: "search", client: "full", table_id: 501 },
        },
      }),
      table("people", [], { id: 502, title: "People", extra: { access: { server: "full", client: "none" } } }),
    ],
  });
  assert.deepEqual(warnings, []);
});

Deno.test("readSchemaText() reads exported_table_schema when there is no db_schema, and says so", () => {
  const { schema, warnings } = readSchemaText(
    `exported_table_schema:
- python_name: feedback
  client: none
  server: full
  name: Feedback
  columns:
    bbbbbbbbbbb=: {name: text, type: string, admin_ui: {order: 1}}
    aaaaaaaaaaa=: {name: created, type: datetime, admin_ui: {order: 1}}
  id: 1264
`,
    "project.yaml",
  );
  assert.deepEqual(schema, {
    source: "exported_table_schema",
    tables: [table("feedback", [
      column("created", "datetime", { id: "aaaaaaaaaaa=", extra: { admin_ui: { order: 1 } } }),
      column("text", "string", { id: "bbbbbbbbbbb=", extra: { admin_ui: { order: 1 } } }),
    ], { id: 1264, title: "Feedback" })],
  });
  assert.deepEqual(warnings, [{
    code: "exported-schema",
    table: null,
    column: null,
    line: null,
    message: 'There is no "db_schema": the tables are those of "exported_table_schema", often outdated',
  }]);
});

Deno.test("readSchemaText() reads db_schema when both are there, and says what it left", () => {
  const { schema, warnings } = readSchemaText(
    `db_schema: {pets: {client: none, server: full, columns: []}}
exported_table_schema: [{python_name: feedback, client: none, server: full, name: F, columns: {}, id: 1264}]
`,
    "anvil.yaml",
  );
  assert.deepEqual(schema, app(table("pets")));
  assert.deepEqual(warnings.map(({ message }) => message), [
    '"exported_table_schema" is there too, with 1 table; it is not read, "db_schema" is',
  ]);
});

for (const [text, source] of [["null", "mapping"], ["", "mapping"], ["{}", "mapping"], ["[]", "list"]]) {
  Deno.test(`readSchemaText() takes "db_schema: ${text}" for an empty schema, with a warning`, () => {
    const { schema, warnings } = readSchemaText(`name: x\ndb_schema: ${text}\n`, "anvil.yaml");
    assert.deepEqual(schema, { source: `db_schema ${source}`, tables: [] });
    assert.deepEqual(warnings.map(({ code, message }) => [code, message]), [
      ["no-tables", `The schema holds no tables: "db_schema" is ${text || "null"}`],
    ]);
  });
}

Deno.test("readSchemaText() takes an empty exported_table_schema alone for an empty schema", () => {
  assert.deepEqual(readSchemaText("exported_table_schema: []\n", "x").schema.tables, []);
  assert.deepEqual(codes("exported_table_schema: []\n"), ["exported-schema", "no-tables"]);
});

Deno.test("readSchemaText() takes a db_schema that is a single value for an empty schema, with a warning", () => {
  assert.deepEqual(readSchemaText("db_schema: soon\n", "x").warnings.map(({ message }) => message), [
    'The schema holds no tables: "db_schema" is "soon"',
  ]);
});

Deno.test("readSchemaText() refuses a file with neither key, saying what it found and where to get the right one", () => {
  assert.throws(() => readSchemaText("name: Zoo\nservices: []\n", "theme/x.yaml"), (error) => {
    assert(error instanceof AnvilSqliteError);
    assert.equal(error.code, "not-a-schema");
    assert.equal(error.exitCode, 2);
    assert.equal(
      error.message,
      'No table schema in "theme/x.yaml": neither "db_schema" nor "exported_table_schema" is among its top-level keys, ' +
        'which are "name", "services"',
    );
    assert.equal(
      error.hint,
      "Take anvil.yaml from the top folder of the app's Git repository (saved since April 2020), or a project file " +
        "that holds the data tables; a backup needs neither, since the live app says what tables it has",
    );
    return true;
  });
});

Deno.test("readSchemaText() counts the keys it does not name", () => {
  const text = Array.from({ length: 15 }, (_, i) => `k${i}: 1\n`).join("");
  assert.throws(() => readSchemaText(text, "x"), { message: /"k11" and 3 more$/ });
});

for (
  const [text, found] of [["", "nothing"], ["- a\n", "a list"], ["hello\n", "a single string"], [
    "{}",
    "an empty mapping",
  ]]
) {
  Deno.test(`readSchemaText() refuses a file that holds ${found}`, () => {
    assert.throws(() => readSchemaText(text ?? "", "x"), {
      name: "AnvilSqliteError",
      code: "not-a-schema",
      exitCode: 2,
      message: new RegExp(`${found}$`),
    });
  });
}

Deno.test("readSchemaText() refuses what is no YAML, with line and column and without the file's own text", () => {
  assert.throws(() => readSchemaText("db_schema:\n  a:\n   secret: 1\n  b: [\n", "x.yaml"), (error) => {
    assert(error instanceof AnvilSqliteError);
    assert.equal(error.code, "not-yaml");
    assert.equal(error.exitCode, 2);
    assert.match(error.message, /^Cannot read "x.yaml" as YAML: .* at line \d+, column \d+$/);
    assert(!error.message.includes("secret"));
    return true;
  });
});

Deno.test("readSchemaText() refuses a file that is no text at all", () => {
  assert.throws(() => readSchemaText("SQLite format 3\0\x10\0\x01", "x"), { name: "AnvilSqliteError", exitCode: 2 });
});

Deno.test("readSchemaText() refuses aliases that blow up, before they do", () => {
  const levels = Array.from({ length: 30 }, (_, i) => `l${i + 1}: &l${i + 1} [*l${i}, *l${i}, *l${i}]\n`).join("");
  assert.throws(() => readSchemaText(`l0: &l0 [x]\n${levels}db_schema: *l30\n`, "x"), {
    name: "AnvilSqliteError",
    exitCode: 2,
    message: /aliases/,
  });
});

Deno.test("readSchemaText() keeps every attribute it does not know", () => {
  const { schema } = readSchemaText(
    `db_schema:
  pets:
    client: none
    server: full
    retention: {days: 30}
    columns:
    - {name: a, type: string, init: null, since: 2027-01-01, sizes: [1, 2.5, .inf, 123456789012345678901]}
`,
    "x",
  );
  assert.deepEqual(schema.tables[0]?.extra, { retention: { days: 30 } });
  assert.deepEqual(schema.tables[0]?.columns[0]?.extra, {
    init: null,
    since: "2027-01-01",
    sizes: [1, 2.5, ".inf", "\u0000123456789012345678901"],
  });
});

Deno.test("readSchemaText() gives equal schemas whatever the order of keys", () => {
  const a = `
db_schema:
  b: {title: B, client: none, server: full, columns: [{name: x, type: string, admin_ui: {order: 1, width: 2}}]}
  a: {title: A, client: none, server: full, columns: []}
`;
  const b = `
db_schema:
  a: {columns: [], server: full, client: none, title: A}
  b: {columns: [{admin_ui: {width: 2, order: 1}, type: string, name: x}], server: full, client: none, title: B}
`;
  const text = (yaml: string) => JSON.stringify(readSchemaText(yaml, "x").schema);
  assert.equal(text(a), text(b));
});

Deno.test("readSchemaText() keeps a table called __proto__", () => {
  const { schema } = readSchemaText(`db_schema: {__proto__: {client: none, server: full, columns: []}}`, "x");
  assert.deepEqual(schema.tables.map(({ name }) => name), ["__proto__"]);
});
