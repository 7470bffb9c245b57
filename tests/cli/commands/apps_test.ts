/** Commands that are told an app by its name. */
import assert from "node:assert/strict";
import { KEEP_ALL } from "../../../lib/apps/app_setup.ts";
import { AppStore } from "../../../lib/apps/app_store.ts";
import { systemClock } from "../../../lib/clock.ts";
import { smallApp } from "../../fixtures/apps/small_app.ts";
import { openArchive } from "../../../lib/archive/open_archive.ts";
import { runHere } from "../../fixtures/running/program_here.ts";
import { serveApp, type ServedApp, TEST_KEY } from "../../fixtures/running/served_app.ts";

const PETS = smallApp({
  pets: { columns: { name: "string" }, rows: [["Rex"]] },
  owners: { columns: { name: "string" }, rows: [["Ann"]] },
});

/** Keeps an app that leads to a server, and gives the variables that lead to it. */
async function keep(
  app: ServedApp,
  name: string,
  more: { readonly exclude?: string[]; readonly url?: string; readonly ping?: string } = {},
) {
  const variables = { ANVIL_SQLITE_CONFIG: app.dir.file("config") };
  const none = { APPDATA: null, HOME: null, USERPROFILE: null, XDG_CONFIG_HOME: null };
  const store = new AppStore({ ...none, ...variables });
  await store.save({
    name,
    url: more.url ?? app.server.url,
    keyFile: store.keyPathOf(name),
    to: app.dir.file(`backups/${name}`),
    keep: KEEP_ALL,
    drillMs: null,
    ping: more.ping ?? null,
    label: [],
    exclude: more.exclude ?? [],
  }, TEST_KEY);
  return variables;
}

Deno.test("backup NAME: as the app was set up, into its folder, named after it", async () => {
  await using app = await serveApp(PETS);
  const variables = await keep(app, "shop");
  const { code, out, err } = await runHere(["backup", "shop", "-q"], { variables });
  assert.equal(code, 0, err);
  const path = out.trimEnd();
  assert.match(path, /backups\/shop\/shop[^/]*\.\d{8}T\d{6}Z\.sqlite$/);
  using archive = await openArchive(path);
  assert.equal(archive.catalogue.provenance.get("app_name"), "shop");
});

Deno.test("backup NAME tells the service that was set up for the app, and does not say where that is", async () => {
  await using app = await serveApp(PETS);
  const heard: string[] = [];
  await using service = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, ({ url }) => {
    heard.push(new URL(url).pathname);
    return new Response("OK");
  });
  const variables = await keep(app, "shop", { ping: `http://127.0.0.1:${service.addr.port}/7f3a-secret` });
  const { code, out, err } = await runHere(["backup", "--all", "--json"], { variables });
  assert.equal(code, 0, err);
  assert.deepEqual(heard, ["/7f3a-secret/start", "/7f3a-secret"]);
  assert.doesNotMatch(out + err, /secret/);
  const both = await runHere(["backup", "--all", "--ping", "https://example.org/x"], { variables });
  assert.match(both.err, /Flag '--ping' is for one app/);
});

Deno.test("what the command line says goes before the environment, that before what was set up", async () => {
  await using app = await serveApp(PETS);
  const variables = await keep(app, "shop", { url: "ws://127.0.0.1:1/_/uplink" });
  const lost = await runHere(["tables", "shop"], { variables });
  assert.equal(lost.code, 10, lost.err);
  const byVariable = { ...variables, ANVIL_UPLINK_URL: app.server.url };
  assert.equal((await runHere(["tables", "shop"], { variables: byVariable })).code, 0);
  const wrong = { ...byVariable, ANVIL_UPLINK_URL: "ws://127.0.0.1:1/_/uplink" };
  assert.equal((await runHere(["tables", "shop", "--url", app.server.url], { variables: wrong })).code, 0);
  const wrongKey = await runHere(["tables", "shop"], {
    variables: { ...byVariable, ANVIL_UPLINK_KEY: "server_wrong" },
  });
  assert.equal(wrongKey.code, 11, wrongKey.err);
});

Deno.test("tables that were left out at set-up are left out, unless the command line leaves out others", async () => {
  await using app = await serveApp(PETS);
  const { out } = await runHere(["tables", "--json"], {
    variables: { ANVIL_UPLINK_KEY: TEST_KEY, ANVIL_UPLINK_URL: app.server.url },
  });
  const [first, second] = (JSON.parse(out).tables as { name: string }[]).map(({ name }) => name);
  assert.ok(first !== undefined && second !== undefined);
  const variables = await keep(app, "shop", { exclude: [first] });
  for (const [args, left] of [[[], first], [["--exclude", second], second]] as const) {
    const path = app.dir.file(`${left}.sqlite`);
    assert.equal((await runHere(["backup", "shop", "-o", path, ...args], { variables })).code, 0);
    using archive = await openArchive(path);
    const excluded = archive.catalogue.tables.filter(({ state }) => state === "excluded");
    assert.deepEqual(excluded.map(({ plan }) => plan.table.name), [left]);
  }
});

Deno.test("backup --all: one bad app does not stop the others, and the worst exit code is told", async () => {
  await using app = await serveApp(PETS);
  await keep(app, "b-shop");
  await keep(app, "c-gone", { url: "ws://127.0.0.1:1/_/uplink" });
  const variables = await keep(app, "d-shop");
  Deno.writeTextFileSync(app.dir.file("config/apps/a-broken.yaml"), "to: /b\n\nkolor: red\n");
  const { code, out, err } = await runHere(["backup", "--all", "--wait", "0"], { variables });
  assert.equal(code, 2, err);
  assert.match(err, /error: App file '.*a-broken\.yaml', line 3: 'kolor' is not known/);
  assert.match(err, /^App b-shop$/m);
  assert.match(out, /^.*b-shop.*\n.*d-shop.*\n$/);
  const json = await runHere(["backup", "--all", "--json", "--wait", "0"], { variables });
  const lines = json.out.trimEnd().split("\n").map((line) => JSON.parse(line));
  assert.deepEqual(lines.filter(({ error }) => error).map(({ app, error }) => [app, error.exit_code]), [
    ["a-broken", 2],
    ["c-gone", 10],
  ]);
  assert.equal(lines.filter(({ event }) => event === "done").length, 2);
});

Deno.test("backup --all: each app has its own key, whatever the environment has", async () => {
  await using app = await serveApp(PETS);
  const variables = { ...await keep(app, "shop"), ANVIL_UPLINK_KEY: "server_wrong" };
  const { code, err } = await runHere(["backup", "--all", "--wait", "0"], { variables });
  assert.equal(code, 0, err);
  assert.match(err, /warning: ANVIL_UPLINK_KEY is not used/);
});

Deno.test("backup of all and of one, or with what is for one: exit 2", async () => {
  for (const args of [["shop", "--all"], ["--all", "-o", "x"], ["--all", "--url", "ws://x"], ["--all"]]) {
    const { code, err } = await runHere(["backup", ...args]);
    assert.equal(code, 2, err);
  }
});

Deno.test("a name that nobody has set up: exit 2, and what it may have meant", async () => {
  await using app = await serveApp(PETS);
  const variables = await keep(app, "shop");
  for (const command of ["backup", "doctor", "tables"]) {
    const { code, err } = await runHere([command, "shopp"], { variables });
    assert.equal(code, 2);
    assert.match(err, /^error: No app is called 'shopp'\nhint: Did you mean 'shop'\?$/m);
  }
});

Deno.test("doctor NAME: where its backups go, and whether they would", async () => {
  await using app = await serveApp(PETS);
  const variables = await keep(app, "shop");
  const { code, out } = await runHere(["doctor", "shop"], { variables });
  assert.equal(code, 0, out);
  assert.match(out, /folder '.*backups\/shop' will be made/);
});

Deno.test("a name is a source: verify, inspect and drill read its newest backup, restore and verify --live ask its app", async () => {
  await using app = await serveApp(PETS, { writable: true });
  const variables = await keep(app, "shop");
  const none = await runHere(["verify", "shop"], { variables });
  assert.equal(none.code, 2);
  assert.match(
    none.err,
    /^error: App 'shop' has no backup yet: .*\nhint: Make one with 'anvil-sqlite backup shop'\.$/m,
  );
  assert.equal((await runHere(["backup", "shop", "-q"], { variables })).code, 0);
  for (
    const args of [["verify", "shop"], ["inspect", "shop"], ["drill", "shop@latest"], ["verify", "shop", "--live"]]
  ) {
    const { code, err } = await runHere(args, { variables });
    assert.equal(code, 0, `${args.join(" ")}: ${err}`);
  }
  const asked: string[] = [];
  const askLine = (message: string) => {
    asked.push(message);
    return Promise.resolve("shop");
  };
  const restored = await runHere(["restore", "shop@today", "--replace", "--apply"], { variables, askLine });
  assert.equal(restored.code, 0, restored.err);
  assert.match(restored.out, /^into 'shop', /m);
  assert.match(asked.join(), /Type its name, shop, to go on/);
});

Deno.test("restore --to and copy --from --to lead to apps by name", async () => {
  await using app = await serveApp(PETS);
  await using staging = await serveApp({ ...PETS, provenance: [["app_id", "STAGING"]] }, { writable: true });
  await keep(app, "shop");
  const variables = await keep(app, "staging", { url: staging.server.url });
  assert.equal((await runHere(["backup", "shop", "-q"], { variables })).code, 0);
  const restore = ["restore", "shop", "--to", "staging", "--replace", "--apply", "--yes"];
  const restored = await runHere(restore, { variables });
  assert.equal(restored.code, 0, restored.err);
  const copy = ["copy", "--from", "shop", "--to", "staging", "--replace", "--apply", "--yes"];
  const copied = await runHere(copy, { variables });
  assert.equal(copied.code, 0, copied.err);
  assert.match(copied.out, /^Copy of 'shop'\ninto 'staging', /m);
});

Deno.test("backup NAME --if-older: nothing is done while the newest complete backup is young, and then it is", async () => {
  await using app = await serveApp(PETS);
  const variables = await keep(app, "shop");
  const nights = async (now: number) => {
    const clock = { ...systemClock, now: () => now };
    const { code, err, out } = await runHere(["backup", "shop", "--if-older", "20h", "--json"], { variables, clock });
    assert.equal(code, 0, err);
    return out.trimEnd().split("\n").map((line) => JSON.parse(line).event).at(-1);
  };
  const evening = Date.parse("2026-11-28T20:00:00Z");
  assert.equal(await nights(evening), "done");
  assert.equal(await nights(evening + 6 * 3_600_000), "not-due");
  assert.equal(await nights(evening + 21 * 3_600_000), "done");
  const text = await runHere(["backup", "shop", "--if-older", "7d"], { variables });
  assert.equal(text.out, "");
  assert.match(text.err, /^Nothing to do: .*shop.*\.sqlite is .* old$/m);
});

Deno.test("--if-older without a name: exit 2", async () => {
  const { code, err } = await runHere(["backup", "--if-older", "20h"]);
  assert.equal(code, 2);
  assert.match(err, /needs a name/);
});
