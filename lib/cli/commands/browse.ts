/**
 * `browse`: shows backups in a browser until Ctrl-C, or until nobody looks.
 */
import { NightFiles } from "../../browse/nights/night_files.ts";
import { openLibrary } from "../../browse/nights/open_library.ts";
import { startBrowsing } from "../../browse/server/run_browse.ts";
import { EXIT, type ExitCode } from "../../exit_codes.ts";
import type { BROWSE } from "../descriptions/browse.ts";
import { sourceContext } from "../sources/sources.ts";
import type { Invocation } from "../model/command.ts";

/** Runs `browse` and returns its exit code. */
export async function run(invocation: Invocation<typeof BROWSE>): Promise<ExitCode> {
  const { positionals, flags, terminal, signal, clock, mainModule } = invocation;
  await using opened = await openLibrary(positionals.source, sourceContext(invocation));
  await using files = new NightFiles(opened.origins, mainModule, clock);
  await using page = startBrowsing({
    library: opened.library,
    stateOf: (key) => files.state(key),
    port: flags.port,
    idleMs: flags.idle * 60_000,
    mainModule,
    clock,
    signal,
  });
  terminal.link(page.url);
  terminal.line("Open this address in a browser. Press Ctrl-C to end.");
  if (await page.ended === "idle") terminal.line("Nobody has looked for a while: ended.");
  return EXIT.done;
}
