/**
 * `man`: the whole manual, from the table of commands.
 */
import { EXIT, type ExitCode } from "../../errors.ts";
import type { Invocation } from "../model/command.ts";
import { COMMANDS } from "../commands.ts";
import type { MAN } from "../descriptions/man.ts";
import { markdownManual } from "../manual/markdown.ts";
import { roffManual } from "../manual/roff.ts";

/** Runs `man`. */
export function run({ flags, terminal }: Invocation<typeof MAN>): Promise<ExitCode> {
  const descriptions = COMMANDS.map(({ description }) => description);
  terminal.out(flags.format === "markdown" ? markdownManual(descriptions) : roffManual(descriptions));
  return Promise.resolve(EXIT.done);
}
