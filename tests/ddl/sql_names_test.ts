import assert from "node:assert/strict";
import { columnNames, foldName, holdableName, MAX_NAME_LENGTH, NameSpace, tableName } from "../../lib/ddl/sql_names.ts";

Deno.test("foldName() folds the letters A to Z only, as SQLite compares names", () => {
  assert.equal(foldName("ÄBC É İ"), "Äbc É İ");
});

Deno.test("holdableName() keeps what SQLite can hold: spaces, quotes, newlines, other scripts, reserved words", () => {
  for (const name of [" ", "First Name ", 'say "x"', "a\nb", "intitulé", "😀", "select", "%", "rowid", "_anvil_x"]) {
    assert.equal(holdableName(name), name);
  }
});

Deno.test("holdableName() replaces what SQLite cannot hold, names the nameless and cuts the endless", () => {
  assert.equal(holdableName("a\0b"), "a\uFFFDb");
  assert.equal(holdableName("\ud800x"), "\uFFFDx");
  assert.equal(holdableName(""), "unnamed");
  assert.equal(holdableName("x".repeat(500)), "x".repeat(MAX_NAME_LENGTH));
  assert.equal(holdableName("😀".repeat(500)), "😀".repeat(MAX_NAME_LENGTH));
});

Deno.test("tableName() puts _table behind names that end like views of ours", () => {
  const named = ["price_history", "Books_READABLE", "history", "_readable", "history_of", "_anvil_x_history"].map(
    tableName,
  );
  assert.deepEqual(named, [
    "price_history_table",
    "Books_READABLE_table",
    "history",
    "_readable_table",
    "history_of",
    "t__anvil_x_history_table",
  ]);
});

Deno.test("tableName() puts t_ before names that begin like ours or SQLite's, in whatever case", () => {
  assert.deepEqual(["_anvil_tables", "_ANVIL", "_provenance", "SQLite_master", "sqlite"].map(tableName), [
    "t__anvil_tables",
    "t__ANVIL",
    "t__provenance",
    "t_SQLite_master",
    "t_sqlite",
  ]);
  assert.deepEqual(["_2024", "_provenance2", "sqlite3", "anvil_x"].map(tableName), [
    "_2024",
    "_provenance2",
    "sqlite3",
    "anvil_x",
  ]);
});

Deno.test("NameSpace.give() adds the first free suffix, whatever the case", () => {
  const space = new NameSpace();
  assert.deepEqual(["a", "A", "a", "a_3", "é", "É"].map((name) => space.give(name)), [
    "a",
    "A_2",
    "a_3",
    "a_3_2",
    "é",
    "É",
  ]);
});

Deno.test("NameSpace.giveAll() lets no suffix take a name that came as it stands", () => {
  assert.deepEqual(new NameSpace().giveAll(["x", "X", "x_2", "X_2"]), ["x", "X_3", "x_2", "X_2_2"]);
});

Deno.test("columnNames() gives the row id column way to the app's own of that name", () => {
  assert.deepEqual(columnNames(["id", "ID", "Id"]), { columns: ["id", "ID_2", "Id_3"], rowId: "_anvil_row_id" });
  assert.deepEqual(columnNames(["_Anvil_Row_Id"]), { columns: ["_Anvil_Row_Id"], rowId: "_anvil_row_id_2" });
});

Deno.test("columnNames() keeps names of SQLite's numeric row key, but never all three", () => {
  assert.deepEqual(columnNames(["rowid", "OID"]).columns, ["rowid", "OID"]);
  assert.deepEqual(columnNames(["_rowid_", "rowid", "a", "Oid"]).columns, ["_rowid_", "rowid", "a", "Oid_2"]);
  assert.deepEqual(columnNames(["oid", "rowid", "_rowid_", "_ROWID_"]).columns, [
    "oid",
    "rowid",
    "_rowid__2",
    "_ROWID__3",
  ]);
});
