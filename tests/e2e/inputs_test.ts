/** Files of every kind given to every command: read once, refused with a sentence, never overwritten, never waited for. */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { PERMISSIONS } from "../../.github/release/permissions.ts";
import { COMMANDS } from "../../lib/cli/commands.ts";
import { buildArchive } from "../../lib/archive/making/build_archive.ts";
import { tempDir } from "../fixtures/files/temp_dir.ts";
import { run } from "../fixtures/running/run.ts";
import { programCommand, runProgram } from "../fixtures/running/program.ts";
import { runHere } from "../fixtures/running/program_here.ts";
import { smallApp } from "../fixtures/apps/small_app.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const PROGRAM_WORDS = [Deno.execPath(), "run", "--quiet", ...PERMISSIONS, "main.ts"].join(" ");
const YAML = "db_schema:\n  pets: {title: Pets, client: none, server: full, columns: [{name: name, type: string}]}\n";
const ignore = Deno.build.os === "windows";
const variables = { ANVIL_UPLINK_KEY: "server_AAAAAAAAAAAAAAAAAAAAAAAA" };

Deno.test("schema X -o X, twice: everything that was there is still there", async () => {
  using dir = tempDir();
  const file = dir.file("anvil.yaml");
  Deno.writeTextFileSync(file, YAML);
  for (const _ of [1, 2]) {
    const { code, err } = await runHere(["schema", file, "-o", file]);
    assert.equal(code, 0, err);
  }
  assert.deepEqual(dir.names(), ["anvil.yaml", "anvil.yaml.bak", "anvil.yaml.bak2"]);
  assert.equal(Deno.readTextFileSync(dir.file("anvil.yaml.bak")), YAML);
  for (const name of ["anvil.yaml", "anvil.yaml.bak2"]) {
    assert.equal((await runHere(["schema", dir.file(name)])).code, 0);
  }
});

Deno.test("schema -o puts the older file back when it cannot write the new one", async () => {
  using dir = tempDir();
  Deno.writeTextFileSync(dir.file("anvil.yaml"), YAML);
  Deno.writeTextFileSync(dir.file("app.sqlite"), "older");
  Deno.writeTextFileSync(dir.file("app.sqlite.partial"), "in the way");
  const { code } = await runHere(["schema", dir.file("anvil.yaml"), "-o", dir.file("app.sqlite")]);
  assert.equal(code, 21);
  assert.equal(Deno.readTextFileSync(dir.file("app.sqlite")), "older");
  assert.deepEqual(dir.names(), ["anvil.yaml", "app.sqlite", "app.sqlite.partial"]);
});

Deno.test("schema reads standard input as -, UTF-16 too", async () => {
  const sql = await runHere(["schema", "-"], { standardInput: YAML });
  assert.equal(sql.code, 0, sql.err);
  assert.match(sql.out, /CREATE TABLE "pets"/);
  const bytes = Uint8Array.from(
    [...`\uFEFF${YAML}`].flatMap((char) => [char.charCodeAt(0) & 255, char.charCodeAt(0) >> 8]),
  );
  assert.deepEqual(await runHere(["schema", "-"], { standardInput: bytes }), sql);
});

Deno.test("schema reads a pipe from its beginning, once; a SQLite file from a pipe is refused with a sentence", {
  ignore,
}, async () => {
  using dir = tempDir();
  Deno.writeTextFileSync(dir.file("anvil.yaml"), YAML);
  await buildArchive(dir.file("app.sqlite"), smallApp({ pets: { columns: { name: "string" }, rows: [] } }));
  // The shell's own redirection: nothing but a pipe, which cannot be opened a second time.
  const piped = (name: string) =>
    run("bash", ["-c", `${PROGRAM_WORDS} schema <(cat "$0")`, dir.file(name)], { cwd: ROOT });
  const plain = await runHere(["schema", dir.file("anvil.yaml")]);
  assert.deepEqual(await piped("anvil.yaml"), plain);
  const refused = await piped("app.sqlite");
  assert.equal(refused.code, 2);
  assert.match(
    refused.err,
    /^error: A SQLite file cannot be read from a pipe: \/dev\/fd\/\d+\nhint: Give the file itself/,
  );
});

/** Every command that takes a database, and how it is given one. */
const DATABASES: Readonly<Record<string, readonly string[]>> = {
  backup: ["backup", "--resume"],
  drill: ["drill"],
  inspect: ["inspect"],
  restore: ["restore"],
  "restore --undo": ["restore", "--undo"],
  serve: ["serve"],
  verify: ["verify"],
};

Deno.test("what is not a regular file is refused where a database is wanted, by every command, before it is opened", {
  ignore,
}, async () => {
  using dir = tempDir();
  const taking = COMMANDS.map(({ description }) => description).filter(({ positionals }) =>
    positionals.some(({ name }) => name === "file")
  );
  assert.deepEqual(taking.map(({ name }) => name).filter((name) => !(name in DATABASES)), ["vault", "schema"]);
  const [pipe, folder, socket] = ["pipe.partial", "folder.partial", "socket.partial"].map(dir.file);
  await run("mkfifo", [pipe ?? ""]);
  Deno.mkdirSync(folder ?? "");
  // Another process makes the socket, since this one may not, and leaves it behind when it is killed.
  const listen = `Deno.listen({ transport: "unix", path: ${JSON.stringify(socket)} }); Deno.kill(Deno.pid, "SIGKILL")`;
  await run(Deno.execPath(), ["eval", "--quiet", listen]);
  for (
    const [path = "", what] of [
      [pipe, "a pipe"],
      [folder, "a folder"],
      [socket, "a socket"],
      ["/dev/null", "a device"],
      ["-", "standard input"],
    ]
  ) {
    for (const [command, args] of Object.entries(DATABASES)) {
      // To commands that read sources a folder is its newest backup.
      if (what === "a folder" && !["backup", "restore --undo"].includes(command)) continue;
      const { code, out, err } = await runHere([...args, path], { variables });
      const [first] = err.split("\n");
      assert.deepEqual(
        [code, out, first],
        [20, "", `error: Cannot open SQLite file '${path}': it is ${what}`],
        `${command} of ${what}`,
      );
    }
  }
});

Deno.test("a file in a folder that Deno opens for nobody is refused with a hint that a user can follow", async () => {
  for (const args of [["inspect", "/proc/version"], ["schema", "/proc/version"], ["verify", "/dev/stdin"]]) {
    const { code, err } = await runProgram(args);
    assert.deepEqual([code, err.split("\n")[0]], [
      2,
      `error: '${args[1]}' is in a folder of the system that this program may not use`,
    ]);
    assert.doesNotMatch(err, /allow-all/);
  }
});

Deno.test("Ctrl-C ends the wait for a pipe that nobody writes to", { ignore }, async () => {
  using dir = tempDir();
  await run("mkfifo", [dir.file("pipe")]);
  const child = programCommand(["schema", dir.file("pipe")]).spawn();
  // A pipe opens once both ends are: then the program waits for what comes through it.
  using _end = await Deno.open(dir.file("pipe"), { write: true });
  child.kill("SIGINT");
  const { code, stderr } = await child.output();
  assert.equal(code, 130);
  assert.match(new TextDecoder().decode(stderr), /\nInterrupted\n/);
});
