/** The streams of a process as commands see them: at a terminal, and into a pipe. */
import assert from "node:assert/strict";
import { atTerminal, HAS_TERMINAL } from "../../fixtures/running/at_terminal.ts";
import { run } from "../../fixtures/running/run.ts";

const TERMINAL = JSON.stringify(import.meta.resolve("../../../lib/cli/terminal/terminal.ts"));
const SECRETS = JSON.stringify(import.meta.resolve("../../../lib/cli/terminal/secrets.ts"));

/** Says what the terminal is, and shows a status line around a message. */
const SCRIPT = `
  import { processTerminal } from ${TERMINAL};
  import { Secrets } from ${SECRETS};
  const terminal = processTerminal(new Secrets(), { get: (name) => name === "TERM" ? Deno.env.get("TERM") ?? null : null });
  const { outIsTerminal, errIsTerminal, color, columns } = terminal;
  terminal.out(JSON.stringify({ outIsTerminal, errIsTerminal, color, columns }) + "\\n");
  terminal.status("42 %");
  terminal.line("a message");
  terminal.status(null);
`;

Deno.test("at a terminal there are a status line, colour, and as many columns as it has", {
  ignore: !HAS_TERMINAL,
}, async () => {
  const { code, shown } = await atTerminal(["eval", "--quiet", SCRIPT], [], { NO_COLOR: "" });
  assert.equal(code, 0, shown);
  const [facts = "", rest = ""] = shown.split("\r\n", 1).concat(shown.slice(shown.indexOf("\n") + 1));
  const { columns, ...is } = JSON.parse(facts);
  assert.deepEqual(is, { outIsTerminal: true, errIsTerminal: true, color: true });
  assert.ok(columns > 0, `${columns} columns`);
  assert.equal(rest, "\r\x1b[K42 %\r\x1b[Ka message\r\n\r\x1b[K42 %\r\x1b[K");
});

Deno.test("NO_COLOR takes the colour away", { ignore: !HAS_TERMINAL }, async () => {
  const { shown } = await atTerminal(["eval", "--quiet", SCRIPT], [], { NO_COLOR: "1" });
  assert.match(shown, /"color":false/);
});

Deno.test("into pipes go data and messages alone, for eighty columns", async () => {
  assert.deepEqual(await run(Deno.execPath(), ["eval", "--quiet", SCRIPT]), {
    code: 0,
    out: '{"outIsTerminal":false,"errIsTerminal":false,"color":false,"columns":80}\n',
    err: "a message\n",
  });
});

Deno.test("a dumb terminal has neither colour nor status line", { ignore: !HAS_TERMINAL }, async () => {
  const { shown } = await atTerminal(["eval", "--quiet", SCRIPT], [], { NO_COLOR: "", TERM: "dumb" });
  assert.match(shown, /"errIsTerminal":false,"color":false/);
  assert.ok(!shown.includes("\x1b"), shown);
});
