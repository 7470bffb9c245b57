/**
 * The forum script from which this program grew: every part of it works here, and none of its failures occurs.
 * Each test is named for the part or the failure; how fast it is is measured by `deno task bench`.
 */
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { readSchemaText } from "../../lib/schema/read_schema_text.ts";
import { FlowingClock } from "../fixtures/clocks/flowing_clock.ts";
import { runHere, variablesFor } from "../fixtures/running/program_here.ts";
import { serveApp } from "../fixtures/running/served_app.ts";
import { smallApp } from "../fixtures/apps/small_app.ts";
import { tempDir } from "../fixtures/files/temp_dir.ts";
import { sampleApp } from "../../lib/demo/sample_app.ts";

/** Rows of a file, read by SQLite alone. */
function query(path: string, sql: string): unknown[] {
  const database = new DatabaseSync(path, { readOnly: true });
  try {
    const statement = database.prepare(sql);
    statement.setReadBigInts(true);
    return statement.all().map((row) => Object.values(row));
  } finally {
    database.close();
  }
}

const LIST_YAML = `db_schema:
- name: Pets
  id: 501
  python_name: pets
  columns:
    aB3_dEfGhIk=: {name: nickname, type: string, admin_ui: {order: 0, width: 200}}
    Zz9+xYwVuTs=: {name: owner, type: liveObject, admin_ui: {order: 1}, backend: anvil.tables.Row, table_id: 502}
  access: {python_name: pets, app_id: ABCDEFGH12345678, server: full, client: none, table_id: 501}
- name: People
  id: 502
  python_name: people
  columns: {}
  access: {python_name: people, app_id: ABCDEFGH12345678, server: full, client: none, table_id: 502}
`;
const MAPPING_YAML = `db_schema:
  pets:
    title: Pets
    server: full
    client: none
    columns:
    - {name: nickname, type: string, admin_ui: {width: 200}}
    - {name: owner, type: link_single, target: people}
    indexes:
    - {columns: [nickname], type: trigram}
  people: {title: People, server: full, client: none, columns: []}
`;
const EXPORTED_YAML = LIST_YAML.replace("db_schema:", "exported_table_schema:");

for (
  const [shape, yaml] of [["list", LIST_YAML], ["mapping", MAPPING_YAML], ["exported project", EXPORTED_YAML]] as const
) {
  Deno.test(`seed: reads the schema from a file of the ${shape} shape`, () => {
    const { schema } = readSchemaText(yaml, "anvil.yaml");
    const pets = schema.tables.find(({ name }) => name === "pets");
    assert.deepEqual(pets?.columns.map(({ name, kind, target }) => [name, kind, target]), [
      ["nickname", "string", null],
      ["owner", "link_single", "people"],
    ]);
  });
}

Deno.test("seed: writes a schema-only SQLite file, moving an older one to .bak", async () => {
  using dir = tempDir();
  Deno.writeTextFileSync(dir.file("anvil.yaml"), MAPPING_YAML);
  Deno.writeTextFileSync(dir.file("app.sqlite"), "older");
  const { code, err } = await runHere(["schema", dir.file("anvil.yaml"), "-o", dir.file("app.sqlite")]);
  assert.equal(code, 0, err);
  assert.equal(Deno.readTextFileSync(dir.file("app.sqlite.bak")), "older");
  assert.deepEqual(query(dir.file("app.sqlite"), "SELECT python_name, state FROM _anvil_tables ORDER BY id"), [
    ["people", "schema-only"],
    ["pets", "schema-only"],
  ]);
  assert.deepEqual(query(dir.file("app.sqlite"), "SELECT count(*) FROM pets"), [[0n]]);
});

Deno.test("seed: copies into a dated file, whose name sorts and has no colon", async () => {
  await using app = await serveApp(sampleApp());
  const { code, out } = await runHere(["backup", "--quiet", "-o", app.dir.path], {
    variables: variablesFor(app.server.url),
  });
  assert.equal(code, 0);
  assert.match(out.trim(), /DEMOBOOKSHOP0000-published\.\d{8}T\d{6}Z\.sqlite$/);
});

Deno.test("seed: _provenance has its keys, with its meanings", async () => {
  await using app = await serveApp(sampleApp());
  const { path } = await app.backup();
  const entries = new Map(query(path, "SELECT key, value FROM _provenance") as [string, unknown][]);
  for (const key of ["schema_created_at", "backup_start", "backup_end"]) {
    assert.match(String(entries.get(key)), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/, key);
  }
  assert.match(String(entries.get("schema_source")), /^live app at 127\.0\.0\.1:/);
  assert.equal(JSON.parse(String(entries.get("source_schema_json"))).tables.length, 4);
  assert.equal(typeof entries.get("backup_dur"), "number");
});

Deno.test("seed: _anvil_tables has a row for each table, with every attribute", async () => {
  using dir = tempDir();
  Deno.writeTextFileSync(dir.file("anvil.yaml"), LIST_YAML);
  await runHere(["schema", dir.file("anvil.yaml"), "-o", dir.file("app.sqlite")]);
  const [pets] = query(
    dir.file("app.sqlite"),
    "SELECT id, python_name, title, server, client, attributes ->> '$.access.app_id' FROM _anvil_tables WHERE id = 501",
  );
  assert.deepEqual(pets, [501n, "pets", "Pets", "full", "none", "ABCDEFGH12345678"]);
});

Deno.test("seed: _anvil_columns has a row for each column, with every attribute and the link target's table", async () => {
  using dir = tempDir();
  Deno.writeTextFileSync(dir.file("anvil.yaml"), LIST_YAML);
  await runHere(["schema", dir.file("anvil.yaml"), "-o", dir.file("app.sqlite")]);
  const columns = query(
    dir.file("app.sqlite"),
    `SELECT _anvil_table_id, _anvil_column_id, table_name, name, type, table_id, attributes ->> '$.backend',
       attributes ->> '$.admin_ui.order' FROM _anvil_columns ORDER BY position`,
  );
  assert.deepEqual(columns, [
    [501n, "aB3_dEfGhIk=", "pets", "nickname", "string", null, null, 0n],
    [501n, "Zz9+xYwVuTs=", "pets", "owner", "liveObject", 502n, "anvil.tables.Row", 1n],
  ]);
});

Deno.test("seed: media cells hold the row id of _anvil_media_objects, and bytes are stored once for each hash", async () => {
  await using app = await serveApp(sampleApp());
  const { path } = await app.backup();
  const [emma] = query(
    path,
    `SELECT m.content_type, m.name, m.length, length(v.bytes) FROM books
     JOIN _anvil_media_objects AS m ON m.id = books.cover JOIN _anvil_media AS v ON v.id = m.id WHERE title = 'Emma'`,
  ) as [unknown[]];
  assert.deepEqual(emma.slice(0, 2), ["image/png", "Emma.png"]);
  assert.equal(emma[2], emma[3]);
  assert.deepEqual(query(path, "SELECT count(*) FROM _anvil_media_objects"), [[11n]]);
  assert.deepEqual(query(path, "SELECT count(DISTINCT sha256) FROM _anvil_blobs"), [[10n]]);
});

Deno.test("seed: one SQL table for each data table, with links as references and multi-links as a JSON list", async () => {
  await using app = await serveApp(sampleApp());
  const { path } = await app.backup();
  const [books] = query(path, "SELECT sql FROM sqlite_schema WHERE name = 'books'") as [[string]];
  assert.match(books[0], /"?_anvil_row_id"? TEXT PRIMARY KEY NOT NULL/);
  assert.match(books[0], /"author" TEXT REFERENCES "authors"/);
  assert.deepEqual(query(path, "SELECT friends FROM authors WHERE name = 'Walter Scott'"), [[`["[101,1]","[101,3]"]`]]);
  assert.deepEqual(query(path, "PRAGMA foreign_key_check"), []);
});

Deno.test("seed: a table named in the YAML and missing in the app is reported and skipped", async () => {
  await using app = await serveApp(smallApp({ people: { columns: {}, rows: [[]] } }));
  Deno.writeTextFileSync(app.dir.file("anvil.yaml"), MAPPING_YAML);
  const args = ["backup", "--schema", app.dir.file("anvil.yaml"), "-o", app.dir.file("copy.sqlite")];
  const { code, err } = await runHere(args, { variables: variablesFor(app.server.url) });
  assert.equal(code, 0, err);
  assert.match(err, /Table "pets" is not in the app/);
  assert.deepEqual(query(app.dir.file("copy.sqlite"), "SELECT python_name FROM _anvil_tables"), [["people"]]);
});

Deno.test("seed: progress is told while rows are copied, table by table, up to the last row", async () => {
  await using app = await serveApp(sampleApp());
  await app.backup();
  const orders = app.events.flatMap((event) => event.type === "rows" && event.table === "orders" ? [event] : []);
  assert.equal(orders.at(-1)?.rows, 150);
});

Deno.test("seed: the sqlite3 shell opens the file", async () => {
  await using app = await serveApp(sampleApp());
  const { path } = await app.backup();
  const shell = new Deno.Command("sqlite3", { args: [path, "SELECT count(*) FROM orders"] });
  const output = await shell.output().catch(() => null);
  if (output === null) return console.log("skipped: no sqlite3 on this machine");
  assert.equal(new TextDecoder().decode(output.stdout).trim(), "150");
});

Deno.test("seed failure: a single link that is not None no longer crashes", async () => {
  await using app = await serveApp(
    smallApp({ a: { columns: { to: "link_single a" }, rows: [["[1,1]"], [null]] } }),
  );
  const { path } = await app.backup();
  assert.deepEqual(query(path, `SELECT "to" FROM a ORDER BY rowid`), [["[1,1]"], [null]]);
});

Deno.test("seed failure: a number of 2^63 or more no longer crashes, and keeps its digits", async () => {
  const digits = `1${"0".repeat(308)}`;
  await using app = await serveApp(
    smallApp({ a: { columns: { n: "number" }, rows: [["9223372036854775808"], [digits]] } }),
  );
  const { path } = await app.backup();
  assert.deepEqual(query(path, "SELECT n FROM a ORDER BY rowid"), [["9223372036854775808"], [digits]]);
});

Deno.test("seed failure: two table names that differ in case only no longer crash", async () => {
  const table = (email: string) => ({ columns: { email: "string" }, rows: [[email]] });
  await using app = await serveApp(smallApp({ Users: table("upper"), users: table("lower") }));
  const { path } = await app.backup();
  assert.deepEqual(query(path, "SELECT python_name, sql_name FROM _anvil_tables ORDER BY id"), [
    ["Users", "Users"],
    ["users", "users_2"],
  ]);
  assert.deepEqual(query(path, "SELECT email FROM users_2"), [["lower"]]);
});

Deno.test("seed failure: a double quote in a column name no longer crashes", async () => {
  await using app = await serveApp(smallApp({ a: { columns: { 'say "hi"': "string" }, rows: [["x"]] } }));
  const { path } = await app.backup();
  assert.deepEqual(query(path, 'SELECT "say ""hi""" FROM a'), [["x"]]);
});

Deno.test("seed failure: a table without columns no longer crashes, and keeps its rows", async () => {
  await using app = await serveApp(smallApp({ bare: { columns: {}, rows: [[], []] } }));
  const { path } = await app.backup();
  assert.deepEqual(query(path, "SELECT _anvil_row_id FROM bare"), [["[1,1]"], ["[1,2]"]]);
});

Deno.test("seed failure: a table that the server may not read no longer ends the whole backup", async () => {
  await using app = await serveApp(smallApp({
    secret: { columns: { x: "string" }, rows: [["hidden"]], server: "none" },
    open: { columns: { x: "string" }, rows: [["seen"]] },
  }));
  const result = await app.backup();
  assert.equal(result.exitCode, 3);
  assert.deepEqual(query(result.path, "SELECT x FROM open"), [["seen"]]);
  assert.deepEqual(query(result.path, "SELECT python_name, state FROM _anvil_tables ORDER BY id"), [
    ["secret", "unreadable"],
    ["open", "copied"],
  ]);
});

Deno.test("seed failure: a modern file, whose tables are a mapping, no longer crashes as in the 2020 version", () => {
  assert.deepEqual(readSchemaText(MAPPING_YAML, "anvil.yaml").schema.tables.map(({ name }) => name).sort(), [
    "people",
    "pets",
  ]);
});

Deno.test("seed failure: a modern table with `indexes: [...]` no longer crashes, and keeps them as an attribute", async () => {
  using dir = tempDir();
  Deno.writeTextFileSync(dir.file("anvil.yaml"), MAPPING_YAML);
  await runHere(["schema", dir.file("anvil.yaml"), "-o", dir.file("app.sqlite")]);
  const sql = "SELECT attributes ->> '$.indexes' FROM _anvil_tables WHERE python_name = 'pets'";
  const [[indexes]] = query(dir.file("app.sqlite"), sql) as [[string]];
  assert.deepEqual(JSON.parse(indexes), [{ columns: ["nickname"], type: "trigram" }]);
});

Deno.test("seed failure: text that looks like a number stays text", async () => {
  const texts = ["01234", "1e3", "5", " 7", "0x10"];
  await using app = await serveApp(smallApp({ a: { columns: { s: "string" }, rows: texts.map((text) => [text]) } }));
  const { path } = await app.backup();
  assert.deepEqual(query(path, "SELECT s, typeof(s) FROM a ORDER BY rowid"), texts.map((text) => [text, "text"]));
});

Deno.test("seed failure: a bare string and a bare number in a simpleObject column can be told apart", async () => {
  await using app = await serveApp(
    smallApp({ a: { columns: { o: "simpleObject" }, rows: [['"5"'], ["5"], ["5.0"], [null]] } }),
  );
  const { path } = await app.backup();
  assert.deepEqual(query(path, "SELECT o FROM a ORDER BY rowid"), [['"5"'], ["5"], ["5.0"], [null]]);
});

Deno.test("seed failure: a run that is killed half way leaves nothing under the final name", async () => {
  await using clock = new FlowingClock();
  const stop = new AbortController();
  await using app = await serveApp(sampleApp(), {
    clock,
    faults: {
      onCall: ({ name }) => {
        if (name !== "search.next_page") return;
        stop.abort(new Error("stopped by the test"));
        return { halfOpen: true };
      },
    },
  });
  const path = app.dir.file("killed.sqlite");
  await assert.rejects(app.backup({ destination: { kind: "file", path }, signal: stop.signal, clock }), {
    code: "interrupted",
  });
  assert.deepEqual(app.dir.names().filter((name) => name.startsWith("killed")), ["killed.sqlite.partial"]);
});
