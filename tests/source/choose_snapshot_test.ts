/** Sources as users name them: folders with everything that may lie in one, vaults, patterns, names of apps, `@WHEN`. */
import assert from "node:assert/strict";
import { beginIdMap } from "../../lib/id_map/id_map.ts";
import { chooseSnapshot, chooseSnapshots } from "../../lib/source/choose_snapshot.ts";
import type { AppPlaces, SourceContext, VaultReader } from "../../lib/source/context.ts";
import { VAULT_APPLICATION_ID } from "../../lib/archive/catalogue/identity.ts";
import { findSource, listPlace } from "../../lib/source/find_source.ts";
import type { SourceSnapshot } from "../../lib/source/snapshot.ts";
import { openEngine } from "../../lib/sqlite/open_engine.ts";
import { fc } from "../deps.ts";
import { putNight } from "../fixtures/files/night.ts";
import { type TempDir, tempDir } from "../fixtures/files/temp_dir.ts";
import { assertFails } from "../fixtures/running/assert_fails.ts";

interface Told extends SourceContext {
  readonly lines: readonly string[];
}

function context(vaults: VaultReader | null = null, apps: AppPlaces | null = null): Told {
  const lines: string[] = [];
  return { now: new Date("2026-11-28T08:30:00Z"), vaults, apps, note: (line) => lines.push(line), lines };
}

/** A folder with nights 1 to 3 of November 2026, the last of them incomplete. */
async function threeNights(dir: TempDir): Promise<void> {
  await putNight(dir.file("n1.sqlite"), { start: "2026-11-01T02:00:00.000Z" });
  await putNight(dir.file("n2.sqlite"), { start: "2026-11-02T02:00:00.000Z" });
  await putNight(dir.file("n3.sqlite"), { start: "2026-11-03T02:00:00.000Z", complete: false });
}

const nameOf = async (text: string, told = context()) => (await chooseSnapshot(text, told)).name;

Deno.test("a folder is its newest complete backup, and @WHEN picks another complete one", async () => {
  using dir = tempDir();
  await threeNights(dir);
  assert.equal(await nameOf(dir.path), dir.file("n2.sqlite"));
  assert.equal(await nameOf(`${dir.path}@latest`), dir.file("n2.sqlite"));
  assert.equal(await nameOf(`${dir.path}@-1`), dir.file("n1.sqlite"));
  assert.equal(await nameOf(`${dir.path}@2026-11-02T01:59:59Z`), dir.file("n1.sqlite"));
  assert.equal(await nameOf(`${dir.path}@2026-11-02T02:00Z`), dir.file("n2.sqlite"));
  assert.equal(await nameOf(`${dir.path}@yesterday`), dir.file("n2.sqlite"));
});

Deno.test("an incomplete backup is taken only where no complete one would do, and that is said", async () => {
  using dir = tempDir();
  await putNight(dir.file("only.sqlite"), { start: "2026-11-01T02:00:00.000Z", complete: false });
  const told = context();
  assert.equal(await nameOf(dir.path, told), dir.file("only.sqlite"));
  assert.match(told.lines.join("\n"), /only\.sqlite' is incomplete/);
});

Deno.test("nothing at or before a moment is exit 2 and names the oldest; so is stepping back too far", async () => {
  using dir = tempDir();
  await threeNights(dir);
  await assertFails(
    chooseSnapshot(`${dir.path}@2026-10-01`, context()),
    "no-such-snapshot",
    /oldest is '.*n1\.sqlite'/,
  );
  await assertFails(chooseSnapshot(`${dir.path}@-7`, context()), "no-such-snapshot", /oldest is '.*n1\.sqlite'/);
  await assertFails(chooseSnapshot(`${dir.path}@#1`, context()), "no-such-snapshot", /snapshots/);
  await assertFails(chooseSnapshot(`${dir.path}@lates`, context()), "bad-when", /@2026-11-01/);
});

Deno.test("id maps, unfinished files, schemas, damaged files and files of others are passed over with a line each", async () => {
  using dir = tempDir();
  await threeNights(dir);
  (await (await beginIdMap(dir.file("n1.sqlite.idmap.sqlite"))).giveName()).close();
  Deno.writeTextFileSync(dir.file("n9.sqlite.partial"), "");
  Deno.writeTextFileSync(dir.file("notes.txt"), "mine");
  Deno.writeTextFileSync(dir.file("other.db"), "not a database");
  const bytes = Deno.readFileSync(dir.file("n2.sqlite"));
  Deno.writeFileSync(dir.file("n8.sqlite"), bytes.fill(0, 120, 4_096));
  Deno.mkdirSync(dir.file("deeper.sqlite"));
  const told = context();
  assert.equal(await nameOf(dir.path, told), dir.file("n2.sqlite"));
  const text = told.lines.join("\n");
  assert.match(text, /an id map: '.*n1\.sqlite\.idmap\.sqlite'/);
  assert.match(text, /an unfinished backup: '.*n9\.sqlite\.partial'/);
  assert.match(text, /cannot be read: '.*n8\.sqlite'/);
  assert.match(text, /another program: '.*other\.db'/);
  assert.doesNotMatch(text, /notes\.txt|deeper/);
  const quiet = context();
  await chooseSnapshot(dir.path, { ...quiet, quiet: true });
  assert.equal(quiet.lines.length, 1, "what should be a backup and cannot be read is told in any case");
});

Deno.test("a folder with several apps is ambiguous, and a pattern or the app's name says which", async () => {
  using dir = tempDir();
  await putNight(dir.file("a1.sqlite"), { start: "2026-11-01T02:00:00.000Z", app: "A" });
  await putNight(dir.file("b1.sqlite"), {
    start: "2026-11-01T02:00:00.000Z",
    app: "B",
    provenance: [["app_name", "shop"]],
  });
  await putNight(dir.file("a2.sqlite"), { start: "2026-11-02T02:00:00.000Z", app: "A", environment: "Debug" });
  const said = await assertFails(chooseSnapshot(dir.path, context()), "ambiguous-source", /pattern/);
  assert.match(
    said.message,
    /A \(Published\), A \(Debug\), shop \(Published\)|A \(Published\), shop \(Published\), A \(Debug\)/,
  );
  assert.equal(await nameOf(dir.file("b*.sqlite@latest")), dir.file("b1.sqlite"));
  const apps = { placeOf: (name: string) => Promise.resolve(name === "shop" ? dir.path : null) };
  assert.equal(await nameOf("shop", context(null, apps)), dir.file("b1.sqlite"));
  assert.equal(await nameOf("shop@2026-11-01", context(null, apps)), dir.file("b1.sqlite"));
});

Deno.test("a file with that very name wins over @WHEN, and over the name of an app", async () => {
  using dir = tempDir();
  await putNight(dir.file("n@latest"), { start: "2026-11-01T02:00:00.000Z" });
  await putNight(dir.file("n"), { start: "2026-11-02T02:00:00.000Z" });
  assert.equal(await nameOf(dir.file("n@latest")), dir.file("n@latest"));
  assert.equal(await nameOf(dir.file("n@2026-11-02")), dir.file("n"));
  const apps = { placeOf: () => Promise.resolve(dir.path) };
  assert.equal(await nameOf(dir.file("n"), context(null, apps)), dir.file("n"));
});

Deno.test("a pattern means all its files for a command that takes many, without id maps and unfinished ones", async () => {
  using dir = tempDir();
  await threeNights(dir);
  (await (await beginIdMap(dir.file("n1.sqlite.idmap.sqlite"))).giveName()).close();
  Deno.writeTextFileSync(dir.file("n9.sqlite.partial"), "");
  Deno.writeTextFileSync(dir.file("other.sqlite"), "damaged in its first bytes");
  const names = async (...texts: string[]) => (await chooseSnapshots(texts, context())).map(({ name }) => name);
  const all = ["n1.sqlite", "n2.sqlite", "n3.sqlite", "other.sqlite"].map((name) => dir.file(name));
  assert.deepEqual(await names(dir.file("*.sqlite*")), all, "what may be a damaged backup is not passed over");
  assert.deepEqual(await names(...dir.names().map((name) => dir.file(name))), all, "as a shell expands it");
  assert.deepEqual(await names(all[0] ?? "", dir.file("*.sqlite")), all, "each once");
  assert.deepEqual(await names(dir.file("n[12]*.sqlite")), all.slice(0, 2));
  assert.deepEqual(await names(dir.file("n[!1].sql*")), all.slice(1, 3));
  await assertFails(
    chooseSnapshots([dir.file("n[9-1]*(+\\u.sqlite")], context()),
    "cannot-open",
    /file, folder or app/,
  );
  assert.deepEqual(await names(dir.file("n?.sqlite@2026-11-01T12:00Z"), dir.path), [all[0], all[1]]);
  assert.deepEqual(
    await names(dir.file("n9.sqlite.partial")),
    [dir.file("n9.sqlite.partial")],
    "named alone it is meant",
  );
});

Deno.test("what is not there is said before anything is read", async () => {
  using dir = tempDir();
  for (const text of [dir.file("none"), dir.file("none@latest"), dir.file("*.sqlite"), "@latest", "no-app"]) {
    await assertFails(chooseSnapshot(text, context()), "cannot-open", /file, folder or app/);
  }
  await assertFails(chooseSnapshot(dir.path, context()), "no-such-snapshot", /anvil-sqlite backup/);
});

/** A vault as the source sees it: its file by its number, its snapshots by its reader. */
async function putVault(path: string): Promise<void> {
  const engine = await openEngine(path, { mode: "create" });
  engine.exec(`CREATE TABLE _anvil_snapshots (id INTEGER); PRAGMA application_id = ${VAULT_APPLICATION_ID}`);
  engine.close();
}

Deno.test("a vault is read by its reader: the newest complete snapshot, a moment, or a number", async () => {
  using dir = tempDir();
  await threeNights(dir);
  await putVault(dir.file("app.vault"));
  const listed = await listPlace((await findSource(dir.path, context())).place, context());
  const list = listed.snapshots.map((one, i): SourceSnapshot => ({
    ...one,
    name: `app.vault@#${i + 1}`,
    number: i + 1,
  }));
  const vaults = { list: () => Promise.resolve(list.toReversed()) };
  const from = (when: string) => nameOf(dir.file(`app.vault${when}`), context(vaults));
  assert.equal(await from(""), "app.vault@#2");
  assert.equal(await from("@#3"), "app.vault@#3", "a number names an incomplete one too");
  assert.equal(await from("@2026-11-01T03:00Z"), "app.vault@#1");
  await assertFails(chooseSnapshot(dir.file("app.vault@#4"), context(vaults)), "no-such-snapshot", /snapshots/);
});

Deno.test("for any nights and any moment, the newest complete one at or before is chosen", async () => {
  using dir = tempDir();
  await threeNights(dir);
  const [night] = (await listPlace((await findSource(dir.path, context())).place, context())).snapshots;
  await putVault(dir.file("app.vault"));
  await fc.assert(fc.asyncProperty(
    fc.array(fc.record({ at: fc.integer({ min: 0, max: 50 }), complete: fc.boolean() }), {
      minLength: 1,
      maxLength: 12,
    }),
    fc.integer({ min: 0, max: 50 }),
    async (nights, at) => {
      const list = nights.map((one, i): SourceSnapshot => ({
        ...night as SourceSnapshot,
        name: String(i),
        number: i + 1,
        start: new Date(Date.UTC(2026, 0, 1, one.at)),
        complete: one.complete,
      }));
      const when = new Date(Date.UTC(2026, 0, 1, at)).toISOString();
      const before = nights.map((one, i) => ({ ...one, i })).filter((one) => one.at <= at);
      const fitting = before.some(({ complete }) => complete) ? before.filter(({ complete }) => complete) : before;
      const expected = fitting.toSorted((a, b) => a.at - b.at || a.i - b.i).at(-1);
      const chosen = chooseSnapshot(dir.file(`app.vault@${when}`), context({ list: () => Promise.resolve(list) }));
      if (expected === undefined) await assertFails(chosen, "no-such-snapshot", /oldest/);
      else assert.equal((await chosen).name, String(expected.i));
    },
  ));
});
