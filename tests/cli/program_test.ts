import assert from "node:assert/strict";
import { runHere } from "../fixtures/running/program_here.ts";
import type { Command } from "../../lib/cli/commands.ts";
import { parseCommand } from "../../lib/cli/model/parse_command.ts";
import { runProgram } from "../../lib/cli/program.ts";
import { AnvilSqliteError } from "../../lib/errors.ts";
import { EXIT, type ExitCode } from "../../lib/exit_codes.ts";
import { VERSION } from "../../lib/version.ts";
import { MemorySurroundings } from "./memory_surroundings.ts";
import { SAMPLE } from "./sample_command.ts";

/** The sample command with this body. */
function sample(body: (memory: MemorySurroundings) => ExitCode): Command {
  return {
    description: SAMPLE,
    start: (args, surroundings) => {
      const parsed = parseCommand(SAMPLE, args, surroundings.environment);
      return Promise.resolve(parsed === "help" ? parsed : body(surroundings as MemorySurroundings));
    },
  };
}

async function run(
  line: string,
  body: (memory: MemorySurroundings) => ExitCode = () => EXIT.done,
  memory = new MemorySurroundings(),
) {
  const code = await runProgram(line === "" ? [] : line.split(" "), memory, [sample(body)]);
  return { code, out: memory.out, err: memory.err };
}

Deno.test("runProgram() gives the exit code of the command", async () => {
  const done = await run("fetch thing", ({ terminal }) => {
    terminal.out("data\n");
    return EXIT.incomplete;
  });
  assert.deepEqual(done, { code: EXIT.incomplete, out: "data\n", err: "" });
});

Deno.test("runProgram() prints help to stdout when asked for", async () => {
  for (const line of ["--help", "-h", "help", "-- --help"]) {
    const { code, out, err } = await run(line);
    assert.deepEqual([code, err], [EXIT.done, ""]);
    assert.match(out, /^COMMANDS\n {2}fetch {2}Fetch one thing\n/m);
  }
  for (const line of ["fetch --help", "fetch -h", "help fetch"]) {
    const { code, out, err } = await run(line);
    assert.deepEqual([code, err], [EXIT.done, ""]);
    assert.match(out, /^Fetches one thing/);
  }
});

Deno.test("runProgram() without a command prints help to stderr and ends with 2", async () => {
  const { code, out, err } = await run("");
  assert.deepEqual([code, out], [EXIT.usage, ""]);
  assert.match(err, /^anvil-sqlite .*\nEXIT STATUS\n/s);
});

Deno.test("runProgram() prints name and version, and which SQLite is inside", async () => {
  for (const line of ["--version", "-V"]) {
    const { code, out, err } = await run(line);
    assert.deepEqual([code, err], [EXIT.done, ""]);
    const [first, second, third, ...rest] = out.split("\n");
    assert.equal(first, `anvil-sqlite ${VERSION}`);
    assert.match(second ?? "", /^SQLite by (node:sqlite|@db\/sqlite) 3\.\d+\.\d+, Deno \d+\.\d+\.\d+, \w+ \w+$/);
    assert.equal(third, "Packages: as source code, from lib/builtin or JSR");
    assert.deepEqual(rest, [""]);
  }
});

Deno.test("runProgram() refuses unknown commands and flags with a suggestion and exit 2", async () => {
  const refusals: [string, string][] = [
    ["fecth x", "error: Unknown command 'fecth'\nhint: Did you mean 'fetch'?\n"],
    ["restore", "error: Unknown command 'restore'\nhint: See 'anvil-sqlite --help' for the commands.\n"],
    ["help fecth", "error: Unknown command 'fecth'\nhint: Did you mean 'fetch'?\n"],
    ["--verison", "error: Unknown flag '--verison'\nhint: Did you mean '--version'?\n"],
    [
      "--quiet fetch x",
      "error: Unknown flag '--quiet'\nhint: Flags of a command come after its name; see 'anvil-sqlite --help'.\n",
    ],
    ["fetch", "error: 'fetch' needs FILE\nhint: See 'anvil-sqlite fetch --help'.\n"],
  ];
  for (const [line, err] of refusals) assert.deepEqual(await run(line), { code: EXIT.usage, out: "", err });
});

Deno.test("runProgram() reports what a command throws, under a status line that is gone", async () => {
  const memory = new MemorySurroundings({ errIsTerminal: true });
  const { code } = await run("fetch thing", ({ terminal }) => {
    terminal.status("42 %");
    throw new AnvilSqliteError("The key is wrong", { code: "key-refused" });
  }, memory);
  assert.deepEqual([code, memory.err], [EXIT.keyRefused, "\r\x1b[K42 %\r\x1b[Kerror: The key is wrong\n"]);
});

Deno.test("runProgram() prints no secret, not even in the stack of a bug", async () => {
  const { code, err } = await run("fetch thing", ({ secrets }) => {
    secrets.add("server_KEY");
    throw new Error("cannot send server_KEY");
  });
  assert.equal(code, EXIT.failed);
  assert.match(err, /^error: This is a bug .*\n {2}Error: cannot send \[secret\]\n/);
  assert.ok(!err.includes("server_KEY"));
});

Deno.test("--verbose says what lies beneath an error; without it nothing does", async () => {
  const quiet = await runHere(["tables", "--key-file", "/nowhere/uplink.key"]);
  assert.doesNotMatch(quiet.err, /because:/);
  for (const flag of ["-v", "--verbose"]) {
    const { code, err } = await runHere(["tables", "--key-file", "/nowhere/uplink.key", flag]);
    assert.equal(code, 2);
    assert.match(err, /^because: NotFound: /m);
  }
});
