/** Telling never decides: a stream that takes nothing changes no verdict, and stops no run. Real processes. */
import { systemClock } from "../../lib/clock.ts";
import assert from "node:assert/strict";
import { EXIT } from "../../lib/exit_codes.ts";
import { runProgram } from "../../lib/cli/program.ts";
import { type Command } from "../../lib/cli/commands.ts";
import { StreamTerminal } from "../../lib/cli/terminal/terminal.ts";
import { buildArchive } from "../../lib/archive/making/build_archive.ts";
import { faultApp } from "../fixtures/apps/fault_app.ts";
import { assertGood } from "../fixtures/running/faulty_backup.ts";
import { programCommand } from "../fixtures/running/program.ts";
import { runHere, variablesFor } from "../fixtures/running/program_here.ts";
import { serveApp } from "../fixtures/running/served_app.ts";
import { type TempDir, tempDir } from "../fixtures/files/temp_dir.ts";
import { emptied, restoredApp } from "../fixtures/running/restored_app.ts";
import { smallApp } from "../fixtures/apps/small_app.ts";
import { MemorySurroundings } from "../cli/memory_surroundings.ts";
import { SAMPLE } from "../cli/sample_command.ts";

const onLinux = { ignore: Deno.build.os !== "linux" };

/** Runs the program in a shell that leads its streams somewhere. */
async function runWith(redirection: string, args: readonly string[], env: Record<string, string> = {}) {
  // The command that the tests run everywhere, as words of the shell.
  const { code, stdout, stderr } = await new Deno.Command("bash", {
    args: ["-c", `set -o pipefail; "$@" ${redirection}`, "bash", ...words(args)],
    env: { NO_COLOR: "1", ...env },
    stdin: "null",
  }).output();
  const decoder = new TextDecoder();
  return { code, out: decoder.decode(stdout), err: decoder.decode(stderr) };
}

const MAIN = import.meta.resolve("../../main.ts");

function words(args: readonly string[]): readonly string[] {
  return [Deno.execPath(), "run", "-A", "--quiet", "--no-prompt", MAIN, ...args];
}

async function goodFile(dir: TempDir): Promise<string> {
  const content = smallApp({ notes: { columns: { text: "string" }, rows: [["one"], ["two"]] } });
  await buildArchive(dir.file("a.sqlite"), content);
  return dir.file("a.sqlite");
}

const NOWHERE = ["2>/dev/full", "2>&-", ">/dev/full", ">&-", ">/dev/full 2>/dev/full", "| true"];

Deno.test("verify of a good file says 0, wherever its streams lead", onLinux, async () => {
  using dir = tempDir();
  const file = await goodFile(dir);
  for (const redirection of NOWHERE) assert.equal((await runWith(redirection, ["verify", file])).code, 0, redirection);
});

Deno.test("a backup ends with 0 and a whole file, wherever its streams lead", onLinux, async () => {
  await using app = await serveApp(faultApp());
  for (const [n, redirection] of NOWHERE.entries()) {
    const output = app.dir.file(`${n}.sqlite`);
    const { code } = await runWith(redirection, ["backup", "-o", output], variablesFor(app.server.url));
    assert.equal(code, 0, redirection);
    await assertGood(output);
  }
});

Deno.test("a restore ends with 0 and is proved, wherever its streams lead", onLinux, async () => {
  const content = smallApp({ notes: { columns: { text: "string" }, rows: [["one"], ["two"]] } });
  for (const redirection of ["2>/dev/full", ">/dev/full", "| true"]) {
    await using app = await restoredApp(content, { into: emptied(content), clock: systemClock });
    const args = ["restore", app.path, "--apply", "--yes"];
    const { code } = await runWith(redirection, args, variablesFor(app.server.url));
    assert.equal(code, 0, redirection);
    await app.assertEqual();
  }
});

Deno.test("data that was asked for and cannot be written: a sentence, and exit 21", onLinux, async () => {
  using dir = tempDir();
  const file = await goodFile(dir);
  for (const args of [["inspect", file], ["verify", "--json", file], ["schema", file], ["man"], ["--help"]]) {
    const { code, err } = await runWith(">/dev/full", args);
    assert.equal(code, 21, `${args}: ${err}`);
    assert.match(err, /^error: What was asked for could not be written to stdout: No space left on device$/m);
    assert.match(err, /^hint: The command itself has done its work\. Check where stdout leads, and ask again\.$/m);
  }
});

Deno.test("a reader who has had enough, as `head` has, ends nothing and is told nothing", onLinux, async () => {
  const { code, out, err } = await runWith("| head -1", ["man", "--format", "markdown"]);
  assert.deepEqual([code, err], [0, ""]);
  assert.equal(out.trim().split("\n").length, 1);
});

Deno.test("what a command has found out goes before what could not be written", async () => {
  const failing = (): never => {
    throw new Error("No space left on device (os error 28)");
  };
  for (const [found, exitCode] of [[EXIT.different, EXIT.different], [EXIT.done, EXIT.destination]] as const) {
    const memory = new MemorySurroundings();
    const terminal = new StreamTerminal({
      out: failing,
      err: failing,
      outIsTerminal: false,
      errIsTerminal: false,
      columns: () => 80,
      color: false,
    }, memory.secrets);
    const command: Command = {
      description: SAMPLE,
      start: (_, { terminal }) => {
        terminal.out("data\n");
        terminal.line("message");
        return Promise.resolve(found);
      },
    };
    assert.equal(await runProgram(["fetch"], { ...memory, terminal }, [command]), exitCode);
  }
});

Deno.test(
  "a limit on the size of files ends a backup with a message, and what was copied is kept",
  onLinux,
  async () => {
    await using app = await serveApp(faultApp());
    const args = ["backup", "-o", app.dir.file("copy.sqlite")];
    const { code, stderr } = await new Deno.Command("bash", {
      args: ["-c", `ulimit -f 150; exec "$@"`, "bash", ...words(args)],
      env: { NO_COLOR: "1", ...variablesFor(app.server.url) },
    }).output();
    const err = new TextDecoder().decode(stderr);
    assert.equal(code, 21, err);
    assert.match(err, /^error: The disk does not take or give what it should: disk I\/O error/m);
    assert.match(err, /^hint: .*limits on the size of files.*backup --resume .*copy\.sqlite\.partial/m);
  },
);

Deno.test("Ctrl-C ends with 130, whatever fails while a restore stops", async () => {
  const content = smallApp({
    a: { columns: { n: "number" }, rows: Array.from({ length: 9_000 }, (_, i) => [BigInt(i)]) },
  });
  await using app = await restoredApp(content, { into: emptied(content), clock: systemClock });
  const child = programCommand(["restore", app.path, "--apply", "--yes"], { env: variablesFor(app.server.url) })
    .spawn();
  const reader = child.stderr.pipeThrough(new TextDecoderStream()).getReader();
  let err = "";
  const said = async (what: RegExp) => {
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      err += next.value;
      if (what.test(err)) return;
    }
  };
  await said(/a: [\d,]+ rows|Writing|Inserting|rows inserted|tables?, [\d,]+ rows/);
  child.kill("SIGINT");
  await said(/^Stopping/m);
  // Its connections are lost, as when the server gets the same Ctrl-C.
  await app.server.restart();
  for (let next = await reader.read(); !next.done; next = await reader.read()) err += next.value;
  await child.stdout.cancel();
  const { code } = await child.status;
  assert.equal(code, 130, err);
  assert.match(err, /^Interrupted/m);
});

Deno.test("after --resume the last line counts all media of the file", async () => {
  await using app = await serveApp(faultApp(), {
    faults: { onCall: ({ name, n }) => name === "fetch_lazy_media" && n === 9 ? { drop: "before" } : undefined },
  });
  await assert.rejects(app.backup({
    progress: {
      report: (event) => {
        if (event.type === "media" && event.done === 5) throw new Error("stopped by the test");
      },
      close: () => {},
    },
  }));
  const partial = app.dir.file("copy.sqlite.partial");
  const { code, err } = await runHere(["backup", "--resume", partial], { variables: variablesFor(app.server.url) });
  assert.equal(code, 0, err);
  assert.match(err, /^Done: .*12 media files/m);
});
