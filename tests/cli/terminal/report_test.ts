import assert from "node:assert/strict";
import { reportError } from "../../../lib/cli/terminal/report.ts";
import { AnvilSqliteError, interrupted } from "../../../lib/errors.ts";
import { EXIT } from "../../../lib/exit_codes.ts";

Deno.test("reportError() gives the sentence, the hint and the exit code", () => {
  const error = new AnvilSqliteError("Cannot open 'x'", { code: "cannot-open", hint: "Look again." });
  assert.deepEqual(reportError(error, false), {
    text: "error: Cannot open 'x'\nhint: Look again.",
    exitCode: EXIT.notOurs,
  });
  assert.deepEqual(reportError(new AnvilSqliteError("Failed", { code: "remote-error" }), false), {
    text: "error: Failed",
    exitCode: EXIT.failed,
  });
});

Deno.test("reportError() colours the two words when asked", () => {
  const error = new AnvilSqliteError("A", { code: "usage", hint: "B" });
  assert.equal(reportError(error, true).text, "\x1b[31merror:\x1b[0m A\n\x1b[36mhint:\x1b[0m B");
});

Deno.test("reportError() makes what a server said safe, and indents its further lines", () => {
  const error = new AnvilSqliteError("Server said: \x1b[2Jx\nerror: gone", { code: "remote-error", hint: "y\u202e" });
  assert.equal(
    reportError(error, false).text,
    "error: Server said: \\x1b[2Jx\n  error: gone\nhint: y\\u{202e}",
  );
});

Deno.test("reportError() gives a bug's stack and asks for a report", () => {
  const { text, exitCode } = reportError(new TypeError("x is not a function"), false);
  assert.equal(exitCode, EXIT.failed);
  assert.match(
    text,
    /^error: This is a bug in anvil-sqlite \d+\.\d+\.\d+\n {2}TypeError: x is not a function\n +at /,
  );
  assert.match(text, /\nhint: Please report it with these lines and what you did: https:\/\/\S+\/issues$/);
  assert.match(reportError("thrown text", false).text, /thrown text/);
  assert.match(reportError(undefined, false).text, /undefined/);
});

Deno.test("reportError() knows an interruption in every shape: the signal's reason, an abort, Ctrl-C at a prompt", () => {
  const aborted = new DOMException("The signal has been aborted", "AbortError");
  for (const error of [interrupted(), aborted, new Deno.errors.Interrupted("x")]) {
    assert.deepEqual(reportError(error, false), { text: "Interrupted", exitCode: EXIT.interrupted });
  }
});

Deno.test("reportError() turns a missing permission into the flag that gives it", () => {
  const error = new Deno.errors.NotCapable('Requires read access to "x", run again with the --allow-read flag');
  assert.deepEqual(reportError(error, false), {
    text: 'error: Requires read access to "x"\nhint: Run it again with the --allow-read flag.',
    exitCode: EXIT.usage,
  });
});

Deno.test("reportError() knows a full disk, from the system and from SQLite", () => {
  const system = Object.assign(new Error("No space left on device (os error 28)"), { code: "ENOSPC" });
  for (const error of [system, new Error("database or disk is full")]) {
    assert.deepEqual(reportError(error, false), {
      text: "error: The disk is full\nhint: Free some space, or choose another place with -o.",
      exitCode: EXIT.destination,
    });
  }
});
