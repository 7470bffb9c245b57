/** The manual page and the reference: everything that the table of commands holds, in both. */
import assert from "node:assert/strict";
import { COMMANDS } from "../../../lib/cli/commands.ts";
import { ENVIRONMENT_VARIABLES } from "../../../lib/cli/terminal/environment.ts";
import { EXIT_MEANINGS } from "../../../lib/cli/model/exit_status.ts";
import { markdownManual } from "../../../lib/cli/manual/markdown.ts";
import { roffManual } from "../../../lib/cli/manual/roff.ts";
import { hasProgram, run } from "../../fixtures/running/run.ts";
import { tempDir } from "../../fixtures/files/temp_dir.ts";
import { ROOT } from "../../release/deno.ts";
import { SAMPLE } from "../sample_command.ts";

const DESCRIPTIONS = COMMANDS.map(({ description }) => description);

Deno.test("markdownManual() tells a command's usage, arguments, flags, examples and exit status", () => {
  const text = markdownManual([SAMPLE]);
  const section = text.slice(text.indexOf("## fetch"), text.indexOf("## Environment"));
  assert.equal(
    section,
    `\
## fetch

\`anvil-sqlite fetch FILE [OPTIONS]\`

Fetches one thing from somewhere.

It is only a sample, with a sentence that is long enough to wrap once.

- \`FILE\`: What to fetch.

- \`-o\`, \`--output DIR\`: Where to.
- \`--url URL\`: Where from. Environment: \`ANVIL_UPLINK_URL\`. Default: \`ws://sample\`.
- \`--table NAME\`: Only this one. May be repeated.
- \`--port N\`: Which port.
- \`--jobs N\`: How many at once. Default: 4.
- \`--format sql|json\`: What comes out. Default: sql.
- \`--no-media\`: Without media.
- \`-q\`, \`--quiet\`: Say nothing.

\`\`\`sh
# The usual
anvil-sqlite fetch thing

# Two tables
anvil-sqlite fetch thing --table a --table b
\`\`\`

Exit status: \`0\`, \`2\`, \`130\`.

`,
  );
});

Deno.test("roffManual() tells the same, with dashes that can be copied", () => {
  const text = roffManual([SAMPLE]);
  const section = text.slice(text.indexOf(".SS fetch"), text.indexOf(".SH ENVIRONMENT"));
  assert.match(section, /^\.B anvil\\-sqlite fetch FILE \[OPTIONS\]$/m);
  assert.match(section, /^\.TP\n\\fB\\-o\\fR, \\fB\\-\\-output\\fR \\fIDIR\\fR\nWhere to\.$/m);
  assert.match(section, /^anvil\\-sqlite fetch thing \\-\\-table a \\-\\-table b$/m);
  assert.match(section, /^Exit status: 0, 2, 130\.$/m);
});

Deno.test("manual page and reference hold every command, flag, variable and exit code", () => {
  const roff = roffManual(DESCRIPTIONS).replaceAll("\\-", "-");
  const markdown = markdownManual(DESCRIPTIONS);
  for (const { name, flags } of DESCRIPTIONS) {
    assert.ok(roff.includes(`\n.SS ${name}\n`) && markdown.includes(`\n## ${name}\n`), name);
    for (const flag of Object.keys(flags)) {
      assert.ok(roff.includes(`\\fB--${flag}\\fR`) && markdown.includes(`\`--${flag}`), `${name} --${flag}`);
    }
  }
  for (const name of Object.keys(ENVIRONMENT_VARIABLES)) assert.ok(roff.includes(name) && markdown.includes(name));
  for (const code of Object.keys(EXIT_MEANINGS)) assert.ok(roff.includes(`\n.TP\n${code}\n`), code);
});

Deno.test(".github/REFERENCE.md is up to date; 'deno task reference' writes it", async () => {
  using dir = tempDir();
  const path = dir.file("reference.md");
  await Deno.writeTextFile(path, markdownManual(DESCRIPTIONS));
  const { code, err } = await run(Deno.execPath(), ["fmt", "--quiet", "--config", `${ROOT}/deno.json`, path]);
  assert.equal(code, 0, err);
  const [written, wanted] = await Promise.all(
    [`${ROOT}/.github/REFERENCE.md`, path].map((one) => Deno.readTextFile(one)),
  );
  assert.ok(written === wanted, "A command changed: run 'deno task reference' and commit .github/REFERENCE.md");
});

Deno.test({
  name: "the manual page pleases mandoc (skipped where it is not installed: apt-get install mandoc)",
  ignore: !await hasProgram("mandoc"),
  fn: async () => {
    using dir = tempDir();
    const path = dir.file("anvil-sqlite.1");
    await Deno.writeTextFile(path, roffManual(DESCRIPTIONS));
    const { out, err } = await run("mandoc", ["-T", "lint", path]);
    // Source code has no date; a build has the day of its commit.
    const found = `${out}${err}`.split("\n").filter((line) => line !== "" && !line.includes("missing date"));
    assert.deepEqual(found, []);
  },
});
