/** Secrets where nobody expects them: on the command line, in a URL, in what a server says. None of them gets out. */
import assert from "node:assert/strict";
import { runHere, variablesFor } from "../fixtures/running/program_here.ts";
import { serveApp, TEST_KEY } from "../fixtures/running/served_app.ts";
import { sampleApp } from "../../lib/demo/sample_app.ts";
import { type TempDir, tempDir } from "../fixtures/files/temp_dir.ts";

const KEY = "server_ABCDEFGHIJKLMNOPQRSTUVWX-APPIDAPPIDAPPID0";
/** The part that must not be seen; a name may hold what stands before it. */
const SECRET = /ABCDEFGHIJKLMNOP|abcdefghijklmnop/;

/** Arguments with a key in the place of a file, a name or a URL. */
const MISPLACED: readonly (readonly string[])[] = [
  ["backup", "--key-file", KEY],
  ["backup", `--key-file=${KEY}`],
  ["backup", "-o", KEY],
  ["backup", "-o", `${KEY}/x`],
  ["backup", "-o", `x/${KEY}.sqlite`],
  ["backup", "--resume", `${KEY}.partial`],
  ["backup", "--schema", KEY],
  ["backup", "--table", KEY],
  ["backup", "--exclude", KEY, "--json"],
  ["backup", "--url", `wss://${KEY}.example.com`],
  ["backup", "--url", `wss://user:${KEY}@127.0.0.1:1`],
  ["backup", KEY],
  ["backup", `--${KEY}`],
  ["backup", `-${KEY}`],
  ["restore", KEY],
  ["restore", "x.sqlite", "--id-map", KEY],
  ["restore", "--undo", KEY],
  ["copy", "--from-key-file", KEY],
  ["copy", "--mask", KEY],
  ["copy", "--from-url", `wss://a:${KEY}@h`],
  ["drill", KEY],
  ["verify", KEY],
  ["verify", `${KEY}.sqlite`, "--json"],
  ["inspect", KEY, "--json"],
  ["doctor", "-o", KEY, "--json"],
  ["tables", "--key-file", KEY],
  ["serve", KEY],
  ["serve", "x.sqlite", "--host", KEY],
  ["serve", "x.sqlite", "--writable", "--save", KEY],
  ["schema", KEY],
  ["schema", "x.yaml", "-o", `${KEY}.sqlite`],
  ["demo", "-o", KEY],
  ["completions", KEY],
  ["man", "--format", KEY],
  ["help", KEY],
  [KEY],
  [`--${KEY}`],
];

Deno.test("a key on the command line, in whatever place: exit 2, not printed, nothing named by it", async () => {
  using dir = tempDir();
  const here = Deno.cwd();
  for (const args of MISPLACED) {
    for (const more of [[], ["--quiet"]]) {
      const { code, out, err } = await runHere([...args, ...more], {
        variables: { ANVIL_UPLINK_KEY: TEST_KEY, ANVIL_UPLINK_URL: "ws://127.0.0.1:1" },
      });
      assert.equal(code, 2, `${args.join(" ")}\n${err}`);
      assert.doesNotMatch(out + err, SECRET, args.join(" "));
    }
  }
  for (const folder of [dir.path, here]) {
    for (const { name } of Deno.readDirSync(folder)) assert.doesNotMatch(name, SECRET);
  }
});

const PASSWORD = "hunter2-of-the-proxy";

/** Everything in a folder: names, and bytes as text. */
function everythingIn(dir: TempDir): string {
  const { path } = dir;
  return dir.names().map((name) => `${name}\n${Buffer.from(Deno.readFileSync(`${path}/${name}`)).toString("latin1")}`)
    .join("\n");
}

Deno.test("user and password in a URL: not printed, not in JSON, not in the file or the id map", async () => {
  await using app = await serveApp(sampleApp(), { writable: true });
  using dir = tempDir();
  const url = app.server.url.replace("ws://", `ws://proxyuser:${PASSWORD}@`);
  const file = dir.file("a.sqlite");
  const variables = variablesFor(url);
  for (
    const args of [
      ["tables", "--json"],
      ["doctor", "-o", dir.path],
      ["doctor", "-o", dir.path, "--json"],
      ["backup", "-o", file, "--json"],
      ["backup", "-o", dir.path],
      ["inspect", file, "--json"],
      ["verify", file, "--live", "--json"],
      ["restore", file, "--replace", "--apply", "--yes", "--json"],
      ["backup", "-o", dir.file("b.sqlite"), "--wait", "0", "--url", url.replace(/:\d+\//, ":1/")],
    ]
  ) {
    const { out, err } = await runHere(args, { variables });
    assert.doesNotMatch(out + err, /hunter2|proxyuser/, args.join(" "));
    assert.doesNotMatch(err, /This is a bug/);
  }
  assert.ok(dir.names().some((name) => /^a\.sqlite\..*idmap\.sqlite$/.test(name)), String(dir.names()));
  assert.doesNotMatch(everythingIn(dir), /hunter2|proxyuser/);
});

for (const key of [KEY, "swordfish of the App Server"]) {
  Deno.test(`a server that calls the app by the key (${key.slice(0, 9)}…) gets it into no file, name or message`, async () => {
    const appInfo = { id: key, branch: `branch ${key}`, environment: { description: key, [key]: [key] } };
    await using app = await serveApp(sampleApp(), { key, appInfo });
    using dir = tempDir();
    const variables = variablesFor(app.server.url, key);
    for (const args of [["backup", "-o", dir.path, "--json"], ["doctor", "-o", dir.path], ["tables"]]) {
      const { code, out, err } = await runHere(args, { variables });
      assert.equal(code, 0, err);
      assert.ok(!(out + err).includes(key), out + err);
    }
    assert.match(dir.names().join(), /^127\.0\.0\.1\.\d{8}T\d{6}Z\.sqlite$/);
    assert.ok(!everythingIn(dir).includes(key));
  });
}

Deno.test("a server's id of an app that is none does not get into the name of a file", async () => {
  for (const id of ["../../etc/passwd", "A".repeat(300), "a\u0001b", `x${KEY}`]) {
    await using app = await serveApp(sampleApp(), { appInfo: { id, branch: null, environment: {} } });
    using dir = tempDir();
    const { code, err } = await runHere(["backup", "-o", dir.path], { variables: variablesFor(app.server.url) });
    assert.equal(code, 0, err);
    assert.match(dir.names().join(), /^127\.0\.0\.1\.\d{8}T\d{6}Z\.sqlite$/);
  }
  await using app = await serveApp(sampleApp(), { appInfo: { id: "a\0b", branch: null, environment: {} } });
  using dir = tempDir();
  const { code, err } = await runHere(["backup", "-o", dir.path], { variables: variablesFor(app.server.url) });
  assert.equal(code, 10, err);
  assert.deepEqual(dir.names(), []);
});

Deno.test("serve prints the key that it made, since nothing else would say it", async () => {
  await using app = await serveApp(sampleApp());
  const { code, out } = await runHere(["serve", app.path], { stopAt: "Serving until" });
  assert.equal(code, 0);
  assert.match(out, /connect\("server_[0-9a-f]{30}", url="ws:/);
});

Deno.test("the systemd units take the key from a credential, and name none", async () => {
  for (const kind of ["service", "timer"]) {
    const unit = await Deno.readTextFile(new URL(`../../.github/systemd/anvil-sqlite.${kind}`, import.meta.url));
    assert.doesNotMatch(unit, /ANVIL_UPLINK_KEY|Environment=/);
    if (kind === "service") {
      assert.match(unit, /^LoadCredential=uplink\.key:.*^ExecStart=.* --key-file %d\/uplink\.key$/ms);
    }
  }
});
