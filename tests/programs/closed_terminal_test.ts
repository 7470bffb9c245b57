/** A backup whose terminal is closed, that is told to end, or that nobody looks at. */
import assert from "node:assert/strict";
import { faultApp } from "../fixtures/apps/fault_app.ts";
import type { FaultAction, FaultyCall } from "../fixtures/faults/faults.ts";
import { HAS_TERMINAL, shellWords, terminalCommand } from "../fixtures/running/at_terminal.ts";
import { assertGood } from "../fixtures/running/faulty_backup.ts";
import { programArgs, programCommand } from "../fixtures/running/program.ts";
import { runHere, variablesFor } from "../fixtures/running/program_here.ts";
import { serveApp, type ServedApp } from "../fixtures/running/served_app.ts";

/** A server that does not answer a fourth page before `goOn` is called, or late, and says when it was asked for it. */
async function pausedApp(action: FaultAction = { silent: true }) {
  const reached = Promise.withResolvers<void>();
  let isOver = false;
  const onCall = ({ name, n }: FaultyCall) => {
    if (name !== "search.next_page" || n <= 3 || isOver) return undefined;
    reached.resolve();
    return action;
  };
  const app = await serveApp(faultApp(), { faults: { onCall } });
  return { app, reached: reached.promise, goOn: () => void (isOver = true) };
}

const copyArgs = (app: ServedApp) => ["backup", "--json", "-o", app.dir.file("copy.sqlite")];

/** What is left can be gone on with. */
async function assertResumes(app: ServedApp): Promise<void> {
  const args = ["backup", "--resume", app.dir.file("copy.sqlite.partial")];
  const { code, err } = await runHere(args, { variables: variablesFor(app.server.url) });
  assert.equal(code, 0, err);
  await assertGood(app.dir.file("copy.sqlite"));
}

const notOnWindows = { ignore: Deno.build.os === "windows" };

Deno.test("SIGTERM: stops cleanly with exit 143, and says how to go on", notOnWindows, async () => {
  const { app, reached, goOn } = await pausedApp();
  await using _app = app;
  const child = programCommand(copyArgs(app), { env: variablesFor(app.server.url) }).spawn();
  await reached;
  child.kill("SIGTERM");
  const { code, stderr } = await child.output();
  const err = new TextDecoder().decode(stderr);
  assert.equal(code, 143, err);
  assert.match(err, /^Stopping\nEnded by SIGTERM\nhint: What was copied is kept: continue with 'backup --resume /m);
  goOn();
  await assertResumes(app);
});

Deno.test(
  "a closed terminal: stops cleanly with exit 129, and can be gone on with",
  { ignore: !HAS_TERMINAL },
  async () => {
    const { app, reached, goOn } = await pausedApp();
    await using _app = app;
    const ended = app.dir.file("ended");
    // The inner shell outlives the terminal, to say how the program ended; the outer one does not, as a user's.
    const program = shellWords([Deno.execPath(), ...programArgs(copyArgs(app))]);
    const inner = `trap "" HUP; ${program} >/dev/null; echo $? >'${ended}.new'; mv '${ended}.new' '${ended}'`;
    const line = `${shellWords(["sh", "-c", inner])}; true`;
    const terminal = terminalCommand(line, variablesFor(app.server.url)).spawn();
    await reached;
    terminal.kill("SIGKILL");
    await terminal.output();
    while (!app.dir.names().includes("ended")) await new Promise((resolve) => setTimeout(resolve, 20));
    assert.equal(Deno.readTextFileSync(ended), "129\n");
    goOn();
    await assertResumes(app);
  },
);

Deno.test("SIGHUP where no stream is a terminal, as under nohup: the backup goes on", notOnWindows, async () => {
  const { app, reached } = await pausedApp({ delayMs: 1_000 });
  await using _app = app;
  const child = programCommand(copyArgs(app), { env: variablesFor(app.server.url) }).spawn();
  await reached;
  child.kill("SIGHUP");
  const { code, stderr } = await child.output();
  assert.equal(code, 0, new TextDecoder().decode(stderr));
  await assertGood(app.dir.file("copy.sqlite"));
});
