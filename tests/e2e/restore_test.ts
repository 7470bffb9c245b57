/** `restore`, `drill` and `copy` as a user runs them: what they print, and that they write only when told to. */
import assert from "node:assert/strict";
import type { JsonObject } from "../../lib/json/exact_json.ts";
import { DatabaseSync } from "node:sqlite";
import { putArchive } from "../fixtures/files/built_archive.ts";
import { sampleApp } from "../../lib/demo/sample_app.ts";
import { forumFile } from "../fixtures/files/forum_file.ts";
import { oddApp } from "../fixtures/apps/odd_app.ts";
import { systemClock } from "../../lib/clock.ts";
import { ManualClock } from "../fixtures/clocks/manual_clock.ts";
import { programCommand, type Run, runProgram } from "../fixtures/running/program.ts";
import { runHere, runIn, variablesFor } from "../fixtures/running/program_here.ts";
import { emptied, mapsIn, type RestoredApp, restoredApp } from "../fixtures/running/restored_app.ts";
import { TEST_KEY } from "../fixtures/running/served_app.ts";
import { tempDir } from "../fixtures/files/temp_dir.ts";

/** Calls that change an app. */
const WRITES =
  /^(table\.(add_rows?|delete_all_rows)|row\.(update|batch_update|delete|batch_delete(_2)?)|search\.delete_all)$/;

/** Runs the program against an app; its key is never printed. */
async function run(app: RestoredApp, args: readonly string[]): Promise<Run> {
  const ended = await runIn(app.dir, args, { variables: variablesFor(app.server.url), clock: app.clock });
  assert.ok(!(ended.out + ended.err).includes(TEST_KEY), ended.out + ended.err);
  return ended;
}

/** The same as a process, for what depends on its permissions and streams. */
async function runAsProcess(app: RestoredApp, args: readonly string[]): Promise<Run> {
  const ended = await runProgram(args, { env: variablesFor(app.server.url), cwd: app.dir.path });
  assert.ok(!(ended.out + ended.err).includes(TEST_KEY), ended.out + ended.err);
  return ended;
}

function keyFile(app: RestoredApp, name = "app.key", key = TEST_KEY): string {
  Deno.writeTextFileSync(app.dir.file(name), key, { mode: 0o600 });
  return app.dir.file(name);
}

Deno.test("restore prints the plan, writes nothing, and leaves no file", async () => {
  await using app = await restoredApp(sampleApp());
  const { code, out } = await run(app, ["restore", "backup.sqlite", "--quiet"]);
  assert.equal(code, 0);
  assert.equal(
    out.replaceAll(/127\.0\.0\.1:\d+/g, "HOST"),
    `Restore of backup.sqlite
into OTHERAPP at HOST (App Server), another app than it was made of, into empty tables

TABLE      INSERT  UPDATE  SKIP  DELETE
authors         6       0     0       0
books          11       0     0       0
customers      40       0     0       0
orders        150       0     0       0

To send: 207 rows, 12 kB; 11 media files, 92 kB; 532 links. About 0.1 s.

Never comes back: row ids: Anvil gives new ones (the id map says which), and text that holds an old id still holds it; ids of tables, columns and media; access rules and indexes of tables.

Nothing was written. Add --apply to do it.
`,
  );
  assert.deepEqual(app.dir.names().toSorted(), ["app.sqlite", "backup.sqlite"]);
});

Deno.test("restore ends with 5 and the db_schema text when the app does not fit", async () => {
  const content = sampleApp();
  const tables = content.schema.tables.filter(({ name }) => name !== "orders");
  await using app = await restoredApp(content, {
    into: emptied({ ...content, schema: { ...content.schema, tables } }),
  });
  for (const args of [[], ["--apply", "--yes"]]) {
    const { code, out } = await run(app, ["restore", "backup.sqlite", "--quiet", ...args]);
    assert.equal(code, 5);
    if (args.length > 0) continue;
    assert.match(out, /Table "orders" is not in the app\n/);
    assert.match(out, /\ndb_schema:\n {2}orders:\n {4}client: "none"\n {4}columns:\n/);
    assert.match(out, /\nNothing was written\.\n$/);
  }
  const { code, out } = await run(app, ["restore", "backup.sqlite", "--json"]);
  assert.equal(code, 5);
  assert.deepEqual(JSON.parse(out).plan.gaps, [
    { kind: "missing-table", table: "orders", column: null, message: 'Table "orders" is not in the app' },
  ]);
});

Deno.test("restore --apply writes, proves, and keeps the id map; --undo takes it out again", async () => {
  await using app = await restoredApp(sampleApp());
  const { code, out, err } = await run(app, ["restore", "backup.sqlite", "--apply", "--yes"]);
  assert.equal(code, 0, err);
  assert.match(out, /\nDone in [\d.]+ s: 207 rows inserted, 0 updated in OTHERAPP\.\n/);
  assert.match(
    out,
    /\nRead back and compared with the file: 207 rows, 532 links, 11 media files \(92 kB\), all equal\.\n/,
  );
  assert.match(out, /\nId map: backup\.sqlite\.\d{8}T\d{6}Z\.idmap\.sqlite\n$/);
  const [map = ""] = mapsIn(app.dir);
  await app.assertEqual();
  const again = await run(app, ["restore", "backup.sqlite", "--apply", "--yes", "--quiet"]);
  assert.equal(again.code, 21);
  const plan = await run(app, ["restore", "--undo", map, "--quiet"]);
  assert.equal(
    plan.out,
    `Rows that the restore has inserted into OTHERAPP, and that are deleted from it again:
  authors: 6 rows
  books: 11 rows
  customers: 40 rows
  orders: 150 rows
Nothing was written. Add --apply to do it.
`,
  );
  const undone = await run(app, ["restore", "--undo", map, "--apply", "--yes", "--quiet"]);
  assert.equal(undone.code, 0, undone.err);
  assert.deepEqual(await app.rows("books"), []);
  assert.deepEqual(mapsIn(app.dir), []);
});

Deno.test("restore --json gives one document, plan and outcome", async () => {
  await using app = await restoredApp(sampleApp());
  const { code, out } = await run(app, ["restore", "backup.sqlite", "--apply", "--yes", "--json"]);
  assert.equal(code, 0);
  const document = JSON.parse(out);
  assert.deepEqual(Object.keys(document), ["file", "notes", "plan", "applied", "idMap", "result"]);
  assert.deepEqual([document.applied, document.plan.rows, document.result.inserted], [true, 207, 207]);
  assert.deepEqual(document.result.proof.differences, []);
});

Deno.test("restore --apply asks, and without a terminal or --yes writes nothing", async () => {
  await using app = await restoredApp(sampleApp(), { clock: systemClock });
  const { code, err } = await runAsProcess(app, ["restore", "backup.sqlite", "--apply", "--quiet"]);
  assert.equal(code, 2);
  assert.match(err, /^error: Nobody is there to agree\nhint: Give --yes to go on without being asked\.\n$/);
  assert.deepEqual(await app.rows("books"), []);
  assert.deepEqual(app.dir.names().filter((name) => name.includes("idmap")), []);
});

Deno.test("nothing is ever written without --apply: every other form, against a server that fails on any write", async () => {
  const writes: string[] = [];
  await using app = await restoredApp(sampleApp(), {
    into: sampleApp(),
    faults: {
      onCall: ({ name, frame }) => {
        if (!WRITES.test(name) || isQuestion(name, frame)) return;
        writes.push(name);
        return { error: { type: "anvil.tables.TableError", message: "A write!" } };
      },
    },
  });
  const key = keyFile(app);
  const source = ["--from-url", app.server.url, "--from-key-file", key];
  await using target = await restoredApp(sampleApp(), {
    faults: {
      onCall: ({ name, frame }) => void (WRITES.test(name) && !isQuestion(name, frame) && writes.push(name)),
    },
  });
  const targetKey = keyFile(target);
  const forms: readonly (readonly [code: number, args: readonly string[]])[] = [
    [21, []],
    [0, ["--replace"]],
    [0, ["--merge", "authors.name", "--merge", "books.title", "--merge", "customers.email", "--exclude", "orders"]],
    [0, ["--missing"]],
    [0, ["--missing", "--table", "books", "--where", "price > 10", "--with-links"]],
    [0, ["--missing", "--row", "[102,20]", "--no-media", "--in-order", "--json"]],
    [2, ["--yes"]],
    [2, ["--resume"]],
    [0, ["--replace", "--force", "--quiet", "--id-map", "other.idmap.sqlite"]],
  ];
  for (const [code, args] of forms) {
    const result = await run(app, ["restore", "backup.sqlite", ...args]);
    assert.equal(result.code, code, `${args.join(" ")}: ${result.err}`);
  }
  assert.equal((await run(target, ["restore", "backup.sqlite"])).code, 0);
  for (const args of [["--replace"], []]) {
    const to = ["--to-url", target.server.url, "--to-key-file", targetKey];
    const result = await run(app, ["copy", ...source, ...to, ...args]);
    assert.equal(result.code, 0, result.err);
  }
  assert.equal((await run(app, ["schema", "backup.sqlite", "--format", "anvil-yaml"])).code, 0);
  assert.deepEqual(writes, []);
  assert.deepEqual(app.dir.names().toSorted(), ["app.key", "app.sqlite", "backup.sqlite"]);
});

/** Whether a call adds no rows at all, by which a plan asks whether it could. */
function isQuestion(name: string, { args }: JsonObject): boolean {
  return name === "table.add_rows" && JSON.stringify(args) === "[null,[]]";
}

Deno.test("restore refuses flags that exclude each other or need others", async () => {
  await using app = await restoredApp(sampleApp());
  for (
    const args of [
      [],
      ["backup.sqlite", "--replace", "--missing"],
      ["backup.sqlite", "--resume", "--table", "books"],
      ["backup.sqlite", "--undo", "x.sqlite"],
      ["backup.sqlite", "--yes"],
    ]
  ) {
    const { code, out } = await run(app, ["restore", ...args]);
    assert.deepEqual([code, out], [2, ""], args.join(" "));
  }
});

Deno.test("restore of a forum script's file says its limits and brings its rows back", async () => {
  await using app = await restoredApp(sampleApp());
  forumFile(app.dir.file("forum.sqlite"));
  const yaml = await run(app, ["restore", "forum.sqlite", "--quiet"]);
  assert.equal(yaml.code, 5);
  assert.match(yaml.err, /^warning: This file was made by the forum script/);
  const { code, out } = await run(app, ["drill", "forum.sqlite", "--quiet"]);
  assert.equal(code, 0);
  assert.match(out, / restore drill of forum\.sqlite .*: 1 table, 2 rows, 3 links, 1 media file \(5 B\) .*: equal; /);
});

for (
  const [name, content, runProgramOrHere] of [
    ["the demo's archive", sampleApp(), runProgram],
    ["every oddity", oddApp(), runHere],
  ] as const
) {
  Deno.test(`drill of ${name} prints one dated line and ends with 0`, async () => {
    using dir = tempDir();
    await putArchive(dir.file("app.sqlite"), content);
    const { code, out } = await runProgramOrHere(["drill", dir.file("app.sqlite"), "--quiet"]);
    assert.equal(code, 0);
    assert.match(
      out,
      /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z restore drill of app\.sqlite \(digest [0-9a-f]{64}\): .* read back: equal.*\n$/,
    );
    assert.deepEqual(dir.names(), [".anvil-sqlite-checks.jsonl", "app.sqlite"]);
  });
}

Deno.test("drill says what Faster Storage cannot keep of what the archive holds, and ends with 0: it is no surprise", async () => {
  using dir = tempDir();
  await putArchive(dir.file("app.sqlite"), oddApp());
  const { code, out, err } = await runHere(["drill", dir.file("app.sqlite"), "--quiet", "--storage", "split"]);
  assert.equal(code, 0);
  assert.match(out, / read back: equal, .*apart from what this storage keeps otherwise \(3 notes\);/);
  assert.match(err, /^warning: Column 'number' of table 'all_types': 3 numbers have more digits than Faster Storage/m);
});

Deno.test("drill --json tells the same to programs", async () => {
  using dir = tempDir();
  await putArchive(dir.file("app.sqlite"), sampleApp());
  const { code, out } = await runHere(["drill", dir.file("app.sqlite"), "--json"]);
  assert.equal(code, 0);
  const { plan, result } = JSON.parse(out);
  assert.deepEqual([plan.rows, result.proof.rows, result.proof.differing], [207, 207, 0]);
});

/** Text of a column in a copy. */
function texts(path: string, sql: string): readonly unknown[] {
  const database = new DatabaseSync(path, { readOnly: true });
  try {
    return database.prepare(sql).all().map((row) => Object.values(row)[0]);
  } finally {
    database.close();
  }
}

Deno.test("copy takes rows from one app to another, masked, and leaves no file", async () => {
  const clock = systemClock;
  await using from = await restoredApp(sampleApp(), { into: sampleApp(), clock });
  await using to = await restoredApp(sampleApp(), { clock });
  Deno.writeTextFileSync(
    from.dir.file("rules.yaml"),
    "customers: {email: fake-email, password_hash: drop}\norders: {note: hash}\nbooks: {price: {constant: 9.5}, cover: null}\n",
  );
  const args = [
    ...["copy", "--from-url", from.server.url, "--from-key-file", keyFile(from)],
    ...["--to-url", to.server.url, "--to-key-file", keyFile(to), "--mask", "rules.yaml"],
  ];
  const before = from.dir.names();
  const { code, out, err } = await runAsProcess(from, [...args, "--apply", "--yes", "--quiet"]);
  assert.equal(code, 0, err);
  assert.equal(err, "");
  assert.match(out, /207 rows inserted/);
  assert.deepEqual(from.dir.names(), before);
  const backup = await run(to, ["backup", "--quiet", "-o", "after.sqlite"]);
  assert.equal(backup.code, 0);
  const after = to.dir.file("after.sqlite");
  const emails = texts(after, "SELECT email FROM customers");
  assert.ok(emails.every((email) => /^user-[0-9a-f]{16}@example\.com$/.test(String(email))));
  assert.equal(new Set(emails).size, 40);
  assert.deepEqual(new Set(texts(after, "SELECT password_hash FROM customers")), new Set([null]));
  assert.deepEqual(new Set(texts(after, "SELECT price FROM books")), new Set([9.5, null]));
  assert.deepEqual(new Set(texts(after, "SELECT cover FROM books")), new Set([null]));
  assert.ok(
    texts(after, "SELECT note FROM orders").every((note) => note === null || /^[0-9a-f]{32}$/.test(String(note))),
  );
});

Deno.test("copy warns of secrets that no rule masks, and refuses one app at both ends", async () => {
  await using from = await restoredApp(sampleApp(), { into: sampleApp() });
  await using to = await restoredApp(sampleApp());
  const key = keyFile(from);
  const source = ["copy", "--quiet", "--from-url", from.server.url, "--from-key-file", key];
  const plan = await run(from, [...source, "--to-url", to.server.url, "--to-key-file", key]);
  assert.equal(plan.code, 0);
  assert.match(plan.err, /warning: Column 'password_hash' of table 'customers' may hold secrets/);
  for (const mode of [[], ["--replace"]]) {
    const same = await run(from, [...source, "--to-url", from.server.url, "--to-key-file", key, ...mode]);
    assert.equal(same.code, 2);
    assert.match(same.err, /Both ends of the copy are one app, 'DEMOBOOKSHOP0000'/);
  }
});

for (const presses of [1, 2]) {
  const name = `copy deletes what it has read when Ctrl-C is pressed ${presses === 1 ? "once" : "twice"}`;
  Deno.test({ name, ignore: Deno.build.os === "windows" }, async () => {
    using temporary = tempDir();
    const clock = new ManualClock();
    await using from = await restoredApp(sampleApp(), { into: sampleApp(), clock });
    // Time stands until the test lets it pass: the rows are on their way, and the whole archive is on the disk.
    const isWriting = Promise.withResolvers<void>();
    const onCall = ({ name }: { readonly name: string }) => {
      if (name !== "table.add_rows") return;
      isWriting.resolve();
      return { delayMs: 1_500 };
    };
    await using to = await restoredApp(sampleApp(), { faults: { onCall }, clock });
    const args = [
      ...["copy", "--from-url", from.server.url, "--from-key-file", keyFile(from)],
      ...["--to-url", to.server.url, "--to-key-file", keyFile(to), "--apply", "--yes", "--quiet"],
    ];
    const child = programCommand(args, { env: { TMPDIR: temporary.path }, cwd: from.dir.path }).spawn();
    const said = child.stderr.pipeThrough(new TextDecoderStream()).getReader();
    await isWriting.promise;
    assert.ok(temporary.names().some((name) => name.startsWith("anvil-sqlite-copy-")));
    child.kill("SIGINT");
    for (let text = ""; !/^Stopping; press Ctrl-C again to stop at once$/m.test(text);) {
      const { value, done } = await said.read();
      assert.ok(!done, text);
      text += value;
    }
    if (presses > 1) child.kill("SIGINT");
    const passing = presses > 1 ? null : setInterval(() => clock.advance(1_500), 10);
    while (!(await said.read()).done);
    await child.stdout.cancel();
    const { code } = await child.status;
    if (passing !== null) clearInterval(passing);
    assert.equal(code, 130);
    assert.deepEqual(temporary.names(), []);
  });
}
