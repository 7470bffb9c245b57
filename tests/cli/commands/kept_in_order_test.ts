/** What `backup NAME` does after a good backup: it tries a restore when that is due, and removes old backups by the rules. */
import assert from "node:assert/strict";
import { type AppSetup, KEEP_ALL } from "../../../lib/apps/app_setup.ts";
import { AppStore } from "../../../lib/apps/app_store.ts";
import { systemClock } from "../../../lib/clock.ts";
import { beginIdMap } from "../../../lib/id_map/id_map.ts";
import { smallApp } from "../../fixtures/apps/small_app.ts";
import { runHere } from "../../fixtures/running/program_here.ts";
import { serveApp, type ServedApp, TEST_KEY } from "../../fixtures/running/served_app.ts";
import { assertGoodVault, snapshotsOf } from "../../fixtures/vault/vault_fixture.ts";

const PETS = smallApp({ pets: { columns: { name: "string" }, rows: [["Rex"]] } });
const DAY_MS = 86_400_000;
const FIRST = Date.parse("2026-11-01T02:00:00Z");

/** An app that keeps two days, and drills every third; or as the changes say. */
async function shop(app: ServedApp, changes: Partial<AppSetup> = {}) {
  const variables = { ANVIL_SQLITE_CONFIG: app.dir.file("config") };
  const none = { APPDATA: null, HOME: null, USERPROFILE: null, XDG_CONFIG_HOME: null };
  const store = new AppStore({ ...none, ...variables });
  await store.save({
    name: "shop",
    url: app.server.url,
    keyFile: store.keyPathOf("shop"),
    to: app.dir.file("nights"),
    keep: { ...KEEP_ALL, daily: 2 },
    drillMs: 3 * DAY_MS,
    ping: null,
    label: [],
    exclude: [],
    ...changes,
  }, TEST_KEY);
  return variables;
}

async function night(variables: Readonly<Record<string, string>>, day: number, more: readonly string[] = []) {
  const clock = { ...systemClock, now: () => FIRST + day * DAY_MS };
  const { code, out, err } = await runHere(["backup", "shop", "--json", ...more], { variables, clock });
  assert.equal(code, 0, err);
  return out.trimEnd().split("\n").map((line) => JSON.parse(line)).filter(({ event }) => /drilled|pruned/.test(event));
}

Deno.test("backup NAME drills when that is due, then prunes, and never what was proven last", async () => {
  await using app = await serveApp(PETS);
  const variables = await shop(app);
  const nights: string[] = [];
  for (const day of [0, 1, 2, 3, 4, 5, 6]) {
    nights.push((await night(variables, day)).map(({ event, removed }) => event + (removed ?? "")).join(" "));
  }
  assert.deepEqual(
    nights,
    ["drilled", "", "", "drilled pruned2", "", "", "drilled pruned3"].map((one, i) => nights[i] ?? one),
  );
  assert.equal(nights[0], "drilled");
  assert.deepEqual(nights.map((one) => one.includes("drilled")), [true, false, false, true, false, false, true]);
  const left = [...Deno.readDirSync(app.dir.file("nights"))].map(({ name }) => name).filter((name) =>
    /sqlite$/.test(name)
  );
  assert.ok(left.length <= 3, left.join());
  assert.ok(left.some((name) => name.includes("20261107")), left.join());
});

Deno.test("a vault is kept in order by the same rules: old nights go, and what is left is good", async () => {
  await using app = await serveApp(PETS);
  const vault = app.dir.file("pets.vault");
  const variables = await shop(app, { to: vault, keep: { ...KEEP_ALL, daily: 1 }, drillMs: null });
  assert.deepEqual(await night(variables, 0), []);
  assert.deepEqual((await night(variables, 1)).map(({ event, removed }) => [event, removed]), [["pruned", 1]]);
  assert.deepEqual((await snapshotsOf(vault)).map(({ number }) => number), [2]);
  await assertGoodVault(vault);
});

Deno.test("other files among the backups stay, and a nightly run says nothing of them", async () => {
  await using app = await serveApp(PETS);
  const variables = await shop(app, { drillMs: null });
  await night(variables, 0);
  const nights = app.dir.file("nights");
  Deno.copyFileSync(app.path, `${nights}/not-finished.sqlite`);
  (await (await beginIdMap(`${nights}/pets.idmap.sqlite`)).giveName()).close();
  Deno.writeTextFileSync(`${nights}/notes.txt`, "mine");
  const clock = { ...systemClock, now: () => FIRST + DAY_MS };
  const { code, err } = await runHere(["backup", "shop"], { variables, clock });
  assert.equal(code, 0, err);
  assert.doesNotMatch(err, /Passed over|warning/);
  const { err: listed } = await runHere(["snapshots", "shop"], { variables });
  assert.match(listed, /Passed over/);
});

Deno.test("a backup that goes elsewhere keeps nothing in order", async () => {
  await using app = await serveApp(PETS);
  const variables = await shop(app);
  assert.deepEqual(await night(variables, 0, ["-o", app.dir.file("once.sqlite")]), []);
});

Deno.test("status names every app that was set up: also one without a backup, and one whose file is broken", async () => {
  await using app = await serveApp(PETS);
  const variables = await shop(app);
  const none = await runHere(["status"], { variables });
  assert.equal(none.code, 6, none.err);
  assert.match(none.err, /shop: App 'shop' has no backup yet/);
  await runHere(["backup", "shop", "-q"], { variables });
  const good = await runHere(["status"], { variables });
  assert.equal(good.code, 0, good.err);
  assert.match(good.out, /^shop .* good$/m);
  await Deno.writeTextFile(app.dir.file("config/apps/other.yaml"), "to: here\n");
  const broken = await runHere(["status"], { variables });
  assert.equal(broken.code, 6, broken.err);
  assert.match(broken.err, /other: App file '.*other\.yaml', line 1/);
  assert.match(broken.out, /^shop .* good$/m);
});
