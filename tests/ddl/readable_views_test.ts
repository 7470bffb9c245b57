/** The views for people: what a link, a medium and an empty label look like, and that any app's views can be read. */
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { mediaView } from "../../lib/ddl/media_view.ts";
import { archiveLayout, planDdlText } from "../../lib/ddl/lay_out_archive.ts";
import { fc } from "../deps.ts";
import { anyApp } from "../fixtures/apps/any_app.ts";
import { buildArchive } from "../../lib/archive/making/build_archive.ts";
import { tempDir } from "../fixtures/files/temp_dir.ts";
import { app, column, link, links, table } from "../schema/builders.ts";
import { timesAsked } from "../fixtures/running/times_asked.ts";

const SHOP = app(
  table("authors", [column("born", "date"), column("name")], { id: 1 }),
  table("books", [
    link("author", "authors"),
    column("title"),
    links("more", "authors"),
    links("unknown", "elsewhere"),
    column("cover", "media"),
  ], { id: 2 }),
);

function shop(): DatabaseSync {
  const db = new DatabaseSync(":memory:");
  db.exec(planDdlText(archiveLayout(SHOP).plan));
  db.exec(`PRAGMA foreign_keys = OFF;
    INSERT INTO _anvil_tables (id, python_name, attributes, position, state) VALUES (2, 'books', '{}', 1, 'copied');
    INSERT INTO _anvil_columns VALUES (2, NULL, 'books', 'cover', 'media', 'media', NULL, NULL, 0, '{}', 'cover', NULL, 4);
    INSERT INTO _anvil_media_objects (id, name, content_type, state, sha256) VALUES
      (7, 'a.png', 'image/png', 'stored', 'ab'), (8, NULL, 'image/gif', 'skipped', NULL), (9, 'left', NULL, 'failed', NULL);
    INSERT INTO _anvil_blobs VALUES ('ab', 0, x'01'), ('ab', 1, x'0203');
    INSERT INTO authors VALUES ('[1,1]', NULL, '  Jane  '), ('[1,2]', NULL, '   '), ('[1,3]', NULL, '${
    "x".repeat(99)
  }');
    INSERT INTO books VALUES
      ('[2,1]', '[1,1]', 'Emma', '[]', '[]', 7), ('[2,2]', '[1,9]', 'Odd', '[]', '["[5,5]"]', 8), ('[2,3]', NULL, NULL, NULL, NULL, NULL);
    INSERT INTO books__more VALUES ('[2,1]', 0, '[1,3]'), ('[2,1]', 1, '[1,2]'), ('[2,1]', 2, '[1,1]'), ('[2,1]', 3, '[1,1]');`);
  return db;
}

Deno.test("a readable view has own cells first, then links as labels in their order, the row id last", () => {
  using db = shop();
  const [emma, odd, empty] = db.prepare("SELECT * FROM books_readable").all();
  assert.deepEqual(Object.entries(emma ?? {}), [
    ["title", "Emma"],
    ["cover", "a.png"],
    ["author", "Jane"],
    ["more", `${"x".repeat(60)}, [1,2], Jane, Jane`],
    ["unknown", "[]"],
    ["_anvil_row_id", "[2,1]"],
  ]);
  assert.deepEqual(
    Object.values(odd ?? {}),
    ["Odd", "image/gif", "[1,9]", null, '["[5,5]"]', "[2,2]"],
    "a broken link stays",
  );
  assert.deepEqual(Object.values(empty ?? {}), [null, null, null, null, null, "[2,3]"]);
});

Deno.test("the view of media says which cell a medium belongs to, and has a rowid", () => {
  using db = shop();
  const rows = db.prepare("SELECT rowid, id, table_name, column_name, row_id, name, hex(bytes) AS b FROM _anvil_media")
    .all();
  assert.deepEqual(rows.map((row) => Object.values(row)), [
    [7, 7, "books", "cover", "[2,1]", "a.png", "010203"],
    [8, 8, "books", "cover", "[2,2]", null, ""],
    [9, 9, null, null, null, "left", ""],
  ]);
});

Deno.test("the view of media can be read however many media columns an app has", () => {
  for (const count of [0, 400, 401, 1_500]) {
    const columns = Array.from({ length: count }, (_, i) => column(`c${i}`, "media"));
    const { plan } = archiveLayout(app(table("t", columns)));
    using db = new DatabaseSync(":memory:");
    db.exec(planDdlText(plan));
    assert.equal(plan.indexStatements.at(-1), mediaView(plan.tables));
    assert.deepEqual(db.prepare("SELECT * FROM _anvil_media").all(), []);
  }
});

Deno.test("the view of a table whose name is taken gets a number", () => {
  const { plan } = archiveLayout(app(table("A"), table("a"), table("A_readable")));
  const names = plan.indexStatements.flatMap((sql) => /^CREATE VIEW "(.*)"/.exec(sql)?.[1] ?? []);
  assert.deepEqual(names, ["A_readable", "a_2_readable", "A_readable_table_readable"]);
});

Deno.test("the views of any app can be read, and have a row for each row", async () => {
  await fc.assert(
    fc.asyncProperty(anyApp, async (content) => {
      using dir = tempDir();
      await buildArchive(dir.file("any.sqlite"), content);
      using db = new DatabaseSync(dir.file("any.sqlite"), { readOnly: true });
      const tables = db.prepare("SELECT sql_name FROM _anvil_tables WHERE sql_name IS NOT NULL").all();
      for (const { sql_name: name } of tables) {
        const view = `"${String(name).replaceAll('"', '""')}_readable"`;
        const count = db.prepare(`SELECT count(*) AS n FROM "${String(name).replaceAll('"', '""')}"`).get();
        assert.equal(db.prepare(`SELECT * FROM ${view}`).all().length, count?.["n"]);
      }
      const media = db.prepare("SELECT count(*) AS n FROM _anvil_media_objects").get();
      const read = new Set(db.prepare("SELECT * FROM _anvil_media").all().map(({ id }) => id));
      assert.equal(read.size, media?.["n"]);
    }),
    { numRuns: timesAsked(8) },
  );
});
