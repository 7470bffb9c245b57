/**
 * The program: it parses, dispatches, and turns an error into its message and exit code. It is the only place that ends
 * the process.
 */
import { reportError } from "./lib/cli/terminal/report.ts";
import { processEnvironment } from "./lib/cli/terminal/environment.ts";
import { askLine } from "./lib/cli/terminal/ask_line.ts";
import { Interrupts } from "./lib/cli/terminal/interrupts.ts";
import { runProgram } from "./lib/cli/program.ts";
import { Secrets } from "./lib/cli/terminal/secrets.ts";
import { inIsTerminal, standardInput } from "./lib/cli/terminal/standard_input.ts";
import { processTerminal } from "./lib/cli/terminal/terminal.ts";
import { systemClock } from "./lib/clock.ts";
import { promptSecret } from "./lib/deps.ts";
import { stoppedBy } from "./lib/errors.ts";
import type { ExitCode } from "./lib/exit_codes.ts";
import { isWorkerScope } from "./lib/threads/worker_scope.ts";

/** Runs the program with the arguments of this process. */
async function main(): Promise<ExitCode> {
  const secrets = new Secrets();
  const terminal = processTerminal(secrets, processEnvironment);
  const stopping = new AbortController();
  using interrupts = new Interrupts({
    first: (signal) => {
      terminal.line(signal === "SIGINT" ? "Stopping; press Ctrl-C again to stop at once" : "Stopping");
      stopping.abort(stoppedBy(signal));
    },
    again: (signal) => {
      terminal.status(null);
      Deno.exit(stoppedBy(signal).exitCode);
    },
  }, { atTerminal: terminal.outIsTerminal || terminal.errIsTerminal || inIsTerminal() });
  // Deno's own report of an unhandled rejection would not pass through the secrets.
  globalThis.addEventListener("unhandledrejection", (event) => {
    event.preventDefault();
    const { text, exitCode } = reportError(event.reason, terminal.color);
    terminal.line(text);
    Deno.exit(exitCode);
  });
  return await runProgram(Deno.args, {
    terminal,
    environment: processEnvironment,
    clock: systemClock,
    mainModule: import.meta.url,
    signal: stopping.signal,
    secrets,
    standardInput,
    askSecret: (message) => interrupts.suspended(() => promptSecret(message, { mask: "" })),
    askLine: (message) => askLine(message, terminal, stopping.signal),
  });
}

if (import.meta.main) {
  // In a thread that the program started, this module is the main one too; the thread's name says what it is for.
  const scope: object = globalThis;
  if (!isWorkerScope(scope)) Deno.exit(await main());
  else if (scope.name === "browse") (await import("./lib/browse/server/page_maker.ts")).answerPages(scope);
  else if (scope.name === "export") (await import("./lib/export/threads/text_helper.ts")).answerTexts(scope);
  else if (scope.name === "browse-nights") (await import("./lib/browse/nights/night_maker.ts")).makeNights(scope);
  else (await import("./lib/verify/parallel/check_helper.ts")).answerChecks(scope);
}
