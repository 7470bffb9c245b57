/** The command `serve`, as a user runs it: what it prints, what it refuses, and what it leaves behind. */
import assert from "node:assert/strict";
import { buildArchive } from "../../lib/archive/making/build_archive.ts";
import { sampleApp } from "../../lib/demo/sample_app.ts";
import { connect } from "../../lib/uplink/connection.ts";
import { smallApp } from "../fixtures/apps/small_app.ts";
import { type TempDir, tempDir } from "../fixtures/files/temp_dir.ts";
import { assertGood } from "../fixtures/running/faulty_backup.ts";
import { programCommand, runProgram } from "../fixtures/running/program.ts";
import { runHere } from "../fixtures/running/program_here.ts";
import { ServeClient } from "../fixtures/serving/serve_client.ts";

async function archiveIn(dir: TempDir): Promise<string> {
  const path = dir.file("app.sqlite");
  await buildArchive(path, sampleApp());
  return path;
}

Deno.test("serve prints a snippet with a key made for this run, and ends with 0 at Ctrl-C", async () => {
  using dir = tempDir();
  const path = await archiveIn(dir);
  const { code, out, err } = await runHere(["serve", path], { stopAt: "Serving until Ctrl-C" });
  assert.equal(code, 0);
  assert.match(out, /anvil\.server\.connect\("server_[0-9a-f]{30}", url="ws:\/\/127\.0\.0\.1:\d+\/_\/uplink"\)/);
  assert.equal(err, "Serving until Ctrl-C.\n");
});

Deno.test("serve with a key from a file does not print it", async () => {
  using dir = tempDir();
  const path = await archiveIn(dir);
  await Deno.writeTextFile(dir.file("key"), "server_SECRETSECRETSECRET-APP\n");
  const { code, out } = await runHere(["serve", path, "--key-file", dir.file("key")], { stopAt: "Serving" });
  assert.equal(code, 0);
  assert.match(out, /connect\(KEY, url=/);
  assert.ok(!out.includes("SECRET"));
});

Deno.test("serve refuses a port in use, numbers that are no port, and a file to save that is there", async () => {
  using dir = tempDir();
  const path = await archiveIn(dir);
  using taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = taken.addr as Deno.NetAddr;
  for (
    const [args, code, sentence] of [
      [["--port", String(port)], 2, /Cannot listen on 127\.0\.0\.1:\d+: the port is in use\n.*--port/],
      [["--port", "65536"], 2, /'65536'\n.*0 to 65535/],
      [["--port", "-1"], 2, /--port/],
      [["--port", "x"], 2, /'x'/],
      [["--on-delete", "x"], 2, /--on-delete/],
      [["--save", dir.file("x.sqlite")], 2, /--writable/],
      [["--writable", "--save", path], 21, /exists already: .*app\.sqlite\n.*--save/],
    ] as const
  ) {
    const run = await runHere(["serve", path, ...args]);
    assert.equal(run.code, code, run.err);
    assert.match(run.err, sentence);
    assert.equal(run.out, "");
  }
  assert.deepEqual(dir.names(), ["app.sqlite"]);
});

Deno.test("serve refuses an address of another machine", async () => {
  using dir = tempDir();
  const { code, out, err } = await runProgram(["serve", await archiveIn(dir), "--host", "192.0.2.7"]);
  assert.equal(code, 2, err);
  assert.match(err, /^error: Cannot listen on 192\.0\.2\.7:0: this is not an address of this machine\nhint: .*--host/);
  assert.equal(out, "");
});

Deno.test("serve refuses a file that is not there or not an archive", async () => {
  using dir = tempDir();
  await Deno.writeTextFile(dir.file("text"), "hello");
  for (const name of ["nothing", "text"]) {
    const run = await runHere(["serve", dir.file(name)]);
    assert.equal(run.code, 20, run.err);
  }
});

Deno.test("serve --writable says in a sentence that TMPDIR is not a folder, and leaves nothing behind", async () => {
  using dir = tempDir();
  const path = await archiveIn(dir);
  const run = await runProgram(["serve", path, "--writable"], { env: { TMPDIR: dir.file("nowhere") } });
  assert.equal(run.code, 21, run.err);
  assert.match(run.err, /^error: Cannot make a folder for temporary files: .*\nhint: Set TMPDIR/);
  assert.deepEqual(dir.names(), ["app.sqlite"]);
});

Deno.test("serve --on-delete reaches the tables", async () => {
  using dir = tempDir();
  const path = dir.file("app.sqlite");
  await buildArchive(path, smallApp({ t: { columns: { to: "link_single t" }, rows: [[null], ["[1,1]"]] } }));
  const args = ["serve", path, "--writable", "--storage", "split", "--on-delete", "restrict"];
  await running(args, async (client) => {
    const table = await client.table("t");
    assert.equal((await client.failure("row.delete", [table.row(1)])).type, "anvil.tables.TableError");
  });
});

/** Runs `serve` in a process of its own until a client is done and SIGTERM comes; what it printed and its exit code. */
async function running(args: readonly string[], body: (client: ServeClient) => Promise<void>) {
  const child = programCommand(args).spawn();
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let out = "";
  try {
    while (!/url="[^"]+"/.test(out)) {
      const { value, done } = await reader.read();
      if (done) break;
      out += value;
    }
    const [, key = "", url = ""] = /connect\("([^"]+)", url="([^"]+)"\)/.exec(out) ?? [];
    await using client = new ServeClient(await connect({ url, key }));
    await body(client);
  } finally {
    child.kill("SIGTERM");
  }
  for (let read = await reader.read(); !read.done; read = await reader.read()) out += read.value;
  const err = await new Response(child.stderr).text();
  return { out, err, code: (await child.status).code };
}

Deno.test("serve --writable --save keeps what a client wrote when it is told to end", async () => {
  using dir = tempDir();
  const path = await archiveIn(dir);
  const { code, out, err } = await running(
    ["serve", path, "--writable", "--save", dir.file("after.sqlite")],
    async (client) => {
      await client.call("table.add_row", [await client.table("authors"), { name: "new" }]);
    },
  );
  assert.equal(code, 0, err);
  assert.ok(out.endsWith(`${dir.file("after.sqlite")}\n`));
  await assertGood(dir.file("after.sqlite"));
  assert.deepEqual(dir.names().toSorted(), ["after.sqlite", "app.sqlite"]);
});
