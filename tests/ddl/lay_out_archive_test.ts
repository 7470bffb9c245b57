import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { CATALOGUE_TABLES } from "../../lib/ddl/catalogue_tables.ts";
import { archiveLayout, MAX_COLUMNS, planDdlText } from "../../lib/ddl/lay_out_archive.ts";
import type { AppSchema } from "../../lib/schema/model/app_schema.ts";
import { COLUMN_KINDS } from "../../lib/schema/model/column_kind.ts";
import { readSchemaText } from "../../lib/schema/read_schema_text.ts";
import { app, column, link, links, table } from "../schema/builders.ts";

/** The statements that are the schema's own, without the catalogue and the views. */
function ownDdl(schema: AppSchema): string {
  const { tableStatements, indexStatements } = archiveLayout(schema).plan;
  assert.deepEqual(tableStatements.slice(0, CATALOGUE_TABLES.length), CATALOGUE_TABLES);
  assert.match(indexStatements.at(-1) ?? "", /^CREATE VIEW _anvil_media/);
  const indexes = indexStatements.filter((sql) => sql.startsWith("CREATE INDEX"));
  assert.equal(indexStatements.length, indexes.length + schema.tables.length + 1, "a view of each table, and of media");
  const own = [...tableStatements.slice(CATALOGUE_TABLES.length), ...indexes];
  return own.join(";\n");
}

function load(schema: AppSchema): DatabaseSync {
  const db = new DatabaseSync(":memory:");
  db.exec(planDdlText(archiveLayout(schema).plan));
  return db;
}

Deno.test("archiveLayout() gives a STRICT table with a type for each kind, links with foreign keys and indexes", () => {
  const columns = COLUMN_KINDS.map((kind) => column(kind, kind, kind.startsWith("link") ? { target: "people" } : {}));
  assert.equal(
    ownDdl(app(table("people"), table("pets", columns))),
    `CREATE TABLE "people" (
  "_anvil_row_id" TEXT PRIMARY KEY NOT NULL
) STRICT;
CREATE TABLE "pets" (
  "_anvil_row_id" TEXT PRIMARY KEY NOT NULL,
  "string" TEXT,
  "number" ANY,
  "bool" INTEGER CHECK ("bool" IN (0, 1)),
  "date" TEXT,
  "datetime" TEXT,
  "media" INTEGER REFERENCES _anvil_media_objects (id),
  "simpleObject" TEXT,
  "link_single" TEXT REFERENCES "people" ("_anvil_row_id") DEFERRABLE INITIALLY DEFERRED,
  "link_multiple" TEXT,
  "unknown" TEXT
) STRICT;
CREATE TABLE "pets__link_multiple" (
  _anvil_row_id TEXT NOT NULL REFERENCES "pets" ("_anvil_row_id") DEFERRABLE INITIALLY DEFERRED,
  position INTEGER NOT NULL,
  target_row_id TEXT NOT NULL REFERENCES "people" ("_anvil_row_id") DEFERRABLE INITIALLY DEFERRED,
  PRIMARY KEY (_anvil_row_id, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX "_anvil_index_pets__link_single" ON "pets" ("link_single");
CREATE INDEX "_anvil_index_pets__link_multiple" ON "pets__link_multiple" (target_row_id)`,
  );
});

Deno.test("archiveLayout() gives links no foreign key when their target is not in the file", () => {
  assert.equal(
    ownDdl(app(table("t", [link("a", null), links("b", null)]))),
    `CREATE TABLE "t" (
  "_anvil_row_id" TEXT PRIMARY KEY NOT NULL,
  "a" TEXT,
  "b" TEXT
) STRICT;
CREATE TABLE "t__b" (
  _anvil_row_id TEXT NOT NULL REFERENCES "t" ("_anvil_row_id") DEFERRABLE INITIALLY DEFERRED,
  position INTEGER NOT NULL,
  target_row_id TEXT NOT NULL,
  PRIMARY KEY (_anvil_row_id, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX "_anvil_index_t__a" ON "t" ("a");
CREATE INDEX "_anvil_index_t__b" ON "t__b" (target_row_id)`,
  );
});

Deno.test("archiveLayout() points foreign keys at the row id column of the target, whatever it is called", () => {
  assert.equal(
    ownDdl(app(table("t", [column("_ANVIL_row_id"), link("me", "t")]))),
    `CREATE TABLE "t" (
  "_anvil_row_id_2" TEXT PRIMARY KEY NOT NULL,
  "_ANVIL_row_id" TEXT,
  "me" TEXT REFERENCES "t" ("_anvil_row_id_2") DEFERRABLE INITIALLY DEFERRED
) STRICT;
CREATE INDEX "_anvil_index_t__me" ON "t" ("me")`,
  );
});

Deno.test("archiveLayout() quotes names that are SQL, or look like it", () => {
  const schema = app(table("order", [column("select"), column('a"b'), column("x'); DROP TABLE _provenance; --")]));
  assert.equal(
    ownDdl(schema),
    `CREATE TABLE "order" (
  "_anvil_row_id" TEXT PRIMARY KEY NOT NULL,
  "select" TEXT,
  "a""b" TEXT,
  "x'); DROP TABLE _provenance; --" TEXT
) STRICT`,
  );
  load(schema).close();
});

Deno.test("archiveLayout() chooses unique names and warns of each that had to change", () => {
  const { plan, warnings } = archiveLayout(app(
    table("Books", [column("Title"), column("title"), column("")]),
    table("_anvil_tables"),
    table("books"),
    table("sqlite_x"),
    table("t", [links("a", null)]),
    table("t__a"),
  ));
  assert.deepEqual(plan.tables.map(({ sqlName }) => sqlName), [
    "Books",
    "t__anvil_tables",
    "books_2",
    "t_sqlite_x",
    "t",
    "t__a",
  ]);
  assert.deepEqual(plan.tables[0]?.columns.map(({ sqlName }) => sqlName), ["Title", "title_2", "unnamed"]);
  assert.equal(plan.tables[4]?.columns[0]?.junction?.sqlName, "t__a_2");
  assert.deepEqual(warnings.map(({ code, message }) => [code, message]), [
    ["renamed-column", 'Column "title" of table "Books" is called "title_2" in SQLite'],
    ["renamed-column", 'Column "" of table "Books" is called "unnamed" in SQLite'],
    ["renamed-table", 'Table "_anvil_tables" is called "t__anvil_tables" in SQLite'],
    ["renamed-table", 'Table "books" is called "books_2" in SQLite'],
    ["renamed-table", 'Table "sqlite_x" is called "t_sqlite_x" in SQLite'],
  ]);
});

Deno.test("archiveLayout() keeps a junction table's name out of SQLite's own", () => {
  const { plan } = archiveLayout(app(table("sqlite", [links("a", null)])));
  assert.equal(plan.tables[0]?.columns[0]?.junction?.sqlName, "t_sqlite__a");
});

Deno.test("archiveLayout() finds the target among tables of one name by id, and gives no foreign key otherwise", () => {
  const { plan, warnings } = archiveLayout(app(
    table("users", [], { id: 6 }),
    table("users", [], { id: 7 }),
    table("t", [link("a", "users", { targetId: 7 }), link("b", "users"), link("c", "gone")], { id: 8 }),
  ));
  assert.deepEqual(plan.tables[2]?.columns.map(({ targetSqlName }) => targetSqlName), ["users_2", null, null]);
  assert.deepEqual(warnings.slice(1).map(({ code, column }) => [code, column]), [
    ["ambiguous-target", "b"],
    ["missing-target", "c"],
  ]);
});

Deno.test("archiveLayout() leaves one name of SQLite's numeric row key free", () => {
  const schema = app(table("t", ["rowid", "oid", "_rowid_"].map((name) => column(name))));
  const db = load(schema);
  db.exec(`INSERT INTO t (_rowid_, _anvil_row_id, rowid, oid, _rowid__2) VALUES (7, '[1,7]', 'a', 'b', 'c')`);
  assert.deepEqual({ ...db.prepare("SELECT _rowid_ AS id, rowid, oid FROM t").get() }, { id: 7, rowid: "a", oid: "b" });
  db.close();
});

Deno.test("archiveLayout() lays out as many columns as a statement can read, and refuses one more", () => {
  const wide = (count: number) => app(table("wide", Array.from({ length: count }, (_, i) => column(`c${i}`))));
  for (const count of [MAX_COLUMNS - 1, MAX_COLUMNS]) {
    const db = load(wide(count));
    db.prepare("SELECT rowid, * FROM wide").all();
    db.prepare("SELECT * FROM wide_readable").all();
    db.close();
  }
  assert.throws(() => archiveLayout(wide(MAX_COLUMNS + 1)), {
    name: "AnvilSqliteError",
    code: "too-many-columns",
    exitCode: 2,
    message: 'Cannot lay out table "wide": it has 1999 columns',
  });
});

Deno.test("archiveLayout() of no tables is the catalogue alone", () => {
  const { plan, warnings } = archiveLayout(app());
  assert.deepEqual([plan.tables, plan.tableStatements, plan.indexStatements.length, warnings], [
    [],
    CATALOGUE_TABLES,
    1,
    [],
  ]);
});

Deno.test("archiveLayout() gives tables that refuse wrong types and keep numbers exact", () => {
  const db = load(app(table("t", [column("n", "number"), column("b", "bool"), column("s")])));
  const insert = (n: string, b: string, s: string) =>
    db.exec(`INSERT INTO t VALUES ('[1,' || (SELECT count(*) FROM t) || ']', ${n}, ${b}, ${s})`);
  insert("1", "0", "'01234'");
  insert("1.0", "1", "'1e3'");
  insert("'9223372036854775808'", "NULL", "NULL");
  assert.throws(() => insert("1", "2", "''"), /CHECK constraint/);
  assert.throws(() => insert("1", "'yes'", "''"), /cannot store TEXT/);
  assert.deepEqual(
    db.prepare("SELECT typeof(n) AS n, s FROM t ORDER BY rowid").all().map((row) => ({ ...row })),
    [{ n: "integer", s: "01234" }, { n: "real", s: "1e3" }, { n: "text", s: null }],
  );
  db.close();
});

Deno.test("archiveLayout() lets rows, links and tables come in any order within a transaction", () => {
  const db = load(app(table("a", [link("b", "b"), links("bs", "b")]), table("b", [link("a", "a")])));
  db.exec(`BEGIN;
INSERT INTO a__bs VALUES ('[1,1]', 0, '[2,1]');
INSERT INTO a VALUES ('[1,1]', '[2,1]', '["[2,1]"]');
INSERT INTO b VALUES ('[2,1]', '[1,1]');
COMMIT;`);
  assert.throws(() => db.exec(`INSERT INTO a VALUES ('[1,2]', '[2,9]', NULL)`), /FOREIGN KEY constraint/);
  db.close();
});

Deno.test("archiveLayout() gives the same text whatever the order of keys in the file", () => {
  const one = `db_schema:
  pets:
    title: Pets
    client: none
    server: full
    columns:
    - {name: Owner, type: link_single, target: people, admin_ui: {order: 1, width: 2}}
    - {name: owner, type: link_multiple, target: pets}
  Pets: {title: P, client: none, server: full, columns: []}
  people: {client: none, server: full, columns: []}
`;
  const other = `db_schema:
  people: {columns: [], server: full, client: none}
  Pets: {columns: [], server: full, client: none, title: P}
  pets:
    columns:
    - {admin_ui: {width: 2, order: 1}, target: people, type: link_single, name: Owner}
    - {target: pets, type: link_multiple, name: owner}
    server: full
    client: none
    title: Pets
`;
  const text = (yaml: string) => planDdlText(archiveLayout(readSchemaText(yaml, "x").schema).plan);
  assert.equal(text(one), text(other));
});

Deno.test("archiveLayout() gives the same columns for the list shape whatever the order of column ids", () => {
  const text = (columns: string) =>
    planDdlText(
      archiveLayout(
        readSchemaText(
          `db_schema: [{name: T, id: 1, python_name: t, columns: {${columns}}, access: {server: full, client: none}}]`,
          "x",
        ).schema,
      ).plan,
    );
  const a = "a: {name: x, type: bool, admin_ui: {order: 1}}";
  const b = "b: {name: y, type: bool, admin_ui: {order: 1}}";
  assert.equal(text(`${a}, ${b}`), text(`${b}, ${a}`));
});

Deno.test("planDdlText() is one script, a semicolon and an empty line after each statement", () => {
  const text = planDdlText(archiveLayout(app(table("t"))).plan);
  assert(text.startsWith("CREATE TABLE _provenance (\n"));
  assert(text.includes(';\n\nCREATE TABLE "t" (\n  "_anvil_row_id" TEXT PRIMARY KEY NOT NULL\n) STRICT;\n\n'));
  assert(text.endsWith(") AS u ON u.medium = m.id;\n"));
});
