/** Names and titles are what is written in the file, whatever a YAML package would take them for. */
import assert from "node:assert/strict";
import { compareSchemas } from "../../lib/schema/drift.ts";
import { schemaFromLive } from "../../lib/schema/from_live.ts";
import { readMask } from "../../lib/mask/read_mask.ts";
import { readSchemaText } from "../../lib/schema/read_schema_text.ts";
import { toAnvilYaml } from "../../lib/schema/to_anvil_yaml.ts";
import { fc } from "../deps.ts";
import { app, column, link, table } from "./builders.ts";
import { timesAsked } from "../fixtures/running/times_asked.ts";

/** Scalars that one YAML package or another takes for numbers, dates, booleans or nothing. */
const ODD = [
  ..."07 08 1_000 0o17 017 1e3 1E+3 0x1f 0b11 +1 -0 -1 1.0 1. .5 -.5 00 1.e3 1__0 0o8".split(" "),
  ..."2020-01-01 2020-01-01T10:00:00Z 12:30 12:30:45 190:20:30.15 .inf -.inf .Inf .NaN .nan".split(" "),
  ..."yes no on off y n Yes NO On OFF true false True FALSE null Null NULL ~ = 123456789012345678901".split(" "),
];

const read = (text: string) => readSchemaText(text, "anvil.yaml");
const columnNames = (text: string) => read(text).schema.tables.flatMap((it) => it.columns.map(({ name }) => name));

for (const name of ODD) {
  Deno.test(`readSchemaText() reads ${name}, without quotes or in them, as the name that it is`, () => {
    const nothing = /^(?:null|~)$/i.test(name);
    for (const written of [name, `'${name}'`, `"${name}"`]) {
      const { schema } = read(`db_schema:
  ${written}:
    client: none
    server: full
    title: ${nothing ? "T" : written}
    columns:
    - name: ${written}
      type: string
    - {name: self, type: link_single, target: ${nothing ? `'${name}'` : written}}
    indexes: [{columns: [${written}], type: b_tree}]
`);
      assert.deepEqual(
        schema,
        app(table(name, [column(name), link("self", name)], {
          title: nothing ? "T" : name,
          extra: { indexes: [{ columns: [name], type: "b_tree" }] },
        })),
      );
      assert.deepEqual(read(toAnvilYaml(schema)).schema, schema);
      const list = read(`db_schema:
- python_name: ${nothing ? "t" : written}
  name: ${nothing ? "T" : written}
  id: 7
  columns:
    ${written}: {name: ${written}, type: string}
  access: {server: full, client: none}
`).schema.tables;
      const [id, title] = nothing ? ["t", "T"] : [name, name];
      const { columns, ...head } = list[0] ?? table("");
      assert.deepEqual([head.name, head.title], [id, title]);
      assert.deepEqual(columns.map((it) => [it.id, it.name]), [[name, name]]);
    }
  });
}

Deno.test("readSchemaText() says of a name without quotes that it is taken as written, and of a quoted one nothing", () => {
  const { warnings } = read(`db_schema:
  t:
    client: none
    server: full
    title: 07
    columns:
    - name: 1e3
      type: string
    - {name: '1e4', type: string}
`);
  assert.deepEqual(
    warnings.map(({ code, line, message }) => [code, line, message]),
    [
      ["odd-name", 7, 'Column "1e3" is written without quotes, and is not text to YAML; it is taken as it is written'],
      [
        "odd-title",
        2,
        'Table "t" has the title "07" without quotes, which is not text to YAML; it is taken as it is written',
      ],
    ].filter(([code]) => code !== "duplicate-column" || true),
  );
});

Deno.test("readSchemaText() takes a title, a target or a python_name that is null for none", () => {
  const { schema } = read(`db_schema:
  t: {client: none, server: full, title: null, columns: [{name: a, type: link_single, target: ~}]}
`);
  assert.deepEqual(schema.tables, [table("t", [link("a", null)], { extra: { title: null } })]);
  const [entry] =
    read("db_schema: [{python_name: null, name: T, columns: {}, server: full, client: none}]").schema.tables;
  assert.deepEqual([entry?.name, entry?.title], ["T", "T"]);
});

Deno.test("readSchemaText() keeps tables apart whose names YAML takes for one number", () => {
  const text = ["7", "07", "0x7", "'7.0'"].map((name, i) =>
    `  ${name}: {client: none, server: full, title: T${i}, columns: [{name: c${i}, type: bool, client_hidden: true}]}\n`
  ).join("");
  const { schema, warnings } = read(`db_schema:\n${text}`);
  assert.deepEqual(
    schema.tables.map(({ name, title, columns }) => [name, title, columns[0]?.name, columns[0]?.clientHidden]),
    [["07", "T1", "c1", true], ["0x7", "T2", "c2", true], ["7", "T0", "c0", true], ["7.0", "T3", "c3", true]],
  );
  assert.deepEqual(warnings, []);
});

Deno.test("readSchemaText() reads names through anchors, aliases and merge keys, and over several lines", () => {
  const text = `shared: &column {type: string, admin_ui: {width: 1}}
db_schema:
  t:
    client: none
    server: full
    columns:
    - <<: *column
      name: &n 07
    - <<: [{type: bool}, *column]
      name: no
    - name: >-
        01
        02
      type: string
    - name: 01
        02
      type: string
    - name: |-
        1e3
      type: string
    - "name": *n
      "type": date
`;
  assert.deepEqual(read(text).schema.tables[0]?.columns, [
    column("07", "string", { extra: { admin_ui: { width: 1 } } }),
    column("no", "bool", { extra: { admin_ui: { width: 1 } } }),
    column("01 02"),
    column("01 02"),
    column("1e3"),
    column("07", "date"),
  ]);
});

Deno.test("readSchemaText() does not take a table called << for a merge key", () => {
  assert.deepEqual(columnNames(`db_schema: {"<<": {client: none, server: full, columns: [{name: a, type: bool}]}}`), [
    "a",
  ]);
});

Deno.test("readSchemaText() keeps attributes with their kind: quoted digits are text, numbers keep every digit", () => {
  const [only] = read(`db_schema:
  t:
    client: none
    server: full
    columns: []
    odd: {a: '07', b: 1.0, c: 123456789012345678901, d: 'null', e: ~, f: true, g: 'true', h: 017}
`).schema.tables;
  assert.deepEqual(only?.extra["odd"], {
    a: "07",
    b: "\u00001.0",
    c: "\u0000123456789012345678901",
    d: "null",
    e: null,
    f: true,
    g: "true",
    h: "017",
  });
});

Deno.test("a file with names without quotes agrees with the app that has them: no schema change is reported", () => {
  const file = read(`db_schema:
  t: {client: none, server: full, columns: [${ODD.map((name) => `{name: ${name}, type: string}`).join(", ")}]}
`).schema;
  const columns = ODD.map((name, i) => ({ id: `c${i}`, name, type: "string", table_id: null, client_hidden: null }));
  const { schema: live } = schemaFromLive([{ name: "t", id: 5, columns }]);
  assert.deepEqual(compareSchemas(file, live), []);
});

Deno.test("a mask finds tables and columns whose names are written without quotes", () => {
  const schema = app(table("t", ["07", "no", "1e3", "~"].map((name) => column(name))));
  const mask = readMask("t: {07: hash, no: null, 1e3: drop, ~: {constant: 007}}", "mask.yaml", schema);
  assert.deepEqual(
    ["07", "no", "1e3", "~"].map((name) => mask.rule("t", name)),
    [
      { action: "hash", constant: null },
      { action: "null", constant: null },
      { action: "drop", constant: null },
      { action: "constant", constant: "007" },
    ],
  );
});

/** Names that YAML lets be plain, in a block and as a key (yaml.org/spec/1.2.2, section 7.3.3). */
const plain = fc.oneof(
  fc.stringMatching(/^[A-Za-z0-9_.+~$()/*=;^-]{1,12}$/),
  fc.stringMatching(/^[0-9_.+-]{1,8}(?:[eExXoObB:][0-9_.+-]{0,4})?$/),
  fc.string({ unit: "grapheme", minLength: 1, maxLength: 12 }),
  fc.constantFrom(...ODD),
).filter((text) =>
  text.trim() === text && /^[^\s,[\]{}#&*!|>'"%@`\\?:-]/u.test(text) && !/[:#,[\]{}\p{C}\p{Z}]/u.test(text) &&
  text !== "<<"
);

Deno.test("any name, written plain where YAML lets it be plain, or in quotes, reads back as its text", () => {
  const written = fc.oneof(
    plain.map((name) => ({ name, source: name })),
    fc.string().map((name) => ({ name, source: JSON.stringify(name).replaceAll("\x7f", "\\u007f") })),
    plain.map((name) => ({ name, source: `'${name.replaceAll("'", "''")}'` })),
  );
  fc.assert(
    fc.property(fc.uniqueArray(written, { selector: ({ name }) => name, minLength: 1, maxLength: 5 }), (all) => {
      const names = all.map(({ name }) => name);
      const flow = all.map(({ source }) => `{name: ${source}, type: string}`).join(", ");
      const block = all.map(({ source }) => `    - name: ${source}\n      type: string\n`).join("");
      const head = "client: none\n    server: full\n    columns";
      assert.deepEqual(columnNames(`db_schema:\n  t:\n    ${head}: [${flow}]\n`), names);
      assert.deepEqual(columnNames(`db_schema:\n  t:\n    ${head}:\n${block}`), names);
      const tables = all.map(({ source }) => `  ${source}:\n    ${head}: []\n`).join("");
      const { schema } = read(`db_schema:\n${tables}`);
      assert.deepEqual(schema.tables.map(({ name }) => name), names.toSorted((a, b) => a < b ? -1 : 1));
      assert.deepEqual(read(toAnvilYaml(schema)).schema, schema);
    }),
    { numRuns: timesAsked(75) },
  );
});
