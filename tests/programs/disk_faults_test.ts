/** Faults of the disk and the destination: full, failing, read-only, missing, taken. Real processes where it matters. */
import assert from "node:assert/strict";
import { systemClock } from "../../lib/clock.ts";
import { basename } from "../../lib/deps.ts";
import { ManualClock } from "../fixtures/clocks/manual_clock.ts";
import { faultApp, SPOOLED_BYTES } from "../fixtures/apps/fault_app.ts";
import { assertGood } from "../fixtures/running/faulty_backup.ts";
import { type Run, runProgram } from "../fixtures/running/program.ts";
import { runHere, variablesFor } from "../fixtures/running/program_here.ts";
import { serveApp, type ServedApp } from "../fixtures/running/served_app.ts";

const MAIN = import.meta.resolve("../../main.ts");
const onLinux = { ignore: Deno.build.os !== "linux" };

/** Runs a backup in a shell that first does something to the process or its files. */
async function backupIn(app: ServedApp, setup: string, args: readonly string[], before: readonly string[] = []) {
  const [command = "bash", ...words] = [...before, "bash", "-c", `${setup}; exec "$@"`, "bash"];
  const { code, stdout, stderr } = await new Deno.Command(command, {
    args: [...words, Deno.execPath(), "run", "-A", "--quiet", "--no-prompt", MAIN, "backup", ...args],
    env: { NO_COLOR: "1", ...variablesFor(app.server.url) },
    stdin: "null",
  }).output();
  const decoder = new TextDecoder();
  return { code, out: decoder.decode(stdout), err: decoder.decode(stderr) };
}

/** The run failed for want of room, kept its partial, and a later one completes it. */
async function assertResumable(app: ServedApp, { code, err }: Run, message: RegExp): Promise<void> {
  assert.equal(code, 21, err);
  assert.match(err, message);
  assert.match(err, /hint: .*backup --resume .*copy\.sqlite\.partial/);
  assert.deepEqual(app.dir.names().filter((name) => name.startsWith("copy")), ["copy.sqlite.partial"]);
  const variables = variablesFor(app.server.url);
  const again = await runHere(["backup", "--resume", app.dir.file("copy.sqlite.partial")], { variables });
  assert.equal(again.code, 0, again.err);
  await assertGood(app.dir.file("copy.sqlite"));
}

/** A file may not grow beyond so many KiB; the write fails as on a disk that does, with EFBIG. */
const limitedTo = (kilobytes: number) => `trap "" XFSZ; ulimit -f ${kilobytes}`;

Deno.test("disk full while rows come: exit 21, partial kept, completed once there is room", onLinux, async () => {
  await using app = await serveApp(faultApp());
  const run = await backupIn(app, limitedTo(150), ["-o", app.dir.file("copy.sqlite")]);
  await assertResumable(app, run, /^error: The disk does not take or give what it should: disk I\/O error/m);
});

Deno.test("disk full while a medium is spooled: exit 21, partial kept, no spool left", onLinux, async () => {
  await using app = await serveApp(faultApp(SPOOLED_BYTES));
  const run = await backupIn(app, limitedTo(4_500), ["-o", app.dir.file("copy.sqlite")]);
  await assertResumable(app, run, /^error: The disk does not take or give what it should: .*too large/mi);
});

Deno.test("disk full before the file can be made: exit 21", onLinux, async () => {
  await using app = await serveApp(faultApp());
  const { code, err } = await backupIn(app, limitedTo(0), ["-o", app.dir.file("copy.sqlite")]);
  assert.equal(code, 21, err);
  assert.ok(!app.dir.names().includes("copy.sqlite"));
});

/** A file system of a process's own, where this machine lets its users have one. */
const NAMESPACE = ["unshare", "--mount", "--user", "--map-root-user"];
const canMount = Deno.build.os === "linux" &&
  new Deno.Command("unshare", { args: [...NAMESPACE.slice(1), "mount", "-t", "tmpfs", "none", "/mnt"] })
    .outputSync().success;

Deno.test(
  "disk full of a real file system (tmpfs, where one may be mounted): exit 21",
  { ignore: !canMount },
  async () => {
    await using app = await serveApp(faultApp());
    const mount = "mount -t tmpfs -o size=200k none /mnt";
    const { code, err } = await backupIn(app, mount, ["-o", "/mnt/copy.sqlite"], NAMESPACE);
    assert.equal(code, 21, err);
    assert.match(err, /^error: The disk is full: database or disk is full/m);
    assert.match(err, /hint: Free some space, .*backup --resume \/mnt\/copy\.sqlite\.partial/);
  },
);

/** Root may write anywhere until its capabilities are gone. */
const ORDINARY_USER = ["setpriv", "--inh-caps=-all", "--bounding-set=-all"];

Deno.test("destination read-only: exit 21, as a file and as a folder", onLinux, async () => {
  await using app = await serveApp(faultApp());
  const folder = app.dir.file("closed");
  Deno.mkdirSync(folder);
  Deno.chmodSync(folder, 0o500);
  const before = isWritable(folder) ? ORDINARY_USER : [];
  for (const path of [`${folder}/copy.sqlite`, folder]) {
    const { code, err } = await backupIn(app, ":", ["-o", path], before);
    assert.equal(code, 21, err);
    assert.match(err, /^error: Cannot write '.*\/closed\/.*': Permission denied/m);
    assert.match(err, /^hint: Choose another place with -o/m);
  }
});

function isWritable(folder: string): boolean {
  try {
    Deno.removeSync(Deno.makeTempFileSync({ dir: folder }));
    return true;
  } catch {
    return false;
  }
}

/** What is in the way of `-o`, what is given there, and what is said before anything is asked of the server. */
const DESTINATIONS: readonly (readonly [
  what: string,
  place: (app: ServedApp) => void,
  output: string,
  said: RegExp,
])[] = [
  ["missing", () => {}, "none/copy.sqlite", /^error: There is no folder '.*none'/m],
  [
    "a folder whose name a file has",
    (app) => Deno.writeTextFileSync(app.dir.file("backups"), "mine"),
    "backups",
    /^error: '.*backups' is a file, not a folder$/m,
  ],
  [
    "a folder inside of a file",
    (app) => Deno.writeTextFileSync(app.dir.file("mine"), "mine"),
    "mine/backups",
    /^error: '.*mine' is a file, not a folder$/m,
  ],
  [
    "existing",
    (app) => Deno.writeTextFileSync(app.dir.file("copy.sqlite"), "mine"),
    "copy.sqlite",
    /^error: The file exists already: .*copy\.sqlite/m,
  ],
  [
    "with a partial of an earlier run",
    (app) => Deno.writeTextFileSync(app.dir.file("copy.sqlite.partial"), "half"),
    "copy.sqlite",
    /^error: An unfinished backup is in the way: copy\.sqlite\.partial$/m,
  ],
  [
    "with a directory in the place of its partial",
    (app) => Deno.mkdirSync(app.dir.file("copy.sqlite.partial")),
    "copy.sqlite",
    /^error: An unfinished backup is in the way: copy\.sqlite\.partial$/m,
  ],
];

for (const [what, place, output, said] of DESTINATIONS) {
  Deno.test(`destination ${what}: exit 21 before the server is asked, nothing is touched`, async () => {
    await using app = await serveApp(faultApp());
    place(app);
    const before = app.dir.names();
    const variables = { ANVIL_UPLINK_KEY: "server_none", ANVIL_UPLINK_URL: "ws://127.0.0.1:1/_/uplink" };
    const { code, err } = await runHere(["backup", "-o", `${app.dir.path}/${output}`], { variables });
    assert.equal(code, 21, err);
    assert.match(err, said);
    assert.deepEqual(app.dir.names(), before);
  });
}

Deno.test("destination a folder that is missing: it is made for its owner alone, night after night", async () => {
  await using app = await serveApp(faultApp());
  for (const output of ["backups", "backups", "deep/er/backups/", "old.backups"]) {
    const folder = app.dir.file(output);
    const { code, err } = await runHere(["backup", "-o", folder], { variables: variablesFor(app.server.url) });
    assert.equal(code, 0, err);
    const { isDirectory, mode } = await Deno.stat(folder);
    assert.ok(isDirectory);
    if (Deno.build.os !== "windows") assert.equal((mode ?? 0) & 0o777, 0o700);
  }
  assert.ok([...Deno.readDirSync(app.dir.file("backups"))].length === 2);
});

for (const name of ["copy.sqlite3", "copy.db", "COPY.SQLITE"]) {
  Deno.test(`destination ${name}: the file itself`, async () => {
    await using app = await serveApp(faultApp());
    const path = app.dir.file(name);
    const { code, out } = await runHere(["backup", "-o", path], { variables: variablesFor(app.server.url) });
    assert.equal(code, 0);
    assert.equal(out, `${path}\n`);
    assert.ok((await Deno.stat(path)).isFile);
  });
}

Deno.test("destination a directory: a dated file in it", async () => {
  await using app = await serveApp(faultApp());
  const { code, out } = await runHere(["backup", "-o", app.dir.path], { variables: variablesFor(app.server.url) });
  assert.equal(code, 0);
  assert.match(out, /SMALLAPP\.\d{8}T\d{6}Z\.sqlite\n$/);
});

/** Backs an app up into a folder, always within the same second. */
async function inOneSecond(app: ServedApp): Promise<string> {
  const clock = { ...systemClock, now: () => Date.UTC(2026, 10, 24, 2, 7, 0, 500) };
  const { path, exitCode } = await app.backup({ clock, destination: { kind: "directory", path: app.dir.path } });
  assert.equal(exitCode, 0);
  await assertGood(path);
  return basename(path);
}

const ONE_SECOND = ["", "_2", "_3"].map((n) => `SMALLAPP.20261124T020700Z${n}.sqlite`);

Deno.test("three runs into one folder within one second: three names, which sort", async () => {
  await using app = await serveApp(faultApp());
  const names = [await inOneSecond(app), await inOneSecond(app), await inOneSecond(app)];
  assert.deepEqual(names, ONE_SECOND);
  assert.deepEqual(app.dir.names().filter((name) => name.endsWith(".partial")), []);
});

Deno.test("three runs into one folder at the same time: three names, three complete files", async () => {
  await using app = await serveApp(faultApp());
  const names = await Promise.all([inOneSecond(app), inOneSecond(app), inOneSecond(app)]);
  assert.deepEqual(names.toSorted(), ONE_SECOND);
  assert.deepEqual(app.dir.names().filter((name) => name.endsWith(".partial")), []);
});

Deno.test("destination appears while running: exit 21, the finished copy keeps its partial name, the other file is kept", async () => {
  await using app = await serveApp(faultApp());
  const mine = app.dir.file("copy.sqlite");
  const backup = app.backup({
    progress: {
      report: (event) => {
        if (event.type === "plan") Deno.writeTextFileSync(mine, "mine");
      },
      close: () => {},
    },
  });
  await assert.rejects(backup, { code: "destination-exists", exitCode: 21 });
  assert.equal(Deno.readTextFileSync(mine), "mine");
  Deno.renameSync(`${mine}.partial`, app.dir.file("moved.sqlite"));
  await assertGood(app.dir.file("moved.sqlite"));
});

/** Two runs at once, while pages wait for a clock that stands until one of them has been turned away. */
async function runTwice(app: ServedApp, clock: ManualClock, args: readonly string[]): Promise<readonly Run[]> {
  const runs = [1, 2].map(() => runProgram(["backup", "-q", ...args], { env: variablesFor(app.server.url) }));
  await Promise.race(runs);
  const passing = setInterval(() => clock.advance(1_000), 5);
  const ended = (await Promise.all(runs)).sort((a, b) => a.code - b.code);
  clearInterval(passing);
  assert.deepEqual(ended.map(({ code }) => code), [0, 21], ended.map(({ err }) => err).join());
  return ended;
}

Deno.test("two runs into one destination: the second is turned away, the first is complete", async () => {
  const clock = new ManualClock();
  await using app = await serveApp(faultApp(), {
    clock,
    faults: { onCall: ({ name, n }) => name === "search.next_page" && n === 2 ? { delayMs: 1_000 } : undefined },
  });
  const output = app.dir.file("copy.sqlite");
  const ended = await runTwice(app, clock, ["-o", output]);
  assert.match(ended[1]?.err ?? "", /^error: (The file exists already|An unfinished backup is in the way): /m);
  await assertGood(output);
});

Deno.test("two runs resuming one partial: the second is turned away, the first is complete", async () => {
  let slow = false;
  const clock = new ManualClock();
  await using app = await serveApp(faultApp(), {
    clock,
    faults: { onCall: ({ name }) => slow && name === "search.next_page" ? { delayMs: 1_000 } : undefined },
  });
  await assert.rejects(
    app.backup({
      progress: {
        report: (event) => {
          if (event.type === "rows") throw new Error("stopped by the test");
        },
        close: () => {},
      },
    }),
    /stopped by the test/,
  );
  slow = true;
  const ended = await runTwice(app, clock, ["--resume", app.dir.file("copy.sqlite.partial")]);
  assert.match(ended[1]?.err ?? "", /^error: Another run is using the file: /m);
  await assertGood(app.dir.file("copy.sqlite"));
});
