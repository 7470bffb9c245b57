/** Any set of table and column names gives valid, unique, quoted DDL, in which every name is found again. */
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import type { ArchiveLayout } from "../../lib/ddl/archive_layout.ts";
import { archiveLayout, planDdlText } from "../../lib/ddl/lay_out_archive.ts";
import { foldName } from "../../lib/ddl/sql_names.ts";
import type { ColumnSchema } from "../../lib/schema/model/app_schema.ts";
import { COLUMN_KINDS, isLink } from "../../lib/schema/model/column_kind.ts";
import { fc } from "../deps.ts";
import { anyCharacter } from "../fixtures/texts/any_character.ts";
import { app, column, table } from "../schema/builders.ts";
import { timesAsked } from "../fixtures/running/times_asked.ts";

const NASTY = ["", " ", "a", "A", "a_2", "rowid", "OID", "_rowid_", "_anvil_row_id", "_ANVIL_ROW_ID_2", "_provenance"]
  .concat(["_anvil_tables", "_anvil_index_a__b", "sqlite", "sqlite_master", "a__b", "b", "a__a__b", 'x"y', "x'y", "\0"])
  .concat([
    "select",
    "table",
    "é",
    "É",
    "--",
    "/*",
    ";",
    "[a]",
    "`a`",
    "\n",
    "\ud800",
    "😀",
    "x".repeat(300),
    "%s",
    "?1",
  ]);

const name = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...NASTY) },
  { weight: 1, arbitrary: fc.string({ unit: anyCharacter }) },
);
const schema = fc.array(fc.tuple(name, fc.array(fc.tuple(name, fc.constantFrom(...COLUMN_KINDS)), { maxLength: 8 })), {
  maxLength: 6,
}).chain((tables) => {
  const target = fc.option(fc.constantFrom("nowhere", ...tables.map(([name]) => name)));
  const columnOf = ([name, kind]: readonly [string, ColumnSchema["kind"]]) =>
    target.map((target) => column(name, kind, { target: isLink(kind) ? target : null }));
  return fc.tuple(
    ...tables.map(([name, columns]) => fc.tuple(...columns.map(columnOf)).map((columns) => table(name, columns))),
  ).map((tables) => app(...tables));
});

function namesInFile(plan: ArchiveLayout): readonly string[] {
  return plan.tables.flatMap(({ sqlName, columns }) => [
    sqlName,
    ...columns.flatMap(({ junction }) => junction ? [junction.sqlName] : []),
  ]);
}

Deno.test("archiveLayout() of any names loads into SQLite, and SQLite has exactly those names", () => {
  fc.assert(
    fc.property(schema, (schema) => {
      const { plan } = archiveLayout(schema);
      const db = new DatabaseSync(":memory:");
      try {
        db.exec(planDdlText(plan));
        const names = namesInFile(plan);
        assert.equal(new Set(names.map(foldName)).size, names.length);
        const found = db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all().map(({ name }) => name);
        assert.deepEqual(found.filter((name) => names.includes(String(name))).toSorted(), names.toSorted());
        for (const { sqlName, rowIdSqlName, columns } of plan.tables) {
          const columnsFound = db.prepare("SELECT name FROM pragma_table_info(?) ORDER BY cid").all(sqlName);
          assert.deepEqual(columnsFound.map(({ name }) => name), [rowIdSqlName, ...columns.map((it) => it.sqlName)]);
        }
        db.exec("PRAGMA foreign_key_check");
      } finally {
        db.close();
      }
    }),
    { numRuns: timesAsked(75) },
  );
});

Deno.test("archiveLayout() of any names gives the same text twice", () => {
  fc.assert(fc.property(schema, (schema) => {
    assert.equal(planDdlText(archiveLayout(schema).plan), planDdlText(archiveLayout(structuredClone(schema)).plan));
  }));
});
