/**
 * Files that are not what they say, given to every command that reads one: corrupt, truncated, foreign, newer, hostile.
 * None is called good, none is written to, none makes anything run, and nobody is told that it is a bug.
 */
import { CHECKS_FILE } from "../../lib/source/checks.ts";
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { DatabaseSync } from "node:sqlite";
import { faultApp } from "../fixtures/apps/fault_app.ts";
import { backupOf } from "../fixtures/running/backup_of.ts";
import { assertGood } from "../fixtures/running/faulty_backup.ts";
import type { Run } from "../fixtures/running/program.ts";
import { runHere, variablesFor } from "../fixtures/running/program_here.ts";
import { serveApp, type ServedApp } from "../fixtures/running/served_app.ts";
import { smallApp } from "../fixtures/apps/small_app.ts";

/** Every command that reads a file of ours. */
const COMMANDS: Readonly<Record<string, (file: string) => readonly string[]>> = {
  "verify": (file) => ["verify", file],
  "verify --quick": (file) => ["verify", "--quick", file],
  "verify --json": (file) => ["verify", "--json", file],
  "inspect": (file) => ["inspect", file],
  "serve": (file) => ["serve", file],
  "serve --writable": (file) => ["serve", "--writable", file],
  "backup --resume": (file) => ["backup", "--resume", file],
  "restore": (file) => ["restore", file],
  "drill": (file) => ["drill", file],
};

interface BadFile {
  /** Makes the file of a good archive (or partial) of `readings`, `files` and `notes`. */
  readonly make: (path: string) => void;
  /** Exit codes that are right. */
  readonly codes: readonly number[];
  /** Commands that may take it all the same, since what is wrong concerns them not. */
  readonly harmlessTo?: readonly string[];
}

const sql = (text: string) => (path: string) => {
  const database = new DatabaseSync(path, { enableForeignKeyConstraints: false });
  database.exec(text);
  database.close();
};

const overwrite = (from: number, bytes: Uint8Array) => (path: string) => {
  using file = Deno.openSync(path, { write: true });
  file.seekSync(from, Deno.SeekMode.Start);
  file.writeSync(bytes);
};

const noise = (length: number) => Uint8Array.from({ length }, (_, i) => (i * 7919 + 13) % 256);

/** A SELECT that never ends. */
const ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT * FROM n";

const BAD_FILES: Readonly<Record<string, BadFile>> = {
  "corrupt in its pages": {
    make: (path) => {
      const { size } = Deno.statSync(path);
      for (let at = 3 * 4096; at < size; at += 5 * 4096) overwrite(at, noise(4096))(path);
    },
    codes: [4],
  },
  "corrupt in its schema": { make: overwrite(100, noise(3_900)), codes: [4, 20] },
  "corrupt in its header": { make: overwrite(16, noise(80)), codes: [4, 20] },
  "truncated to half": {
    make: (path) => Deno.truncateSync(path, Math.floor(Deno.statSync(path).size / 2)),
    codes: [4],
  },
  "truncated to its header": { make: (path) => Deno.truncateSync(path, 100), codes: [4, 20] },
  "truncated within its header": { make: (path) => Deno.truncateSync(path, 60), codes: [4, 20] },
  "truncated to nothing": { make: (path) => Deno.truncateSync(path, 0), codes: [4, 20] },
  "foreign: another SQLite file": {
    make: (path) => {
      Deno.removeSync(path);
      sql("CREATE TABLE t (a); INSERT INTO t VALUES (1)")(path);
    },
    codes: [20],
  },
  "foreign: no SQLite file": {
    make: (path) => Deno.writeTextFileSync(path, "name,email\n".repeat(1_000)),
    codes: [20],
  },
  // Where a file is read, a folder is its newest backup, and this one has none: exit 2.
  "foreign: a folder without a backup": {
    make: (path) => {
      Deno.removeSync(path);
      Deno.mkdirSync(path);
    },
    codes: [2, 20],
  },
  "missing": { make: (path) => Deno.removeSync(path), codes: [20] },
  "newer": { make: sql("PRAGMA user_version = 99"), codes: [20] },
  "hostile: a view in place of the catalogue": {
    make: sql(`DROP TABLE _provenance; CREATE VIEW _provenance AS ${ENDLESS}`),
    codes: [4],
  },
  "hostile: a view in place of a data table": {
    make: sql(`DROP TABLE notes; CREATE VIEW notes AS ${ENDLESS}`),
    codes: [4],
  },
  "hostile: a virtual table in place of a data table": {
    make: sql("DROP TABLE notes; CREATE VIRTUAL TABLE notes USING fts5(_anvil_row_id, text)"),
    codes: [4],
  },
  "hostile: a column that is computed on every read": {
    make: sql(`ALTER TABLE notes ADD COLUMN bomb BLOB AS (zeroblob(900000000)) VIRTUAL`),
    codes: [4],
  },
  "hostile: triggers on everything": {
    make: sql(`
      CREATE TABLE pwned (a);
      CREATE TRIGGER one AFTER INSERT ON notes BEGIN INSERT INTO pwned VALUES (1); END;
      CREATE TRIGGER two AFTER UPDATE ON _anvil_tables BEGIN INSERT INTO pwned VALUES (2); END;
      CREATE TRIGGER three AFTER DELETE ON notes BEGIN INSERT INTO pwned VALUES (3); END;
    `),
    codes: [4],
    // Reading fires no trigger, and a private copy drops them.
    harmlessTo: ["verify --quick", "inspect", "serve", "serve --writable"],
  },
};

interface Stage {
  readonly app: ServedApp;
  readonly file: string;
}

const PLAIN_APP = smallApp({
  readings: { columns: { label: "string", extra: "simpleObject" }, rows: rows(400) },
  notes: { columns: { text: "string" }, rows: [["one"], ["two"]] },
});

/** A copy of the app, made bad; for `--resume` the partial file of an interrupted run. */
async function makeBad(app: ServedApp, command: string, bad: BadFile): Promise<Stage> {
  const good = app.dir.file("copy.sqlite");
  if (command === "backup --resume") {
    // Of this very app, so that it is not refused as another one's.
    const file = `${good}.partial`;
    await app.backup();
    Deno.renameSync(good, file);
    bad.make(file);
    return { app, file };
  }
  Deno.writeFileSync(good, await backupOf(PLAIN_APP), { mode: 0o600 });
  bad.make(good);
  return { app, file: good };
}

/** What a command must not change: the files beside it, but the list of checks, and every byte of this one. */
function stateOf({ app, file }: Stage): string {
  const stat = Deno.lstatSync(app.dir.path);
  const digest = existsAsFile(file) ? createHash("sha256").update(Deno.readFileSync(file)).digest("hex") : "";
  return JSON.stringify([stat.isDirectory, app.dir.names().filter((name) => name !== CHECKS_FILE), digest]);
}

function existsAsFile(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}

function assertPlain({ code, out, err }: Run, codes: readonly number[]): void {
  assert.ok(codes.includes(code), `exit ${code}: ${out}${err}`);
  assert.doesNotMatch(err, /This is a bug/);
  assert.ok(code === 0 || out + err !== "", "it says why");
}

for (const [what, bad] of Object.entries(BAD_FILES)) {
  for (const [command, argsFor] of Object.entries(COMMANDS)) {
    Deno.test(`${command} of a file that is ${what}`, async () => {
      await using app = await serveApp(PLAIN_APP);
      const stage = await makeBad(app, command, bad);
      const before = stateOf(stage);
      const run = await runHere(argsFor(stage.file), {
        variables: variablesFor(app.server.url),
        stopAt: "Serving until Ctrl-C",
      });
      // What a damaged partial has lost is read again.
      if (command === "backup --resume" && run.code === 0) return await assertGood(app.dir.file("copy.sqlite"));
      const harmless = bad.harmlessTo?.includes(command) ?? false;
      assertPlain(run, harmless ? [0] : command === "backup --resume" ? [2, 4, 20] : bad.codes);
      assert.equal(stateOf(stage), before, "the file was written to");
    });
  }
}

function rows(count: number) {
  return Array.from({ length: count }, (_, i) => [`reading ${i} ${"x".repeat(50)}`, `{"n":${i}}`]);
}

/** A partial file of a run that was cut off, changed by SQL. */
async function resumeChanged(change: string): Promise<Run & { readonly pwned: unknown }> {
  await using app = await serveApp(faultApp(), {
    faults: {
      onCall: ({ name, n }) => name === "search.next_page" && n === 3 ? { reply: () => "not JSON" } : undefined,
    },
  });
  await assert.rejects(app.backup());
  const partial = app.dir.file("copy.sqlite.partial");
  sql(`CREATE TABLE IF NOT EXISTS pwned (a); ${change}`)(partial);
  if (!change.includes("pwned")) sql("DROP TABLE pwned")(partial);
  const run = await runHere(["backup", "--resume", partial], { variables: variablesFor(app.server.url) });
  const database = new DatabaseSync(existsAsFile(partial) ? partial : app.dir.file("copy.sqlite"));
  const pwned = database.prepare("SELECT count(*) AS n FROM sqlite_schema WHERE name = 'pwned'").get()?.["n"] === 1
    ? database.prepare("SELECT count(*) AS n FROM pwned").get()?.["n"]
    : 0;
  database.close();
  return { ...run, pwned };
}

const HOSTILE_PARTIALS: Readonly<Record<string, string>> = {
  "a trigger": "CREATE TRIGGER t AFTER INSERT ON readings BEGIN INSERT INTO pwned VALUES (1); END",
  "a statement for its end": "INSERT INTO _anvil_final_statements (sql) VALUES ('INSERT INTO pwned VALUES (1)')",
  "a view more": "CREATE VIEW more AS SELECT 1",
  "an index on an expression": "CREATE INDEX bomb ON readings (length(zeroblob(100000000)))",
  "a table less": "DROP TABLE notes",
  "another constraint":
    "ALTER TABLE notes RENAME TO old; CREATE TABLE notes (_anvil_row_id TEXT PRIMARY KEY NOT NULL, text TEXT CHECK (length(zeroblob(900000000)))) STRICT; DROP TABLE old",
};

for (const [what, change] of Object.entries(HOSTILE_PARTIALS)) {
  Deno.test(`backup --resume of a partial that is hostile: ${what}`, async () => {
    const run = await resumeChanged(change);
    assertPlain(run, [2, 4]);
    assert.equal(run.pwned, 0);
  });
}

Deno.test("backup --resume of a file without a partial's name is refused and not written to", async () => {
  await using app = await serveApp(faultApp());
  const { path } = await app.backup();
  const before = stateOf({ app, file: path });
  const { code, err } = await runHere(["backup", "--resume", path], { variables: variablesFor(app.server.url) });
  assert.equal(code, 20, err);
  assert.equal(stateOf({ app, file: path }), before);
});

for (const command of ["verify", "inspect", "serve", "restore"]) {
  Deno.test(`${command} of a partial that was killed in the middle of a write names the remedy`, async () => {
    await using app = await serveApp(faultApp());
    const { path } = await app.backup();
    const partial = app.dir.file("killed.sqlite.partial");
    Deno.copyFileSync(path, app.dir.file("writing"));
    const writer = new DatabaseSync(app.dir.file("writing"));
    // A small cache makes SQLite write pages, and their old content into the journal, before the commit.
    writer.exec("PRAGMA cache_size = 2; BEGIN; UPDATE readings SET label = label || 'x'");
    Deno.copyFileSync(app.dir.file("writing"), partial);
    Deno.copyFileSync(app.dir.file("writing-journal"), `${partial}-journal`);
    writer.close();
    const stage = { app, file: partial };
    const before = stateOf(stage);
    const { code, err } = await runHere([command, partial], { variables: variablesFor(app.server.url) });
    assert.equal(code, 20, err);
    assert.match(err, /left in the middle of a write.*\nhint: .*'backup --resume FILE\.partial' repairs it/);
    assert.equal(stateOf(stage), before);
    const again = await runHere(["backup", "--resume", partial], { variables: variablesFor(app.server.url) });
    assert.equal(again.code, 0, again.err);
    await assertGood(app.dir.file("killed.sqlite"));
  });
}

for (const command of ["verify", "serve"]) {
  Deno.test(`${command} of an unfinished file says how to finish it`, async () => {
    await using app = await serveApp(faultApp(), {
      faults: {
        onCall: ({ name, n }) => name === "search.next_page" && n === 3 ? { reply: () => "not JSON" } : undefined,
      },
    });
    await assert.rejects(app.backup());
    const { code, err } = await runHere([command, app.dir.file("copy.sqlite.partial")]);
    assert.equal(code, 20);
    assert.match(
      err,
      /is unfinished: its backup was interrupted\nhint: To have it finished, continue it with 'backup --resume /,
    );
  });
}
