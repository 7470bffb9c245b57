/**
 * `man`: the whole manual, from the table of commands.
 */
import { EXIT, type ExitCode } from "../../exit_codes.ts";
import type { Invocation } from "../model/command.ts";
import type { MAN } from "../descriptions/man.ts";
import { markdownManual } from "../manual/markdown.ts";
import { roffManual } from "../manual/roff.ts";

/** Runs `man`. */
export function run({ flags, terminal, commands }: Invocation<typeof MAN>): Promise<ExitCode> {
  terminal.out(flags.format === "markdown" ? markdownManual(commands) : roffManual(commands));
  return Promise.resolve(EXIT.done);
}
