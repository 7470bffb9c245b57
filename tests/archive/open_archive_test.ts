/** Files that openArchive() turns away, and what it says of each. */
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { openArchive } from "../../lib/archive/open_archive.ts";
import { smallApp } from "../fixtures/apps/small_app.ts";
import { putArchive } from "../fixtures/files/built_archive.ts";
import { tempDir } from "../fixtures/files/temp_dir.ts";

const PETS = smallApp({ pets: { columns: { name: "string" }, rows: [["Rex"]] } });

/** Asserts how an archive is refused once a statement has changed it. */
async function assertRefused(change: string, error: Readonly<Record<string, unknown>>): Promise<void> {
  using dir = tempDir();
  const path = dir.file("pets.sqlite");
  await putArchive(path, PETS);
  const database = new DatabaseSync(path);
  database.exec(change);
  database.close();
  await assert.rejects(openArchive(path), error);
}

Deno.test("a catalogue that says what no catalogue says is damaged: exit 4", async () => {
  const damaged = { code: "damaged-catalogue", exitCode: 4, hint: /Use another backup; 'sqlite3 FILE \.dump'/ };
  await assertRefused("UPDATE _anvil_tables SET state = 'half'", {
    ...damaged,
    message: "The file's catalogue is damaged: table state half",
  });
  await assertRefused("UPDATE _anvil_columns SET kind = 'colour'", {
    ...damaged,
    message: "The file's catalogue is damaged: column kind colour",
  });
});

Deno.test("a catalogue that cannot be read is damaged, and the message says why: exit 4", () =>
  assertRefused("ALTER TABLE _anvil_columns RENAME COLUMN sql_name TO other_name", {
    code: "damaged-catalogue",
    exitCode: 4,
    message: /pets\.sqlite' is not as this program made it: column 'sql_name' of table '_anvil_columns' is missing$/,
  }));

Deno.test("an archive of a newer format is left to a newer program: exit 20", () =>
  assertRefused("PRAGMA user_version = 99", {
    code: "newer-format",
    exitCode: 20,
    message: /has format 99; this program knows formats up to \d+$/,
  }));

Deno.test("a SQLite file of another program is not an archive: exit 20", () =>
  assertRefused("PRAGMA application_id = 1", {
    code: "not-an-archive",
    exitCode: 20,
    hint: /Give a \.sqlite file that 'anvil-sqlite backup' or 'demo' has written/,
  }));
