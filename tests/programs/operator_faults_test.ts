/** Faults of the operator: the run is killed, interrupted, or its clock is set; each time the file tells the truth. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { openArchive } from "../../lib/archive/open_archive.ts";
import { runBackup } from "../../lib/backup/run_backup.ts";
import type { FaultyCall } from "../fixtures/faults/faults.ts";
import type { ProgressEvent } from "../../lib/ui/progress/progress_event.ts";
import { FlowingClock } from "../fixtures/clocks/flowing_clock.ts";
import { ManualClock } from "../fixtures/clocks/manual_clock.ts";
import { faultApp } from "../fixtures/apps/fault_app.ts";
import { assertComplete, assertGood, backupWith } from "../fixtures/running/faulty_backup.ts";
import { programCommand, runProgram, signalIfRunning } from "../fixtures/running/program.ts";
import { runHere, variablesFor } from "../fixtures/running/program_here.ts";
import { backupOptions, serveApp, type ServedApp } from "../fixtures/running/served_app.ts";
import { tempDir } from "../fixtures/files/temp_dir.ts";

/** The digest that every backup of the app has. */
async function digestOf(path: string): Promise<unknown> {
  using archive = await openArchive(path);
  return archive.catalogue.provenance.get("digest");
}

/** Names of a checkpoint: what was reported when the run was killed. */
function checkpoint(event: ProgressEvent): string {
  return event.type === "checking" ? `checking ${event.what}` : event.type;
}

/**
 * What `kill -9` leaves at a moment of a run: the files as they are, journal included. A killed process writes nothing
 * more, and what it wrote is in the system's hands.
 * @returns a hash of it, or null when there is nothing
 */
function copyOfCrash(app: ServedApp, to: string): string | null {
  Deno.mkdirSync(to);
  const left = app.dir.names().filter((name) => name.startsWith("copy.sqlite"));
  const hash = createHash("sha256");
  for (const name of left) {
    Deno.copyFileSync(app.dir.file(name), `${to}/${name}`);
    hash.update(name).update(Deno.readFileSync(`${to}/${name}`));
  }
  return left.length > 0 ? hash.digest("hex") : null;
}

Deno.test("kill -9 at every checkpoint: what is left continues to the same digest, or says that nothing is in it", async () => {
  await using app = await serveApp(faultApp());
  using crashes = tempDir();
  const kept: { readonly name: string; readonly folder: string; readonly left: string }[] = [];
  let n = 0;
  const report = (event: ProgressEvent) => {
    const folder = crashes.file(String(n++));
    const left = copyOfCrash(app, folder);
    if (left !== null) kept.push({ name: checkpoint(event), folder, left });
  };
  const { path } = await app.backup({ progress: { report, close: () => {} } });
  const digest = await digestOf(path);
  assert.deepEqual(
    [...new Set(kept.map(({ name }) => name))].sort(),
    [
      "checking digests",
      "checking indexes",
      "checking integrity",
      "media",
      "plan",
      "rows",
      "table-done",
      "table-start",
    ],
  );
  // Where nothing was written in between, a later run finds the same.
  const different = new Map(kept.map((crash) => [crash.left, crash]));
  for (const { name, folder } of different.values()) {
    const partial = `${folder}/copy.sqlite.partial`;
    const options = {
      ...backupOptions(app.server.url, "", () => {}),
      destination: { kind: "partial", path: partial },
    } as const;
    const result = await runBackup(options).catch((error: unknown) => assert.fail(`killed at ${name}: ${error}`));
    assert.equal(result.digest, digest, `killed at ${name}`);
    assert.equal(result.snapshot === "resumed" || name === "checking integrity", true, name);
    await assertGood(result.path);
  }
});

Deno.test("kill -9 before the first row: resume says that nothing is in it", async () => {
  await using app = await serveApp(faultApp());
  Deno.writeFileSync(app.dir.file("copy.sqlite.partial"), new Uint8Array(0));
  const args = ["backup", "--resume", app.dir.file("copy.sqlite.partial")];
  const { code, err } = await runHere(args, { variables: variablesFor(app.server.url) });
  assert.equal(code, 20, err);
  assert.match(err, /was interrupted before anything was in it\nhint: If no run is about to fill it, delete it/);
});

Deno.test("kill -9 between giving the final name and taking the partial one away: resume takes it away", async () => {
  await using app = await serveApp(faultApp());
  const { path, digest } = await app.backup();
  Deno.linkSync(path, `${path}.partial`);
  const args = ["backup", "--resume", `${path}.partial`];
  const { code, err } = await runHere(args, { variables: variablesFor(app.server.url) });
  assert.equal(code, 0, err);
  assert.deepEqual(app.dir.names(), ["app.sqlite", "copy.sqlite"]);
  assert.equal(await digestOf(path), digest);
  await assertGood(path);
});

/** A server that answers no page beyond the first few until the test is over. */
const stuckAfter = (pages: number) => (call: FaultyCall) =>
  call.name === "search.next_page" && call.n > pages ? { silent: true } as const : undefined;

/** A backup in a process of its own that has begun to copy, and hangs. */
async function startStuck(app: ServedApp) {
  const child = programCommand(["backup", "--json", "-o", app.dir.file("copy.sqlite")], {
    env: variablesFor(app.server.url),
  }).spawn();
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let out = "";
  while (!out.includes('"event":"rows"')) {
    const { value, done } = await reader.read();
    assert.ok(!done, `it ended: ${out}`);
    out += value;
  }
  const ended = async () => {
    while (!(await reader.read()).done);
    return { ...await child.status, err: await new Response(child.stderr).text() };
  };
  return { child, ended };
}

Deno.test("kill -9 while rows come: the real thing leaves a partial that continues", async () => {
  let stuck = true;
  await using app = await serveApp(faultApp(), {
    faults: { onCall: (call) => stuck ? stuckAfter(3)(call) : undefined },
  });
  const { child, ended } = await startStuck(app);
  child.kill("SIGKILL");
  assert.equal((await ended()).signal, "SIGKILL");
  stuck = false;
  const partial = app.dir.file("copy.sqlite.partial");
  const { code, out, err } = await runProgram(["backup", "--resume", partial], { env: variablesFor(app.server.url) });
  assert.equal(code, 0, err);
  assert.equal(out.trim(), app.dir.file("copy.sqlite"));
  await assertGood(out.trim());
});

const notOnWindows = { ignore: Deno.build.os === "windows" };

Deno.test("Ctrl-C once: stops cleanly with exit 130, and says how to go on", notOnWindows, async () => {
  await using app = await serveApp(faultApp(), { faults: { onCall: stuckAfter(3) } });
  const { child, ended } = await startStuck(app);
  child.kill("SIGINT");
  const { code, err } = await ended();
  assert.equal(code, 130, err);
  assert.match(err, /^Stopping; press Ctrl-C again to stop at once$/m);
  assert.match(err, /^Interrupted\nhint: What was copied is kept: continue with 'backup --resume .*\.partial'\.$/m);
  // The journal is gone, so the partial is one file and can be looked at.
  assert.deepEqual(app.dir.names(), ["app.sqlite", "copy.sqlite.partial"]);
  const { out } = await runHere(["inspect", app.dir.file("copy.sqlite.partial")]);
  assert.match(out, /unfinished: continue it with 'backup --resume .*copy\.sqlite\.partial'/);
});

Deno.test("Ctrl-C twice: ends at once with exit 130, the partial can be continued", notOnWindows, async () => {
  let stuck = true;
  await using app = await serveApp(faultApp(), {
    faults: { onCall: (call) => stuck ? stuckAfter(3)(call) : undefined },
  });
  const { child, ended } = await startStuck(app);
  child.kill("SIGINT");
  signalIfRunning(child, "SIGINT");
  // Two signals of one kind may arrive as one.
  const again = setInterval(() => signalIfRunning(child, "SIGINT"), 20);
  const { code } = await ended().finally(() => clearInterval(again));
  assert.equal(code, 130);
  stuck = false;
  const args = ["backup", "--resume", app.dir.file("copy.sqlite.partial")];
  assert.equal((await runHere(args, { variables: variablesFor(app.server.url) })).code, 0);
});

Deno.test("Ctrl-C while waiting between two tries: stops at once", async () => {
  const stopping = new AbortController();
  await using app = await serveApp(faultApp(), {
    faults: { onCall: ({ name }) => name === "search.next_page" ? { drop: "before" } : undefined },
  });
  const interruption = app.backup({
    signal: stopping.signal,
    clock: new ManualClock(),
    progress: {
      report: (event) => {
        if (event.type === "retry") stopping.abort(new Error("Ctrl-C"));
      },
      close: () => {},
    },
  });
  await assert.rejects(interruption);
});

/** Time that flows, on a clock that is set again and again. */
class JumpingClock extends FlowingClock {
  jumped = 0;
  override readonly now = () => this.monotonic() + Date.UTC(2026, 10, 24) + this.jumped;
}

Deno.test("clock jumping while running: nothing times out, and the duration is the true one", async () => {
  const jumps = [3_600_000, -7_200_000, 86_400_000];
  await using clock = new JumpingClock();
  await backupWith(
    {
      onCall: ({ name }) => {
        if (name === "search.next_page") clock.jumped += jumps.shift() ?? 0;
        return undefined;
      },
    },
    async (outcome) => {
      await assertComplete(outcome, "consistent");
      assert.ok((outcome.result?.elapsedMs ?? -1) >= 0);
      using file = await openArchive(outcome.result?.path ?? "");
      const seconds = Number(file.catalogue.provenance.get("backup_dur"));
      assert.ok(seconds >= 0 && seconds < 3_600, `${seconds} s`);
    },
    { backup: { clock }, serve: { clock } },
  );
});
