/** `doctor` against each kind of server: the sentence it says and the code it ends with. */
import assert from "node:assert/strict";
import type { Check } from "../../lib/doctor/check.ts";
import { examine } from "../../lib/doctor/examine.ts";
import { checkDisk } from "../../lib/doctor/check_disk.ts";
import { sampleApp } from "../../lib/demo/sample_app.ts";
import { LIMITS } from "../../lib/uplink/limits.ts";
import { smallApp } from "../fixtures/apps/small_app.ts";
import { FlowingClock } from "../fixtures/clocks/flowing_clock.ts";
import { tempDir } from "../fixtures/files/temp_dir.ts";
import { runProgram } from "../fixtures/running/program.ts";
import { runHere, variablesFor } from "../fixtures/running/program_here.ts";
import { serveApp, TEST_KEY } from "../fixtures/running/served_app.ts";

const PETS = smallApp({ pets: { columns: { name: "string" }, rows: [["Rex"]] } });

async function doctor(url: string, key = TEST_KEY) {
  const { code, out, err } = await runHere(["doctor"], { variables: variablesFor(url, key) });
  assert.ok(!(out + err).includes(key), "the key is shown");
  return { code, text: out + err };
}

Deno.test("doctor of a good server: all is well, exit 0", async () => {
  await using app = await serveApp(sampleApp());
  // As a process, since only the program itself may ask how much of the disk is free.
  const { code, out, err } = await runProgram(["doctor"], { env: variablesFor(app.server.url) });
  const text = out + err;
  assert.equal(code, 0, text);
  assert.ok(!text.includes(TEST_KEY), "the key is shown");
  assert.match(text, /207 rows/);
  assert.match(text, /ok +disk +[\d.]+ [kMGT]?B free in/);
});

Deno.test("doctor with a wrong key: exit 11", async () => {
  await using app = await serveApp(sampleApp());
  const { code, text } = await doctor(app.server.url, "server_WRONGWRONGWRONG-WRONG");
  assert.equal(code, 11, text);
  assert.match(text, /problem key +The Anvil server does not know this Uplink key/);
});

Deno.test("doctor with a client key: exit 12", async () => {
  await using app = await serveApp(sampleApp(), { clientKey: "client_TESTKEYTESTKEY-TESTAPP" });
  const { code, text } = await doctor(app.server.url, "client_TESTKEYTESTKEY-TESTAPP");
  assert.equal(code, 12, text);
  assert.match(text, /problem key +This is a client Uplink key/);
});

Deno.test("doctor where nothing listens: exit 10", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  const { code, text } = await doctor(`ws://127.0.0.1:${port}/_/uplink`);
  assert.equal(code, 10, text);
  assert.match(text, /problem server +Cannot reach .*: no connection could be made/);
});

Deno.test("doctor of an HTTP server that knows no WebSocket: exit 10", async () => {
  await using server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, () => new Response("hello"));
  const { code, text } = await doctor(`ws://127.0.0.1:${server.addr.port}/_/uplink`);
  assert.equal(code, 10, text);
  assert.match(text, /it answers, but not as an Uplink \(HTTP 200\)/);
});

Deno.test("doctor of a server that never answers: exit 10, within the limit of a connection", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  await using clock = new FlowingClock();
  const checks: Check[] = [];
  const { signal } = new AbortController();
  const url = `ws://127.0.0.1:${listener.addr.port}/_/uplink`;
  const options = { url, key: TEST_KEY, output: ".", schemaFile: null, clock, limits: LIMITS, signal };
  for await (const check of examine(options)) checks.push(check);
  const server = checks.find(({ name }) => name === "server");
  assert.equal(server?.exitCode, 10);
  assert.match(server?.message ?? "", /no answer within 20 s$/);
});

Deno.test("doctor by wss:// of a server without TLS: exit 10 at once", async () => {
  await using app = await serveApp(sampleApp());
  const { code, text } = await doctor(app.server.url.replace("ws:", "wss:"));
  assert.equal(code, 10, text);
  assert.doesNotMatch(text, /no answer within/);
});

Deno.test("doctor --schema names each difference of a file from the live app: exit 5; and says when there is none", async () => {
  await using app = await serveApp(PETS);
  const run = async (columns: string) => {
    Deno.writeTextFileSync(app.dir.file("anvil.yaml"), `db_schema: {pets: {title: Pets, columns: [${columns}]}}`);
    const args = ["doctor", "--schema", app.dir.file("anvil.yaml"), "-o", app.dir.path];
    return await runHere(args, { variables: variablesFor(app.server.url) });
  };
  const same = await run("{name: name, type: string}");
  assert.equal(same.code, 0, same.out);
  assert.match(same.out, /^ok +schema +anvil\.yaml and the live app agree$/m);
  const other = await run("{name: nickname, type: string}");
  assert.equal(other.code, 5, other.out);
  assert.match(other.out, /^problem +schema +.*nickname/m);
});

Deno.test("doctor --json gives one document with every check and the exit code", async () => {
  await using app = await serveApp(PETS);
  const { code, out } = await runHere(["doctor", "--json", "-o", app.dir.path], {
    variables: variablesFor(app.server.url),
  });
  const { checks, exitCode } = JSON.parse(out);
  assert.deepEqual([code, exitCode], [0, 0]);
  assert.deepEqual(
    checks.map(({ name }: Check) => name),
    ["program", "server", "key", "environment", "clock", "tables", "size", "disk"],
  );
});

Deno.test("doctor notes a key that may only read, an app without tables, and a server without a time", async () => {
  await using app = await serveApp(smallApp({}), { readKey: "dbread_TESTKEYTESTKEY-TESTAPP" });
  const { code, text } = await doctor(app.server.url, "dbread_TESTKEYTESTKEY-TESTAPP");
  assert.equal(code, 0, text);
  assert.match(text, /^note +key +A DB-read key: /m);
  assert.match(text, /^note +tables +The app has no tables$/m);
  assert.match(text, /^note +clock +The server does not say its time$/m);
});

Deno.test("doctor names the tables that may not be read: exit 3, and 12 when there are no others", async () => {
  const hidden = { columns: {}, rows: [], server: "none" } as const;
  await using some = await serveApp(smallApp({ secrets: hidden, pets: { columns: {}, rows: [] } }));
  const mixed = await doctor(some.server.url);
  assert.equal(mixed.code, 3, mixed.text);
  assert.match(mixed.text, /^problem +tables +Of 2 tables, 1 may not be read: 'secrets'$/m);
  await using none = await serveApp(smallApp({ secrets: hidden }));
  const closed = await doctor(none.server.url);
  assert.equal(closed.code, 12, closed.text);
  assert.match(closed.text, /^problem +tables +No table may be read$/m);
});

Deno.test("doctor takes a folder that is not there yet, and says that it will be made; a file is not a folder: exit 21", async () => {
  await using app = await serveApp(PETS);
  const inFolder = (folder: string) => runHere(["doctor", "-o", folder], { variables: variablesFor(app.server.url) });
  const missing = await inFolder(app.dir.file("none"));
  assert.equal(missing.code, 0, missing.out);
  assert.match(missing.out, /^ok +disk +.* free in '.*'; folder '.*none' will be made$/m);
  assert.ok(!app.dir.names().includes("none"));
  const file = await inFolder(app.path);
  assert.equal(file.code, 21, file.out);
  assert.match(file.out, /^problem +disk +The file exists already: .*$/m);
  Deno.writeTextFileSync(app.dir.file("backups"), "mine");
  const folder = await inFolder(app.dir.file("backups"));
  assert.equal(folder.code, 21, folder.out);
  assert.match(folder.out, /^problem +disk +'.*backups' is a file, not a folder$/m);
});

Deno.test("doctor reports a server that is lost in the middle of its questions: exit 10", async () => {
  await using app = await serveApp(PETS, {
    faults: { onCall: ({ name }) => name === "search.get_length" ? { drop: "before" } : undefined },
  });
  const { code, text } = await doctor(app.server.url);
  assert.equal(code, 10, text);
  assert.match(text, /^problem +server +/m);
});

Deno.test("doctor finds a folder without room for the app: exit 21", async () => {
  using dir = tempDir();
  const full = await checkDisk(dir.path, 1e21);
  assert.deepEqual([full.verdict, full.exitCode], ["problem", 21]);
  assert.match(full.message, /^Folder '.*' has [\d.]+ [kMGTP]?B left$/);
  assert.equal(full.hint, "Make room, or choose another with -o.");
  assert.deepEqual(dir.names(), [], "its probe is gone");
});
