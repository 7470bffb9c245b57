/** Setting an app up in an empty home directory: by questions at a real terminal, and by flags without one. */
import assert from "node:assert/strict";
import { PERMISSIONS } from "../../.github/release/permissions.ts";
import { sampleApp } from "../../lib/demo/sample_app.ts";
import { atTerminal, HAS_TERMINAL, type Typed } from "../fixtures/running/at_terminal.ts";
import { runProgram } from "../fixtures/running/program.ts";
import { serveApp, type ServedApp, TEST_KEY } from "../fixtures/running/served_app.ts";

const MAIN = new URL("../../main.ts", import.meta.url).pathname;

/** An empty home, and nothing of this machine's own settings. */
function emptyHome(app: ServedApp, name = "home") {
  const home = app.dir.file(name);
  Deno.mkdirSync(home);
  const none = {
    XDG_CONFIG_HOME: "",
    ANVIL_SQLITE_CONFIG: "",
    ANVIL_UPLINK_KEY: "",
    ANVIL_UPLINK_URL: "",
    NO_COLOR: "1",
  };
  return { home, env: { HOME: home, DENO_DIR: denoDir(), ...none } };
}

/** Deno keeps its cache below HOME, which is another one here. */
function denoDir(): string {
  return Deno.env.get("DENO_DIR") ?? `${Deno.env.get("HOME")}/.cache/deno`;
}

/** Every file below a folder. */
function filesBelow(folder: string): readonly string[] {
  return [...Deno.readDirSync(folder)].flatMap(({ name, isDirectory }) =>
    isDirectory ? filesBelow(`${folder}/${name}`) : `${folder}/${name}`
  ).sort();
}

function setup(env: Readonly<Record<string, string>>, typed: readonly Typed[]) {
  return atTerminal(["run", "--quiet", ...PERMISSIONS, MAIN, "setup"], typed, env);
}

/** Every question, and a good answer to it. */
function questions(app: ServedApp): readonly Typed[] {
  return [
    ["What do you call this app?", "shop\n"],
    ["Where does it run?", `${app.server.url}\n`],
    ["it is not shown", `${TEST_KEY}\n`],
    ["Which folder", "\n"],
    ["How long", "\n"],
    ["Try out a restore", "\n"],
    ["URL to ping", "\n"],
    ["first backup now?", "\n"],
    ["every night?", "\n"],
  ];
}

Deno.test({
  name:
    "setup at a terminal leads from nothing to a backup and a schedule, with wrong answers and a wrong key on the way",
  ignore: !HAS_TERMINAL,
  fn: async () => {
    await using app = await serveApp(sampleApp());
    const { home, env } = emptyHome(app);
    const good = questions(app);
    const [name, url, key, place, keep, ...rest] = good as [Typed, Typed, Typed, Typed, Typed, ...Typed[]];
    const { code, shown } = await setup(env, [
      [name[0], "my shop\n"],
      ["may have only letters", ""],
      name,
      [url[0], "https://anvil.works\n"],
      ["is not a WebSocket URL", ""],
      [url[0], "ws://127.0.0.1:1/_/uplink\n"],
      [key[0], `${TEST_KEY}\n`],
      ["error:", ""],
      url,
      [key[0], "server_wrong\n"],
      ["does not know this Uplink key", ""],
      [key[0], `client_${"A1B2C3D4".repeat(4)}\n`],
      ["This is a client Uplink key", ""],
      key,
      place,
      [keep[0], "many\n"],
      ["is not understood", ""],
      [keep[0], "14 8\n"],
      ...rest,
    ]);
    assert.equal(code, 0, shown);
    assert.ok(!shown.includes(TEST_KEY), "the key is shown");
    const config = `${home}/.config/anvil-sqlite`;
    const text = await Deno.readTextFile(`${config}/apps/shop.yaml`);
    assert.match(text, /^keep_daily: 14\nkeep_weekly: 8\n# [^\n]*\ndrill: 7d\n/m);
    assert.equal(await Deno.readTextFile(`${config}/keys/shop.key`), `${TEST_KEY}\n`);
    const files = filesBelow(home).map((path) => path.slice(home.length + 1));
    assert.equal(files.filter((path) => /^anvil-backups\/shop\/shop-published\..*\.sqlite$/.test(path)).length, 1);
    assert.ok(files.some((path) => /shop\.(crontab|timer|plist|xml)$/.test(path)), files.join());
    const again = await runProgram(["backup", "shop", "--if-older", "20h"], { env });
    assert.equal(again.code, 0, again.err);
    assert.match(again.err, /^Nothing to do/);
  },
});

Deno.test({
  name: "setup: Ctrl-C at any question ends with 130; before the last answer nothing is kept, after it the whole app",
  ignore: !HAS_TERMINAL,
  fn: async () => {
    await using app = await serveApp(sampleApp());
    const all = questions(app);
    const ended = await Promise.all(all.map(async ([question], at) => {
      const { home, env } = emptyHome(app, `home${at}`);
      const { code, shown } = await setup(env, [...all.slice(0, at), [question, "\x03"]]);
      assert.equal(code, 130, `${question}: ${shown}`);
      return filesBelow(home).length;
    }));
    // App and key; and with the last one the backup, and what its drill has shown.
    assert.deepEqual(ended, [0, 0, 0, 0, 0, 0, 0, 2, 4]);
  },
});

Deno.test({
  name:
    "setup of an app that is set up already keeps what Enter takes, and asks for a key only when the old one is refused",
  ignore: !HAS_TERMINAL,
  fn: async () => {
    await using app = await serveApp(sampleApp());
    const { home, env } = emptyHome(app);
    const flags = [
      "setup",
      "shop",
      "--yes",
      "--no-backup",
      "--no-schedule",
      "--keep-daily",
      "3",
      "--url",
      app.server.url,
    ];
    const first = await runProgram(flags, { env: { ...env, ANVIL_UPLINK_KEY: TEST_KEY } });
    assert.equal(first.code, 0, first.err);
    const file = `${home}/.config/anvil-sqlite/apps/shop.yaml`;
    const before = await Deno.readTextFile(file);
    const enter = questions(app).filter(([question]) => question !== "it is not shown")
      .map((
        [question, answer],
      ): Typed => [question, question.startsWith("What") ? answer : /now|night/.test(question) ? "n\n" : "\n"]);
    const same = await setup(env, enter);
    assert.equal(same.code, 0, same.shown);
    assert.equal(await Deno.readTextFile(file), before);
    await Deno.writeTextFile(`${home}/.config/anvil-sqlite/keys/shop.key`, "server_old\n");
    const [name, url, ...rest] = enter as [Typed, Typed, ...Typed[]];
    const renewed = await setup(env, [name, url, ["it is not shown", `${TEST_KEY}\n`], ...rest]);
    assert.equal(renewed.code, 0, renewed.shown);
    assert.equal(await Deno.readTextFile(`${home}/.config/anvil-sqlite/keys/shop.key`), `${TEST_KEY}\n`);
  },
});

Deno.test("setup by flags, without a terminal: app, key, backup and schedule; one JSON document", async () => {
  await using app = await serveApp(sampleApp());
  const { home, env } = emptyHome(app);
  const keyFile = app.dir.file("uplink.key");
  await Deno.writeTextFile(keyFile, TEST_KEY, { mode: 0o600 });
  const to = app.dir.file("nights");
  const { code, out, err } = await runProgram([
    ...["setup", "shop", "--url", app.server.url, "--key-file", keyFile, "--to", to],
    ...["--keep-daily", "14", "--keep-yearly", "2", "--drill", "30d", "--ping", "https://hc-ping.com/uuid"],
    ...["--label", "books.title", "--exclude", "customers", "--yes", "--json"],
  ], { env });
  assert.equal(code, 0, err);
  const { path, backup, schedule, ...rest } = JSON.parse(out);
  assert.deepEqual(rest, { app: "shop", keyFile, to, exitCode: 0 });
  assert.ok(backup.startsWith(`${to}/shop-`));
  assert.ok(schedule.files.length > 0 && schedule.on.length > 0);
  assert.equal(
    await Deno.readTextFile(path),
    `# The app 'shop', for: anvil-sqlite backup shop
url: ${app.server.url}
key_file: ${keyFile}
to: ${to}
# A backup is kept if any of these rules keeps it. Without rules all are kept.
keep_daily: 14
keep_yearly: 2
# After a backup: try a restore on this machine, this often.
drill: 30d
# This URL is a secret.
ping: https://hc-ping.com/uuid
label: ["books.title"]
exclude: ["customers"]
`,
  );
  assert.ok(path.startsWith(home));
});

Deno.test("setup that cannot be: exit 2 or that of the key, and nothing is kept", async () => {
  await using app = await serveApp(sampleApp());
  const { home, env } = emptyHome(app);
  const lead = ["--url", app.server.url];
  const wrong: readonly (readonly [args: readonly string[], code: number, said: RegExp])[] = [
    [[], 2, /Nobody is there to answer[^]*--yes/],
    [["--yes"], 2, /needs a name/],
    [["my shop", "--yes"], 2, /'my shop' cannot be a name/],
    [["shop", "--yes", ...lead], 2, /No Uplink key/],
    [["shop", "--yes", ...lead, "--keep-all", "--keep-daily", "3"], 2, /exclude each other/],
    [["shop", "--yes", ...lead, "--at", "25:00"], 2, /'--at' cannot be/],
    [["shop", "--json"], 2, /goes with --yes/],
  ];
  for (const [args, code, said] of wrong) {
    const run = await runProgram(["setup", ...args], { env });
    assert.equal(run.code, code, args.join(" ") + run.err);
    assert.match(run.err, said);
  }
  const refused = await runProgram(["setup", "shop", "--yes", ...lead], {
    env: { ...env, ANVIL_UPLINK_KEY: "server_x" },
  });
  assert.equal(refused.code, 11, refused.err);
  const named = ["setup", "shop", "--yes", ...lead, "--to", app.dir.file("x.sqlite")];
  const file = await runProgram(named, { env: { ...env, ANVIL_UPLINK_KEY: TEST_KEY } });
  assert.equal(file.code, 2, file.err);
  const ping = await runProgram(["setup", "shop", "--yes", ...lead, "--ping", "nix"], {
    env: { ...env, ANVIL_UPLINK_KEY: TEST_KEY },
  });
  assert.equal(ping.code, 2, ping.err);
  assert.deepEqual(filesBelow(home), []);
});
