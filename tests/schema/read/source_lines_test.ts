import assert from "node:assert/strict";
import { SourceLines } from "../../../lib/schema/read/source_lines.ts";

const MAPPING = `# comment
name: x

db_schema:
  pets:
    columns:
    - {name: a, type: string}
    - name: 'b''s'
      type: string
    - {type: string,
      "name": "c, d"}

  "odd: name":
    columns: [{name: a}, {name: b}, {name: a}]
other:
  pets: 1
`;

Deno.test("SourceLines.keyed() finds a table by its key, in the schema only", () => {
  const lines = new SourceLines(MAPPING, "db_schema");
  assert.equal(lines.keyed("pets").table(), 5);
  assert.equal(lines.keyed("odd: name").table(), 13);
  assert.equal(lines.keyed("gone").table(), null);
});

Deno.test("SourceLines.keyed() finds columns in block and flow style, quoted or not", () => {
  const pets = new SourceLines(MAPPING, "db_schema").keyed("pets");
  assert.deepEqual(["a", "b's", "c, d"].map((name) => pets.column(name, 0, 1)), [7, 8, 11]);
});

Deno.test("SourceLines.keyed() gives the table's line when names do not add up", () => {
  const lines = new SourceLines(MAPPING, "db_schema");
  assert.equal(lines.keyed("pets").column("a", 0, 2), 5);
  assert.equal(lines.keyed("odd: name").column("a", 1, 2), 14);
  assert.equal(lines.keyed("gone").column("a", 0, 1), null);
});

Deno.test("SourceLines.listed() finds list entries, indented or not", () => {
  const flush = new SourceLines("db_schema:\n- name: A\n  id: 1\n- name: B\nother: 1\n", "db_schema");
  assert.deepEqual([flush.listed(0, 2).table(), flush.listed(1, 2).table()], [2, 4]);
  const indented = new SourceLines("db_schema:\n  -\n    name: A\n  - name: B\n", "db_schema");
  assert.deepEqual([indented.listed(0, 2).table(), indented.listed(1, 2).table()], [2, 4]);
});

Deno.test("SourceLines.listed() gives null when the entries do not add up", () => {
  assert.equal(new SourceLines("db_schema: [{name: A}]\n", "db_schema").listed(0, 1).table(), null);
});

Deno.test("SourceLines.repeatedKeys() gives every key but its last place", () => {
  const lines = new SourceLines("db_schema:\n  a: 1\n  b: 1\n  a: 1\n  a: 1\n", "db_schema");
  assert.deepEqual(lines.repeatedKeys(), [{ name: "a", line: 2 }, { name: "a", line: 4 }]);
  assert.equal(lines.keyed("a").table(), 5);
});

Deno.test("SourceLines.at() gives the key of a line and the table around it", () => {
  const lines = new SourceLines(MAPPING, "db_schema");
  assert.deepEqual(lines.at(6), { key: "columns", table: "pets" });
  assert.deepEqual(lines.at(8), { key: "name", table: "pets" });
  assert.deepEqual(lines.at(2), { key: "name", table: null });
  assert.deepEqual(lines.at(99), { key: null, table: null });
});
