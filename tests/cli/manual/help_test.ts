import assert from "node:assert/strict";
import { COMMANDS } from "../../../lib/cli/commands.ts";
import { commandHelp, programHelp } from "../../../lib/cli/manual/help.ts";
import { parseCommand } from "../../../lib/cli/model/parse_command.ts";
import { EXIT } from "../../../lib/exit_codes.ts";
import { SAMPLE } from "../sample_command.ts";

const DESCRIPTIONS = COMMANDS.map((command) => command.description);

Deno.test("commandHelp() tells usage, arguments, options, examples, environment and exit status", () => {
  assert.equal(
    commandHelp(SAMPLE),
    `\
Fetches one thing from somewhere.

It is only a sample, with a sentence that is long enough to wrap once.

USAGE
  anvil-sqlite fetch FILE [OPTIONS]

ARGUMENTS
  FILE  What to fetch.

OPTIONS
  -o, --output DIR       Where to.
      --url URL          Where from. Environment: ANVIL_UPLINK_URL. Default:
                         ws://sample.
      --table NAME       Only this one. May be repeated.
      --port N           Which port.
      --jobs N           How many at once. Default: 4.
      --format sql|json  What comes out. Default: sql.
      --no-media         Without media.
  -q, --quiet            Say nothing.
  -v, --verbose          When something fails, also say what lies beneath.
  -h, --help             Show this help.

EXAMPLES
  # The usual
  anvil-sqlite fetch thing

  # Two tables
  anvil-sqlite fetch thing --table a --table b

ENVIRONMENT
  ANVIL_UPLINK_URL  The server's Uplink URL, where --url is not given. Anvil's
                    own name for it.

EXIT STATUS
    0  Done and complete.
    2  Wrong usage or configuration, or a file that is not a schema.
  130  Interrupted, with Ctrl-C.
`,
  );
});

Deno.test("commandHelp() leaves out sections that would be empty", () => {
  const help = commandHelp({ ...SAMPLE, positionals: [], examples: [], environment: [] });
  assert.deepEqual([...help.matchAll(/^[A-Z ]+$/gm)].map(String), ["USAGE", "OPTIONS", "EXIT STATUS"]);
});

Deno.test("programHelp() lists every command with its summary, and every exit code", () => {
  const help = programHelp(DESCRIPTIONS);
  for (const { name, summary } of DESCRIPTIONS) assert.match(help, new RegExp(`^  ${name} +${summary}$`, "m"));
  for (const code of Object.values(EXIT)) assert.match(help, new RegExp(`^ +${code}  [A-Z]`, "m"));
});

for (const { description } of COMMANDS) {
  const { name, summary, flags, examples, environment, exits, positionals } = description;

  Deno.test(`${name} is documented: summary, sentences, examples, variables and exit status`, () => {
    assert.match(summary, /^[A-Z].*[^.]$/);
    for (const text of [...description.description, ...positionals.map((one) => one.description)]) {
      assert.match(text, /^[A-Z].*\.$/s);
    }
    for (const [flag, about] of Object.entries(flags)) {
      assert.match(flag, /^[a-z]+(-[a-z]+)*$/);
      assert.match(about.description, /^[A-Z].*\.$/s, flag);
      if (about.kind === "text" && about.env !== undefined) assert.ok(environment.includes(about.env));
    }
    assert.ok(examples.length > 0);
    for (const code of [EXIT.done, EXIT.failed, EXIT.usage, EXIT.interrupted]) assert.ok(exits.includes(code));
    assert.equal(new Set(exits).size, exits.length);
  });

  Deno.test(`${name} takes its own examples`, () => {
    for (const { command } of examples) {
      const [first, ...args] = command.split(/ [|>] /)[0]?.split(" ") ?? [];
      assert.equal(first, name);
      assert.notEqual(parseCommand(description, args, { get: () => null }), "help");
    }
  });

  Deno.test(`${name} has help of at most 80 columns, but for its examples`, () => {
    const lines = commandHelp(description).split("\n").filter((line) => !line.startsWith("  anvil-sqlite"));
    assert.deepEqual(lines.filter((line) => line.length > 80 || line !== line.trimEnd()), []);
  });

  Deno.test(`${name} has help that fits a terminal of 40 columns, but for its examples and long words`, () => {
    const lines = commandHelp(description, 40).split("\n").filter((line) => !line.startsWith("  anvil-sqlite"));
    assert.deepEqual(
      lines.filter((line) => line.length > 40 && !/^ +(-\w, )?--\S+ \S+$/.test(line) && / /.test(line.trim())),
      [],
    );
  });

  Deno.test(`${name} gives each short flag to one flag`, () => {
    const shorts = Object.values(flags).flatMap((flag) => flag.short ?? []);
    assert.equal(new Set(["h", ...shorts]).size, shorts.length + 1);
  });
}

Deno.test("no two commands share a name", () => {
  assert.equal(new Set(DESCRIPTIONS.map(({ name }) => name)).size, COMMANDS.length);
});

Deno.test("no command takes the key itself as a flag", () => {
  for (const { flags } of DESCRIPTIONS) assert.ok(!Object.keys(flags).includes("key"));
});
