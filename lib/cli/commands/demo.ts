/**
 * `demo`: the sample app on a free loopback port, a real backup of it, and what to try next.
 */
import { readDestination, VAULT_ENDING } from "../../backup/destination.ts";
import { runBackup } from "../../backup/run_backup.ts";
import { serveSample } from "../../demo/serve_sample.ts";
import type { ExitCode } from "../../exit_codes.ts";
import { LIMITS } from "../../uplink/limits.ts";
import { resolve } from "../../deps.ts";
import { usageError } from "../model/usage_error.ts";
import { chooseProgress } from "../terminal/choose_progress.ts";
import type { Invocation } from "../model/command.ts";
import type { DEMO } from "../descriptions/demo.ts";
import { reportDone } from "../backing_up/make_backup.ts";

/** Runs `demo` and returns its exit code. */
export async function run(invocation: Invocation<typeof DEMO>): Promise<ExitCode> {
  const { flags, terminal, clock, signal } = invocation;
  if (VAULT_ENDING.test(flags.output ?? "")) {
    throw usageError("'demo' makes one file, not a vault", "Give a folder or FILE.sqlite; 'vault add' takes it in.");
  }
  const destination = await readDestination(flags.output ?? ".");
  const progress = chooseProgress(terminal, { json: false, quiet: false }, clock);
  await using sample = await serveSample();
  terminal.line(`A sample bookshop answers at ${sample.url}, as an Anvil app would.`);
  try {
    const result = await runBackup({
      url: sample.url,
      key: sample.key,
      destination,
      selection: { only: [], exclude: [] },
      media: true,
      // No one else uses the sample app.
      pace: "fast",
      schemaFile: null,
      strictSchema: false,
      progress,
      clock,
      limits: LIMITS,
      signal,
    });
    reportDone(progress, result);
    const path = resolve(result.path);
    terminal.tell(nextSteps(path));
    return result.exitCode;
  } finally {
    progress.close();
  }
}

/** What to try next; the file's path comes last, for scripts. */
function nextSteps(path: string): string {
  return `
Try next:
  sqlite3 "${path}" "SELECT b.title, a.name FROM books b JOIN authors a ON a._anvil_row_id = b.author"
  anvil-sqlite verify "${path}"
  anvil-sqlite serve "${path}"
  anvil-sqlite backup          # your own app: asks for its server Uplink key

${path}
`;
}
