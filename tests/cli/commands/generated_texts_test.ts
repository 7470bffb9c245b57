/** `completions` and `man`: texts made of the table of commands, on stdout alone. */
import assert from "node:assert/strict";
import { COMMANDS } from "../../../lib/cli/commands.ts";
import { SHELLS } from "../../../lib/cli/completions/shells.ts";
import { runHere } from "../../fixtures/running/program_here.ts";

for (const shell of SHELLS) {
  Deno.test(`completions ${shell} prints a script that knows every command`, async () => {
    const { code, out, err } = await runHere(["completions", shell]);
    assert.deepEqual([code, err], [0, ""]);
    for (const { description: { name } } of COMMANDS) assert.ok(out.includes(name), name);
  });
}

Deno.test("completions of an unknown shell ends with 2 and names the known ones", async () => {
  const { code, out, err } = await runHere(["completions", "tcsh"]);
  assert.deepEqual([code, out], [2, ""]);
  for (const shell of SHELLS) assert.ok(err.includes(shell), err);
});

Deno.test("man prints the manual for man(1), or as Markdown", async () => {
  const roff = await runHere(["man"]);
  assert.equal(roff.code, 0);
  assert.match(roff.out, /^\.TH /m);
  const markdown = await runHere(["man", "--format", "markdown"]);
  assert.match(markdown.out, /^# anvil-sqlite/);
  for (const { description: { name } } of COMMANDS) {
    assert.match(roff.out, new RegExp(`^\\.SS ${name}$`, "m"));
    assert.ok(markdown.out.includes(name), name);
  }
});
