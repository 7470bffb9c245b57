/** Faults while a vault is written or read: a full disk, a folder that cannot be written, a run that was killed. */
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { type TempDir, tempDir } from "../fixtures/files/temp_dir.ts";
import { programCommand } from "../fixtures/running/program.ts";
import { runHere } from "../fixtures/running/program_here.ts";
import { BuiltNights } from "../fixtures/vault/built_nights.ts";
import { copyHalfWritten } from "../fixtures/vault/half_written.ts";
import { snapshotsOf } from "../fixtures/vault/vault_fixture.ts";

const MAIN = import.meta.resolve("../../main.ts");
const onLinux = { ignore: Deno.build.os !== "linux" };

/** Runs the program in a shell that first does something to the process. */
async function runIn(setup: string, args: readonly string[]) {
  const { code, stdout, stderr } = await new Deno.Command("bash", {
    args: ["-c", `${setup}; exec "$@"`, "bash", Deno.execPath(), "run", "-A", "--quiet", "--no-prompt", MAIN, ...args],
    env: { NO_COLOR: "1" },
    stdin: "null",
  }).output();
  return { code, out: new TextDecoder().decode(stdout), err: new TextDecoder().decode(stderr) };
}

/** A vault of two nights, and the file of a third. */
async function twoNights(dir: TempDir): Promise<{ readonly vault: string; readonly third: string }> {
  const nights = new BuiltNights(dir, 2_000);
  const vault = dir.file("app.vault");
  await nights.into(vault, [1, 2]);
  return { vault, third: await nights.file(3) };
}

const numbers = async (vault: string) => (await snapshotsOf(vault)).map(({ number }) => number);

Deno.test("disk full while a file is taken in: exit 21, a sentence, and the vault is as it was", onLinux, async () => {
  using dir = tempDir();
  const { vault, third } = await twoNights(dir);
  const { code, err } = await runIn(`trap "" XFSZ; ulimit -f 20`, ["vault", "add", vault, third]);
  assert.equal(code, 21, err);
  assert.match(err, /^error: The disk /m);
  assert.deepEqual(await numbers(vault), [1, 2]);
  assert.equal((await runHere(["verify", "--all", "-q", vault])).code, 0);
  assert.equal((await runHere(["vault", "add", "-q", vault, third])).code, 0);
});

Deno.test("disk full while a snapshot is extracted: exit 21, and nothing is left", onLinux, async () => {
  using dir = tempDir();
  const { vault } = await twoNights(dir);
  const names = dir.names();
  const { code, err } = await runIn(`trap "" XFSZ; ulimit -f 100`, ["extract", vault, "-o", dir.file("out.sqlite")]);
  assert.equal(code, 21, err);
  assert.match(err, /^error: The disk /m);
  assert.deepEqual(dir.names(), names);
});

Deno.test("a vault that may only be read is read, and a run that would write says so", onLinux, async () => {
  using dir = tempDir();
  const { vault, third } = await twoNights(dir);
  // Root may write anywhere.
  Deno.chmodSync(vault, 0o400);
  const isRoot = Deno.uid() === 0;
  const { code, err } = await runHere(["vault", "add", "-q", vault, third]);
  assert.equal(code, isRoot ? 0 : 21, err);
  if (!isRoot) assert.match(err, /^error: .*\nhint: /m);
  assert.equal((await runHere(["verify", "-q", vault])).code, 0);
});

Deno.test("what a killed run has left half written is rolled back by the next that reads", async () => {
  using dir = tempDir();
  const { vault } = await twoNights(dir);
  const before = await snapshotsOf(vault);
  // A process that ends in the middle of a transaction whose pages are in the file already leaves a hot journal.
  const script = `
    import { DatabaseSync } from "node:sqlite";
    const database = new DatabaseSync(Deno.args[0]);
    database.exec("PRAGMA cache_size = 1; PRAGMA cache_spill = 1; BEGIN IMMEDIATE");
    database.exec("UPDATE _anvil_live_1 SET c1 = c1 || 'x'; DELETE FROM _anvil_snapshots WHERE id = 2");
    Deno.kill(Deno.pid, "SIGKILL");`;
  const path = dir.file("killed.ts");
  Deno.writeTextFileSync(path, script);
  await new Deno.Command(Deno.execPath(), { args: ["run", "-A", "--no-config", path, vault] }).output();
  assert.ok(dir.names().includes("app.vault-journal"));
  assert.deepEqual(await snapshotsOf(vault), before);
  assert.equal((await runHere(["verify", "--all", "-q", vault])).code, 0);
});

Deno.test(
  "what was left half written where nothing may be written is not read as it is: what to do, exit 20",
  onLinux,
  async () => {
    using dir = tempDir();
    const vault = dir.file("app.vault");
    await new BuiltNights(dir, 300, 1).into(vault, [1]);
    const folder = dir.file("closed");
    Deno.mkdirSync(folder);
    const half = `${folder}/half.vault`;
    copyHalfWritten(vault, half);
    for (const path of [half, `${half}-journal`]) Deno.chmodSync(path, 0o400);
    Deno.chmodSync(folder, 0o500);
    // Root may write anywhere until its capabilities are gone.
    const setup = 'set -- setpriv --inh-caps=-all --bounding-set=-all "$@"';
    const { code, out, err } = await runIn(setup, ["snapshots", half]);
    Deno.chmodSync(folder, 0o700);
    assert.deepEqual([code, out], [20, ""], err);
    assert.match(err, /^error: '.*half\.vault' was left in the middle of a write, and cannot be written to mend it$/m);
    assert.ok(err.includes(`hint: Copy it and '${half}-journal' to a place where both can be written.`), err);
    for (const end of ["", "-journal"]) {
      Deno.copyFileSync(half + end, dir.file(`copy.vault${end}`));
      Deno.chmodSync(dir.file(`copy.vault${end}`), 0o600);
    }
    assert.deepEqual(await snapshotsOf(dir.file("copy.vault")), await snapshotsOf(vault));
  },
);

Deno.test("two runs that add to one vault at once: one of them does, the other says so or finds it done", async () => {
  using dir = tempDir();
  const { vault, third } = await twoNights(dir);
  const add = () => programCommand(["vault", "add", vault, third]).output();
  const runs = await Promise.all([add(), add(), add()]);
  const codes = runs.map(({ code }) => code);
  assert.ok(codes.includes(0) && codes.every((code) => code === 0 || code === 21), codes.join());
  assert.deepEqual(await numbers(vault), [1, 2, 3]);
  assert.equal((await runHere(["verify", "--all", "-q", vault])).code, 0);
});

Deno.test("two runs that make one vault at once: it is made once, and nothing is lost", async () => {
  using dir = tempDir();
  const nights = new BuiltNights(dir, 500);
  const files = [await nights.file(1), await nights.file(2)];
  const vault = dir.file("new.vault");
  const runs = await Promise.all(files.map((file) => programCommand(["vault", "add", vault, file]).output()));
  assert.ok(runs.some(({ code }) => code === 0));
  for (const { code, stderr } of runs) assert.ok([0, 2, 21].includes(code), new TextDecoder().decode(stderr));
  assert.ok((await numbers(vault)).length >= 1);
  assert.deepEqual(dir.names().filter((name) => name.includes("partial")), []);
});

Deno.test("a vault of a newer format is refused, and so is one whose application id is another", async () => {
  using dir = tempDir();
  const { vault } = await twoNights(dir);
  const database = new DatabaseSync(vault);
  database.exec("PRAGMA user_version = 99");
  database.close();
  const { code, err } = await runHere(["verify", vault]);
  assert.equal(code, 20);
  assert.match(err, /is a vault of format 99; this program knows formats up to 1/);
});
