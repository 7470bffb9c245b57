/**
 * `serve`: answers the Uplink from an archive until Ctrl-C.
 */
import { EXIT, type ExitCode } from "../../exit_codes.ts";
import { isLoopback } from "../../uplink/loopback.ts";
import { startServer } from "../../serve/server.ts";
import { chooseSnapshot } from "../../source/choose_snapshot.ts";
import type { Invocation } from "../model/command.ts";
import type { SERVE } from "../descriptions/serve.ts";
import { readKeyFile } from "../input/key_source.ts";
import { sourceContext } from "../sources/sources.ts";
import { usageError } from "../model/usage_error.ts";
import { warningLine } from "../terminal/warning_line.ts";

/** Runs `serve` and returns its exit code. */
export async function run(invocation: Invocation<typeof SERVE>): Promise<ExitCode> {
  const { positionals, flags, terminal, signal, secrets } = invocation;
  if (flags.save !== null && !flags.writable) {
    throw usageError("Flag '--save' keeps what clients wrote", "Give --writable too.");
  }
  const given = flags["key-file"] === null ? null : await readKeyFile(flags["key-file"], invocation);
  // This key was made here and is meant to be shown: it opens only this server, while it runs.
  const key = given ?? `server_${crypto.getRandomValues(new Uint8Array(15)).toHex()}`;
  if (given === null) secrets.show(key);
  const chosen = await chooseSnapshot(positionals.source, sourceContext(invocation));
  await using file = await chosen.open();
  const server = await startServer({
    path: file.path,
    key,
    host: flags.host,
    port: flags.port,
    storage: flags.storage,
    writable: flags.writable,
    ...(flags.save === null ? {} : { savePath: flags.save }),
    ...(flags["on-delete"] === null ? {} : { onDelete: flags["on-delete"] }),
  });
  if (!isLoopback(flags.host)) {
    const warning = `Listening on ${flags.host}: other machines can reach it, and nothing is encrypted`;
    terminal.line(warningLine(warning, terminal.color));
  }
  terminal.tell(snippet(server.url, given === null ? key : null));
  terminal.line("Serving until Ctrl-C.");
  await new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
  await server.close();
  if (flags.save !== null) terminal.tell(`${flags.save}\n`);
  return EXIT.done;
}

/** What a reader pastes into Python; a key from a file is not shown. */
function snippet(url: string, key: string | null): string {
  return `import anvil.server
from anvil.tables import app_tables

anvil.server.connect(${key === null ? "KEY" : JSON.stringify(key)}, url=${JSON.stringify(url)})
for table in app_tables:
    print(table)
`;
}
