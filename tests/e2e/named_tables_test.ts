/** Tables that a backup only names, and what a schema file knows of an app: kept, written out again, put back. */
import assert from "node:assert/strict";
import { buildArchive } from "../../lib/archive/making/build_archive.ts";
import { openArchive } from "../../lib/archive/open_archive.ts";
import { parseYaml } from "../../lib/deps.ts";
import { readSchemaText } from "../../lib/schema/read_schema_text.ts";
import { startServer } from "../../lib/serve/server.ts";
import { smallApp } from "../fixtures/apps/small_app.ts";
import { runHere, variablesFor } from "../fixtures/running/program_here.ts";
import { serveApp, type ServedApp, TEST_KEY } from "../fixtures/running/served_app.ts";

/** Pets link to people, whom the key may not read, and to places. */
const app = (server: "none" | "full" = "none") =>
  smallApp({
    pets: {
      columns: { name: "string", owner: "link_single people", spots: "link_multiple places" },
      rows: [["Rex", "[2,3]", '["[3,5]"]'], ["Tom", "[2,4]", null]],
    },
    people: { columns: { name: "string" }, rows: [["Ann"], ["Bob"]], server },
    places: { columns: { name: "string" }, rows: [["Park"]] },
  });

const FILE = `db_schema:
  people:
    client: none
    server: none
    title: Our people
    columns: [{name: name, type: string, admin_ui: {width: 150}}]
  pets:
    client: search
    server: full
    title: Our pets
    indexes: [{columns: [name], type: b_tree}]
    columns:
    - {admin_ui: {width: 250}, name: name, type: string}
    - {admin_ui: {width: 50}, name: owner, type: link_single, target: people}
    - {name: spots, type: link_multiple, target: places}
  places: {client: full, server: search, title: Places, columns: [{name: name, type: string}]}
`;

async function backUp(served: ServedApp, ...args: readonly string[]) {
  const path = served.dir.file(`copy${served.dir.names().length}.sqlite`);
  const done = await runHere(["backup", "-q", "-o", path, ...args], { variables: variablesFor(served.server.url) });
  return { path, ...done };
}

/** Serves an app that is made by saving a text as its anvil.yaml. */
async function serveText(served: ServedApp, yaml: string) {
  const { schema } = readSchemaText(yaml, "anvil.yaml");
  const tables = schema.tables.map((table, i) => ({ ...table, id: 101 + i }));
  const idOf = new Map(tables.map(({ name, id }) => [name, id]));
  const path = served.dir.file(`made${served.dir.names().length}.sqlite`);
  await buildArchive(path, {
    schema: {
      ...schema,
      tables: tables.map((table) => ({
        ...table,
        columns: table.columns.map((column) => ({ ...column, targetId: idOf.get(column.target ?? "") ?? null })),
      })),
    },
    rows: new Map(tables.map(({ name }) => [name, []])),
    media: [],
    provenance: [["app_id", "MADE"]],
  });
  return await startServer({ path, key: TEST_KEY, writable: true });
}

interface YamlSchema {
  readonly db_schema: Readonly<Record<string, { readonly columns: readonly { readonly target?: string | null }[] }>>;
}

/** Section 7 of Anvil's own description, as far as it can be told from outside. */
function assertWhole(text: string): YamlSchema["db_schema"] {
  const { db_schema } = parseYaml(text, { schema: "core" }) as YamlSchema;
  for (const [name, table] of Object.entries(db_schema)) {
    for (const key of ["title", "server", "client", "columns"]) assert.ok(key in table, `${name} has no ${key}`);
    for (const { target } of table.columns) {
      if (target !== undefined) assert.ok(target !== null && target in db_schema, `${name} links to ${target}`);
    }
  }
  return db_schema;
}

Deno.test("schema --format anvil-yaml of a backup has every table that a link names, unreadable and excluded ones too", async () => {
  await using served = await serveApp(app());
  const { path, code } = await backUp(served, "--exclude", "places");
  assert.equal(code, 3);
  const { out, err } = await runHere(["schema", path, "--format", "anvil-yaml"]);
  assert.equal(err, "");
  const tables = assertWhole(out);
  assert.deepEqual(Object.keys(tables).sort(), ["people", "pets", "places"]);
  assert.deepEqual(tables["people"], { title: "people", client: "none", server: "none", columns: [] });
  assert.deepEqual(tables["places"]?.columns, [{ name: "name", type: "string" }]);
  const sql = await runHere(["schema", path]);
  assert.doesNotMatch(sql.out, /CREATE TABLE "(?:people|places)"/);
});

Deno.test("schema --format anvil-yaml of a file whose link leads nowhere adds the table that it names, and says so", async () => {
  const { out, err } = await runHere(["schema", "-", "--format", "anvil-yaml"], {
    standardInput:
      "db_schema: {t: {title: T, client: none, server: full, columns: [{name: a, type: link_single, target: x}]}}",
  });
  assert.deepEqual(Object.keys(assertWhole(out)), ["t", "x"]);
  assert.match(err, /Table "x" is linked to, and nothing else is known of it; it is written without columns/);
});

Deno.test("a link to a table that was never in the file does not stand in the way of a restore, which says what is left out", async () => {
  await using served = await serveApp(app());
  const { path } = await backUp(served);
  const yaml = (await runHere(["schema", path, "--format", "anvil-yaml"])).out;
  // The app's server may also make a column of no type of a link whose table it does not have, or know nothing of it.
  const texts = [
    yaml,
    yaml.replace(/target: "people"\n {6}type: "link_single"/, 'type: "unresolved"'),
    yaml.replace(/ {4}- name: "owner"\n {6}target: "people"\n {6}type: "link_single"\n/, ""),
  ];
  assert.equal(new Set(texts).size, 3);
  for (const text of texts) {
    const server = await serveText(served, text);
    try {
      const restore = await runHere(["restore", path, "--apply", "--yes", "--id-map", served.dir.file("map")], {
        variables: variablesFor(server.url),
      });
      assert.equal(restore.code, 0, restore.err + restore.out);
      assert.match(
        restore.out,
        /Column 'owner' of table 'pets': 2 links lead to a table that was never in the file, and are not restored/,
      );
      assert.match(restore.out, /3 rows, 1 link, all equal/);
    } finally {
      await server.close();
      Deno.removeSync(served.dir.file("map"));
    }
  }
  const drill = await runHere(["drill", path]);
  assert.equal(drill.code, 0, drill.err);
});

Deno.test("a restore leaves links of the app alone that lead to a table that was never in the file", async () => {
  await using served = await serveApp(app());
  const { path } = await backUp(served);
  await using other = await serveApp(app("full"), { writable: true });
  const restore = await runHere(
    ["restore", path, "--table", "pets", "--merge", "name", "--apply", "--yes", "--id-map", other.dir.file("map")],
    { variables: variablesFor(other.server.url) },
  );
  assert.equal(restore.code, 0, restore.err + restore.out);
  const after = await backUp(other);
  using archive = await openArchive(after.path);
  assert.deepEqual(archive.engine.query("SELECT name, owner FROM pets ORDER BY name"), [["Rex", "[2,3]"], [
    "Tom",
    "[2,4]",
  ]]);
});

Deno.test("the text that closes a gap has the tables that its links name and that the app lacks", async () => {
  await using served = await serveApp(app("full"));
  const { path } = await backUp(served);
  await using other = await serveApp(smallApp({ people: { columns: { name: "string" }, rows: [] } }), {
    writable: true,
  });
  const restore = await runHere(["restore", path, "--table", "pets", "--json"], {
    variables: variablesFor(other.server.url),
  });
  assert.equal(restore.code, 5);
  const { closingSchema } = JSON.parse(restore.out).plan;
  assert.deepEqual(
    Object.keys(parseYaml(closingSchema, { schema: "core" }) as YamlSchema).concat(
      Object.keys((parseYaml(closingSchema, { schema: "core" }) as YamlSchema).db_schema),
    ),
    ["db_schema", "pets", "places"],
  );
});

Deno.test("backup --schema keeps what the file alone knows, marked as its word; digests stay as they are", async () => {
  await using served = await serveApp(app());
  Deno.writeTextFileSync(served.dir.file("anvil.yaml"), FILE);
  const plain = await backUp(served);
  const { path, err } = await backUp(served, "--schema", served.dir.file("anvil.yaml"));
  using before = await openArchive(plain.path);
  using archive = await openArchive(path);
  const digests = "SELECT python_name, digest FROM _anvil_tables ORDER BY id";
  assert.deepEqual(archive.engine.query(digests), before.engine.query(digests));
  assert.equal(archive.catalogue.provenance.get("digest"), before.catalogue.provenance.get("digest"));
  assert.deepEqual(
    archive.engine.query("SELECT python_name, title, server, client, state FROM _anvil_tables ORDER BY id"),
    [
      ["pets", "Our pets", "full", "search", "copied"],
      ["people", "Our people", "none", "none", "unreadable"],
      ["places", "Places", "search", "full", "copied"],
    ],
  );
  assert.deepEqual(JSON.parse(String(archive.catalogue.provenance.get("schema_file_taken"))), [
    { table: "people", attributes: ["client", "columns", "server", "title"], columns: {} },
    {
      table: "pets",
      attributes: ["client", "indexes", "server", "title"],
      columns: { name: ["admin_ui"], owner: ["admin_ui"] },
    },
    { table: "places", attributes: ["client", "server", "title"], columns: {} },
  ]);
  assert.doesNotMatch(err, /whose rows|is called/);
  const { out } = await runHere(["schema", path, "--format", "anvil-yaml"]);
  assert.deepEqual(assertWhole(out), assertWhole(FILE));
  assert.match((await runHere(["inspect", path])).out, /Schema +titles, access and indexes are those of anvil\.yaml/);
  assert.equal((await runHere(["verify", path])).code, 0);
  const live = await runHere(["verify", path, "--live"], { variables: variablesFor(served.server.url) });
  assert.equal(live.code, 3, live.out + live.err);
});

Deno.test("serve has the titles and the access that a schema file gave to a backup", async () => {
  await using served = await serveApp(app());
  Deno.writeTextFileSync(served.dir.file("anvil.yaml"), FILE);
  const { path } = await backUp(served, "--schema", served.dir.file("anvil.yaml"));
  const server = await startServer({ path, key: TEST_KEY, writable: true });
  try {
    const { code, err } = await runHere(["restore", path, "--table", "places", "--merge", "name", "--apply", "--yes"], {
      variables: variablesFor(server.url),
    });
    assert.equal(code, 12);
    assert.match(err, /table 'Places'|'places'/);
  } finally {
    await server.close();
  }
});

Deno.test("names in SQLite are told where the file is made, not by a restore or a drill of it", async () => {
  const content = smallApp({
    Pets: { columns: { "Name": "string", "name": "string", owner: "link_single people" }, rows: [["a", "b", "[3,2]"]] },
    pets: { columns: { "": "string" }, rows: [] },
    people: { columns: {}, rows: [[]], server: "none" },
  });
  await using served = await serveApp(content);
  const { path, code, err } = await backUp(served);
  assert.deepEqual([code, err.match(/is called|whose rows/g)], [3, null]);
  const inspected = (await runHere(["inspect", path])).out;
  assert.match(inspected, /Table "pets" is called "pets_2" in SQLite/);
  assert.match(inspected, /Column "owner" of table "Pets" links to table "people", whose rows are not in this file/);
  assert.match((await runHere(["schema", path])).err, /Table "pets" is called "pets_2" in SQLite/);
  const drill = await runHere(["drill", path]);
  assert.equal(drill.code, 0, drill.err);
  assert.match(drill.err, /Table "people" may not be read with this key/);
  assert.doesNotMatch(drill.err, /is called|whose rows are not/);
});
