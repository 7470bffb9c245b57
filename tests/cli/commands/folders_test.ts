/** Folders of nightly backups as a user works with them: snapshots, status, history, prune, and checks that are kept. */
import assert from "node:assert/strict";
import { beginIdMap } from "../../../lib/id_map/id_map.ts";
import { systemClock } from "../../../lib/clock.ts";
import { smallApp } from "../../fixtures/apps/small_app.ts";
import { type Night, putNight } from "../../fixtures/files/night.ts";
import { type TempDir, tempDir } from "../../fixtures/files/temp_dir.ts";
import { runHere } from "../../fixtures/running/program_here.ts";

const books = (...titles: readonly (string | null)[]) =>
  smallApp({ books: { columns: { title: "string" }, rows: titles.map((title) => [title]) } });

/** A night of November 2026. */
async function night(dir: TempDir, day: number, content: ReturnType<typeof books>, more: Partial<Night> = {}) {
  const date = `2026-11-${String(day).padStart(2, "0")}`;
  await putNight(dir.file(`shop.${date}.sqlite`), { start: `${date}T02:00:00.000Z`, content, ...more });
}

/** Three nights on which one row changes and another goes, and everything else that lies in such folders. */
async function folder(): Promise<TempDir> {
  const dir = tempDir();
  await night(dir, 1, books("Emma", "Sanditon"));
  await night(dir, 2, books("Emma!", "Sanditon"));
  await night(dir, 3, books("Emma!"), { complete: false });
  await putNight(dir.file("other.sqlite"), { start: "2026-11-02T03:00:00.000Z", app: "OTHERAPP", content: books() });
  (await (await beginIdMap(dir.file("shop.2026-11-01.sqlite.idmap.sqlite"))).giveName()).close();
  Deno.writeTextFileSync(dir.file("notes.txt"), "mine");
  return dir;
}

const NOON = Date.parse("2026-11-03T12:00:00Z");

/** Runs at noon of the third of November. */
function at(dir: TempDir, ...args: readonly string[]) {
  return runHere(args, { clock: { ...systemClock, now: () => NOON } }).then(({ code, out, err }) => ({
    code,
    out: out.replaceAll(dir.path, "DIR"),
    err: err.replaceAll(dir.path, "DIR"),
  }));
}

Deno.test("snapshots lists a folder by app, with what is odd about a night, and passes the rest over with a line", async () => {
  using dir = await folder();
  const { code, out, err } = await at(dir, "snapshots", dir.path, "--changes");
  assert.equal(code, 0);
  assert.match(
    out,
    /^OTHERAPP \(Published\)\n.*\n2026-11-02T03:00:00Z .*the first\n\nSHOPSHOPSHOP0001 \(Published\)\n/,
  );
  assert.match(out, /^2026-11-02T02:00:00Z .* books: 1 changed$/m);
  assert.match(out, /^2026-11-03T02:00:00Z .* incomplete; books: 1 gone$/m);
  assert.match(err, /^Passed over an id map: 'DIR\/shop\.2026-11-01\.sqlite\.idmap\.sqlite'\n$/);
});

Deno.test("snapshots --json has every app with its snapshots, and what was passed over", async () => {
  using dir = await folder();
  const { apps, passed_over: passed } = JSON.parse((await at(dir, "snapshots", dir.path, "--json", "--changes")).out);
  assert.deepEqual(apps.map(({ id }: { id: string }) => id), ["OTHERAPP", "SHOPSHOPSHOP0001"]);
  assert.deepEqual(apps[1].snapshots.map((one: Record<string, unknown>) => [one["complete"], one["changes"]]), [
    [true, null],
    [true, { books: { added: 0, changed: 1, removed: 0 } }],
    [false, { books: { added: 0, changed: 0, removed: 1 } }],
  ]);
  assert.deepEqual(passed.map(({ reason }: { reason: string }) => reason), ["foreign", "id-map"]);
});

Deno.test("status ends with 6 when the newest complete backup is too old, and with 0 when it is not", async () => {
  using dir = await folder();
  const young = await at(dir, "status", "--max-age", "24h", dir.file("other.sqlite"));
  assert.equal(young.code, 6, "33 hours");
  await night(dir, 4, books("Emma!"), { start: "2026-11-03T11:00:00.000Z" });
  Deno.removeSync(dir.file("other.sqlite"));
  const good = await at(dir, "status", dir.path);
  assert.equal(good.code, 0);
  const shown =
    /^SHOPSHOPSHOP0001 \(Published\) {2}2026-11-03T11:00:00Z {2}60 min {2}\d+ kB {2}never {5}never {4}good$/;
  assert.match(good.out.split("\n")[1] ?? "", shown);
  assert.deepEqual((await at(dir, "status", "-q", dir.path)).out, "");
});

Deno.test("status says of an empty folder that there is no backup, and of none that it needs one", async () => {
  using dir = tempDir();
  const empty = await at(dir, "status", dir.path);
  assert.equal(empty.code, 6);
  assert.match(empty.err, /'DIR' has no finished backup/);
  assert.equal((await at(dir, "status")).code, 2);
});

Deno.test("snapshots and prune of a folder without a finished backup say what to do: exit 2", async () => {
  using dir = tempDir();
  Deno.writeTextFileSync(dir.file("shop.sqlite.partial"), "");
  for (const args of [["snapshots", dir.path], ["prune", dir.path, "--keep-last", "1", "--apply"]]) {
    const { code, out, err } = await at(dir, ...args);
    assert.deepEqual([code, out], [2, ""], err);
    assert.match(
      err,
      /^error: 'DIR' has no finished backup\nhint: Make one with 'anvil-sqlite backup', or name another/m,
    );
  }
  assert.deepEqual(dir.names(), ["shop.sqlite.partial"]);
});

Deno.test("status ends with 6 when the newest backup looks wrong or failed its check", async () => {
  using dir = tempDir();
  const wrong = [{
    code: "looks-wrong",
    table: "books",
    column: null,
    row: null,
    message: "Table 'books' lost 30 of 40 rows",
  }];
  await night(dir, 3, { ...books("Emma"), warnings: wrong });
  const { code, err } = await at(dir, "status", dir.path);
  assert.equal(code, 6);
  assert.match(err, /looks wrong: Table 'books' lost 30 of 40 rows/);
});

Deno.test("verify and drill keep what they found beside the backups, and status says when", async () => {
  using dir = tempDir();
  await night(dir, 3, books("Emma"));
  assert.equal((await at(dir, "verify", "-q", dir.path)).code, 0);
  assert.equal((await runHere(["drill", "-q", dir.path])).code, 0);
  const lines = Deno.readTextFileSync(dir.file(".anvil-sqlite-checks.jsonl")).trimEnd().split("\n").map((line) =>
    JSON.parse(line)
  );
  assert.deepEqual(lines.map(({ kind, result }) => [kind, result]), [["verify", "good"], ["drill", "good"]]);
  assert.equal(lines[0].time, "2026-11-03T12:00:00.000Z");
  const { apps } = JSON.parse((await at(dir, "status", "--json", dir.path)).out);
  assert.equal(apps[0].last_verified, "2026-11-03T12:00:00.000Z");
  assert.ok(apps[0].last_drilled !== null);
});

Deno.test("a check that cannot be kept is a warning, and lines that cannot be read are passed over", async () => {
  using dir = tempDir();
  await night(dir, 3, books("Emma"));
  Deno.writeTextFileSync(dir.file(".anvil-sqlite-checks.jsonl"), 'nonsense\n{"digest":1}\n[]\nnull\n');
  assert.equal((await at(dir, "status", dir.path)).code, 0);
  Deno.removeSync(dir.file(".anvil-sqlite-checks.jsonl"));
  Deno.mkdirSync(dir.file(".anvil-sqlite-checks.jsonl"));
  const { code, err } = await at(dir, "verify", "-q", dir.path);
  assert.equal(code, 0);
  assert.match(err, /warning: What was found cannot be kept beside the backup/);
});

Deno.test("history tells the life of a row, and finds deleted ones by what they once held", async () => {
  using dir = await folder();
  Deno.removeSync(dir.file("other.sqlite"));
  const { code, out } = await at(dir, "history", dir.path, "--table", "books", "--where", "title LIKE '%a%'");
  assert.equal(code, 0);
  assert.equal(
    out,
    `[1,1] "Emma!"
  2026-11-01T02:00:00Z  is there: title: "Emma"
  2026-11-02T02:00:00Z  changed: title: "Emma" → "Emma!"

[1,2] "Sanditon"
  2026-11-01T02:00:00Z  is there: title: "Sanditon"
  2026-11-03T02:00:00Z  deleted: title: "Sanditon"
`,
  );
  const json = await at(dir, "history", dir.path, "--row", "[1,2]", "--json");
  assert.deepEqual(json.out.trimEnd().split("\n").map((line) => JSON.parse(line).kind), ["first", "deleted"]);
  const ended = await at(dir, "history", `${dir.path}@2026-11-01T12:00Z`, "--table", "books", "--row", "2");
  assert.equal(ended.out, '[1,2] "Sanditon"\n  2026-11-01T02:00:00Z  is there: title: "Sanditon"\n');
});

Deno.test("a night on which the table was left out says nothing, and the line says between which nights it was", async () => {
  using dir = tempDir();
  const without = { schema: { source: "live", tables: [] }, rows: new Map(), media: [] } as const;
  await night(dir, 1, books("Emma"));
  await night(dir, 2, books("Emma"));
  await leaveOut(dir.file("shop.2026-11-02.sqlite"));
  await night(dir, 3, books("Emma!"));
  const { out } = await at(dir, "history", dir.path, "--row", "[1,1]");
  assert.match(out, /^ {2}2026-11-03T02:00:00Z {2}changed since 2026-11-01T02:00:00Z: title: "Emma" → "Emma!"$/m);
  await night(dir, 4, { ...without, provenance: [] });
  assert.match(
    (await at(dir, "history", dir.path, "--row", "[1,1]")).out,
    /2026-11-04T02:00:00Z {2}deleted/,
    "with its table",
  );
});

/** Makes a file list its table only, as --exclude does. */
async function leaveOut(path: string): Promise<void> {
  const { DatabaseSync } = await import("node:sqlite");
  using db = new DatabaseSync(path);
  db.exec("UPDATE _anvil_tables SET state = 'excluded', sql_name = NULL, row_id_sql_name = NULL");
}

Deno.test("history refuses what names no row, before or after it has looked", async () => {
  using dir = await folder();
  Deno.removeSync(dir.file("other.sqlite"));
  const refusals = [
    [["--row", "[9,1]"], /no table of row '\[9,1\]'/],
    [["--row", "[1,99]"], /no row \[1,99\] in any of 3 backups/],
    [["--table", "book", "--where", "1"], /Did you mean 'books'/],
    [["--table", "books", "--where", "titel = 1"], /no such column: titel/],
    [["--table", "books", "--row", "[2,1]"], /is not a row of this table/],
    [["--where", "1"], /needs --table/],
    [[], /needs --row or --where/],
  ] as const;
  for (const [args, said] of refusals) {
    const { code, err } = await at(dir, "history", dir.path, ...args);
    assert.equal(code, 2, err);
    assert.match(err, said);
  }
});

Deno.test("prune says what would go, removes it with --apply, and never what no rule may remove", async () => {
  using dir = await folder();
  for (const day of [4, 5, 6]) await night(dir, day, books("Emma"));
  Deno.writeTextFileSync(dir.file("old.sqlite.partial"), "");
  Deno.utimeSync(dir.file("old.sqlite.partial"), new Date("2026-11-01"), new Date("2026-11-01"));
  Deno.writeTextFileSync(dir.file("new.sqlite.partial"), "");
  const before = dir.names();
  const planned = await at(dir, "prune", dir.path, "--keep-daily", "1");
  assert.equal(planned.code, 0);
  assert.match(planned.out, /6 files, .* would go: add --apply to remove\.\n$/);
  assert.deepEqual(dir.names(), before, "nothing without --apply");
  const { out } = await at(dir, "prune", dir.path, "--keep-daily", "1", "--apply");
  assert.match(out, /Removed 6 files; .* are free again\.\n$/);
  assert.deepEqual(dir.names(), [
    "new.sqlite.partial",
    "notes.txt",
    "other.sqlite",
    "shop.2026-11-01.sqlite.idmap.sqlite",
    "shop.2026-11-06.sqlite",
  ]);
});

Deno.test("prune keeps a backup that was drilled, and needs a rule and a folder", async () => {
  using dir = tempDir();
  for (const day of [1, 2, 3]) await night(dir, day, books(`Emma ${day}`));
  await at(dir, "verify", "-q", dir.file("shop.2026-11-01.sqlite"));
  const { out } = await at(dir, "prune", dir.path, "--keep-last", "1", "--json");
  const [app] = JSON.parse(out).apps;
  assert.deepEqual(app.remove.map(({ name }: { name: string }) => name), ["DIR/shop.2026-11-02.sqlite"]);
  assert.deepEqual(app.keep[0].reasons, ["newest that was proven"]);
  assert.equal((await at(dir, "prune", dir.path)).code, 2);
  assert.equal((await at(dir, "prune", dir.path, "--keep-last", "0")).code, 2);
  assert.equal((await at(dir, "prune", dir.file("shop.2026-11-01.sqlite"), "--keep-last", "1")).code, 2);
});
