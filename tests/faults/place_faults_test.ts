/** Names of files: what may not get one, what may not be overwritten, what lies beside one, what is too long. */
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { createHash } from "node:crypto";
import { faultApp } from "../fixtures/apps/fault_app.ts";
import { smallApp } from "../fixtures/apps/small_app.ts";
import { assertGood } from "../fixtures/running/faulty_backup.ts";
import { runHere, variablesFor } from "../fixtures/running/program_here.ts";
import { serveApp } from "../fixtures/running/served_app.ts";
import { type TempDir, tempDir } from "../fixtures/files/temp_dir.ts";
import type { ProgressEvent } from "../../lib/ui/progress/progress_event.ts";
import { CHECKS_FILE } from "../../lib/source/checks.ts";

const onLinux = { ignore: Deno.build.os !== "linux" };
const NOWHERE = { ANVIL_UPLINK_KEY: "server_none", ANVIL_UPLINK_URL: "ws://127.0.0.1:1/_/uplink" };

/** Does something once a run has begun to copy. */
const onceCopying = (act: () => void) => {
  let acted = false;
  return {
    report: ({ type }: ProgressEvent) => {
      if (type === "rows" && !acted) {
        acted = true;
        act();
      }
    },
    close: () => {},
  };
};

Deno.test("a partial that is taken away while its run writes it, and made again by another: exit 21, no file is misnamed", async () => {
  await using app = await serveApp(faultApp());
  const partial = app.dir.file("copy.sqlite.partial");
  const run = app.backup({
    progress: onceCopying(() => {
      for (const name of app.dir.names()) {
        if (name.startsWith("copy.sqlite.partial")) Deno.removeSync(app.dir.file(name));
      }
      Deno.writeTextFileSync(partial, "of another run, and half done");
    }),
  });
  await assert.rejects(run, { code: "file-replaced", exitCode: 21 });
  assert.equal(Deno.readTextFileSync(partial), "of another run, and half done");
  assert.ok(!app.dir.names().includes("copy.sqlite"));
});

Deno.test("a partial that is taken away while its run writes it: exit 21, with a sentence", async () => {
  await using app = await serveApp(faultApp());
  const run = app.backup({ progress: onceCopying(() => Deno.removeSync(app.dir.file("copy.sqlite.partial"))) });
  await assert.rejects(run, {
    code: "file-replaced",
    message: /copy\.sqlite\.partial' was taken away or replaced while this run was writing it$/,
  });
});

/** Commands that make a file, by what they are called with, and the name beside which nothing may lie. */
const MAKERS: Readonly<Record<string, (dir: TempDir) => { readonly args: readonly string[]; readonly path: string }>> =
  {
    "backup -o FILE": (dir) => ({ args: ["backup", "-o", dir.file("new.sqlite")], path: dir.file("new.sqlite") }),
    "demo -o FILE": (dir) => ({ args: ["demo", "-o", dir.file("new.sqlite")], path: dir.file("new.sqlite") }),
    "schema -o FILE": (dir) => ({
      args: ["schema", dir.file("anvil.yaml"), "-o", dir.file("new.sqlite")],
      path: dir.file("new.sqlite"),
    }),
  };

for (const [what, maker] of Object.entries(MAKERS)) {
  for (const suffix of ["-wal", "-shm", "-journal", ".partial-journal", ".partial-wal"]) {
    Deno.test(`${what} beside an older file's sidecar ${suffix}: exit 21 before anything is read, nothing is touched`, async () => {
      using dir = tempDir();
      const { args, path } = maker(dir);
      Deno.writeTextFileSync(path + suffix, "old pages");
      const { code, err } = await runHere(args, { variables: NOWHERE });
      assert.equal(code, 21, err);
      assert.match(
        err,
        /^error: 'new\.sqlite(\.partial)?-\w+' is left of an older file, and SQLite would take it for a part/m,
      );
      assert.match(err, /^hint: Move '.*' away, or choose another name\.$/m);
      assert.deepEqual(dir.names(), [`new.sqlite${suffix}`]);
    });
  }
}

Deno.test("an older file that is moved takes its sidecars along, and no .bak is overwritten", async () => {
  using dir = tempDir();
  Deno.writeTextFileSync(dir.file("anvil.yaml"), "db_schema: {people: {columns: []}}");
  const output = dir.file("app.sqlite");
  const args = ["schema", dir.file("anvil.yaml"), "-o", output];
  for (const text of ["first", "second", "third"]) {
    Deno.writeTextFileSync(output, text);
    Deno.writeTextFileSync(`${output}-wal`, `${text} wal`);
    const { code, err } = await runHere(args);
    assert.equal(code, 0, err);
  }
  const texts = [".bak", ".bak-wal", ".bak2", ".bak2-wal", ".bak3", ".bak3-wal"].map((end) =>
    Deno.readTextFileSync(output + end)
  );
  assert.deepEqual(texts, ["first", "first wal", "second", "second wal", "third", "third wal"]);
  assert.ok(!dir.names().includes("app.sqlite-wal"));
});

for (
  const [what, name] of [
    ["that leaves no room for its sidecars", "x".repeat(240)],
    ["of many bytes and few characters", "é".repeat(115)],
    ["in a path that SQLite does not take", `${"d".repeat(200)}/${"e".repeat(200)}/${"f".repeat(80)}`],
  ] as const
) {
  Deno.test(`a name ${what}: exit 21 before the server is asked, nothing is left`, onLinux, async () => {
    using dir = tempDir();
    const output = dir.file(`${name}.sqlite`);
    Deno.mkdirSync(output.slice(0, output.lastIndexOf("/")), { recursive: true });
    const before = dir.names();
    const { code, err } = await runHere(["backup", "-o", output], { variables: NOWHERE });
    assert.equal(code, 21, err);
    assert.match(err, /^error: The name is too long: /m);
    assert.match(err, /^hint: Choose a shorter one with -o: /m);
    assert.deepEqual(dir.names(), before);
  });
}

Deno.test("the longest name that is taken has room for everything that is made of it", onLinux, async () => {
  await using app = await serveApp(smallApp({ notes: { columns: { text: "string" }, rows: [["one"]] } }));
  const output = app.dir.file(`${"x".repeat(255 - ".sqlite.partial.new-000000-journal".length)}.sqlite`);
  const run = await runHere(["backup", "-o", output], { variables: variablesFor(app.server.url) });
  assert.equal(run.code, 0, run.err);
  await assertGood(output);
  const longer = await runHere(["backup", "-o", output.replace("x", "xx")], {
    variables: variablesFor(app.server.url),
  });
  assert.equal(longer.code, 21, longer.err);
});

Deno.test("verify of a file whose path SQLite does not take says so", onLinux, async () => {
  using dir = tempDir();
  const folder = dir.file(`${"d".repeat(240)}/${"e".repeat(230)}`);
  Deno.mkdirSync(folder, { recursive: true });
  Deno.writeTextFileSync(`${folder}/a.sqlite`, "anything");
  const { code, err } = await runHere(["verify", `${folder}/a.sqlite`]);
  assert.equal(code, 20, err);
  assert.match(err, /its path is too long\nhint: SQLite takes full paths of at most 504 bytes: move the file\./);
});

/** A backup in WAL mode, as a tool may have put it. */
async function inWalMode(dir: TempDir): Promise<string> {
  const { code, err } = await runHere(["demo", "-o", dir.file("a.sqlite")]);
  assert.equal(code, 0, err);
  const database = new DatabaseSync(dir.file("a.sqlite"));
  database.exec("PRAGMA journal_mode = WAL");
  database.close();
  assert.deepEqual(dir.names(), ["a.sqlite"]);
  return dir.file("a.sqlite");
}

const hashOf = (path: string) => createHash("sha256").update(Deno.readFileSync(path)).digest("hex");

for (const command of ["verify", "inspect", "drill", "restore", "schema"]) {
  Deno.test(`${command} of a file in WAL mode leaves nothing beside it, and not a byte of it changed`, async () => {
    using dir = tempDir();
    const path = await inWalMode(dir);
    const before = hashOf(path);
    // `restore` finds no server, after it has read the file.
    const args = [command, path, ...(command === "restore" ? ["--wait", "0"] : [])];
    const { code, err } = await runHere(args, { variables: NOWHERE });
    assert.ok(command === "restore" ? code === 10 : code === 0, err);
    // What was checked is written down beside it.
    assert.deepEqual(dir.names().filter((name) => name !== CHECKS_FILE), ["a.sqlite"]);
    assert.equal(hashOf(path), before);
  });
}

Deno.test(
  "a file in WAL mode where nothing may be written is refused, with what to do, and nothing is left",
  onLinux,
  async () => {
    using dir = tempDir();
    const path = await inWalMode(dir);
    Deno.chmodSync(path, 0o400);
    const main = import.meta.resolve("../../main.ts");
    // Root may write anywhere until its capabilities are gone.
    const { code, stderr } = await new Deno.Command("setpriv", {
      args: ["--inh-caps=-all", "--bounding-set=-all", Deno.execPath(), "run", "-A", "--quiet", main, "verify", path],
      env: { NO_COLOR: "1" },
    }).output();
    const err = new TextDecoder().decode(stderr);
    assert.equal(code, 20, err);
    assert.match(
      err,
      /is in WAL mode, and SQLite cannot read it without writing beside it\nhint: Copy it into a folder/,
    );
    assert.deepEqual(dir.names(), ["a.sqlite"]);
  },
);
