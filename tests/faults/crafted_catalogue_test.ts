/** Catalogues that someone has crafted: every command says what is wrong, and none calls it a bug of its own. */
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { CHECKS_FILE } from "../../lib/source/checks.ts";
import { putArchive } from "../fixtures/files/built_archive.ts";
import { sampleApp } from "../../lib/demo/sample_app.ts";
import { runProgram } from "../fixtures/running/program.ts";
import { runHere } from "../fixtures/running/program_here.ts";
import { tempDir } from "../fixtures/files/temp_dir.ts";

/** What is changed, and the exit codes with which `inspect` may end: it checks nothing, and reads what it can. */
const CHANGES: Readonly<Record<string, 0 | 4>> = {
  "UPDATE _provenance SET value = '{' WHERE key = 'environment'": 0,
  "UPDATE _provenance SET value = '[]' WHERE key = 'environment'": 0,
  "UPDATE _provenance SET value = x'00ff' WHERE key = 'app_id'": 0,
  "DELETE FROM _provenance": 0,
  "UPDATE _anvil_columns SET attributes = '{'": 4,
  "UPDATE _anvil_tables SET attributes = '['": 4,
  "UPDATE _anvil_tables SET sql_name = NULL": 4,
  "UPDATE _anvil_tables SET sql_name = '_provenance' WHERE python_name = 'orders'": 4,
  "UPDATE _anvil_tables SET row_id_sql_name = 'title'": 4,
  "UPDATE _anvil_tables SET state = 'lost'": 4,
  "UPDATE _anvil_tables SET id = 9223372036854775807 WHERE python_name = 'orders'": 0,
  "UPDATE _anvil_columns SET sql_name = 'nope'": 4,
  "UPDATE _anvil_columns SET sql_name = 'a\"b'": 4,
  "UPDATE _anvil_columns SET junction_sql_name = 'books'": 4,
  "UPDATE _anvil_columns SET kind = 'odd'": 4,
  "UPDATE _anvil_columns SET kind = 'media'": 0,
  "UPDATE _anvil_columns SET kind = 'link_multiple'": 0,
  "ALTER TABLE _anvil_warnings RENAME COLUMN code TO kode": 4,
  "CREATE TABLE other (_anvil_row_id TEXT PRIMARY KEY NOT NULL) WITHOUT ROWID; UPDATE _anvil_tables SET sql_name = 'other' WHERE python_name = 'orders'; DELETE FROM _anvil_columns":
    4,
  "DELETE FROM _anvil_tables": 0,
  "DELETE FROM _anvil_columns": 0,
};

for (const [change, inspected] of Object.entries(CHANGES)) {
  Deno.test(`a crafted catalogue is told of by every command: ${change}`, async () => {
    using dir = tempDir();
    const file = dir.file("a.sqlite");
    await putArchive(file, sampleApp());
    const database = new DatabaseSync(file, { enableForeignKeyConstraints: false });
    database.exec(change);
    database.close();
    const commands = [["inspect", file], ["inspect", "--json", file], ["verify", file], ["drill", file], [
      "schema",
      file,
    ]];
    for (const args of commands) {
      const { code, out, err } = await runHere(args);
      assert.doesNotMatch(err, /This is a bug/, args.join(" "));
      if (args[0] === "inspect") assert.equal(code, inspected, err);
      else if (args[0] === "verify" || args[0] === "drill") assert.equal(code, 4, out + err);
      else assert.ok([0, 4].includes(code), err);
    }
  });
}

for (
  const [what, tmpdir] of [["is missing", "/none/of/these"], ["is a file", import.meta.filename ?? ""]] as const
) {
  Deno.test(`a folder for temporary files that ${what}: exit 21, with what to do`, {
    ignore: Deno.build.os === "windows",
  }, async () => {
    using dir = tempDir();
    const file = dir.file("a.sqlite");
    await putArchive(file, sampleApp());
    for (const args of [["drill", file], ["demo", "-o", dir.path], ["serve", "--writable", file]]) {
      const { code, err } = await runProgram(args, { env: { TMPDIR: tmpdir } });
      assert.equal(code, 21, err);
      assert.match(err, /^error: Cannot make a folder for temporary files: /m);
      assert.match(err, /^hint: Set TMPDIR to a folder that exists and that you may write to\.$/m);
    }
    assert.deepEqual(dir.names(), ["a.sqlite"]);
  });
}

Deno.test("an empty TMPDIR is as none: nothing is left where the program was started", {
  ignore: Deno.build.os === "windows",
}, async () => {
  using dir = tempDir();
  await putArchive(dir.file("a.sqlite"), sampleApp());
  const { code, err } = await runProgram(["drill", "a.sqlite"], { env: { TMPDIR: "" }, cwd: dir.path });
  assert.equal(code, 0, err);
  assert.deepEqual(dir.names(), [CHECKS_FILE, "a.sqlite"]);
});
