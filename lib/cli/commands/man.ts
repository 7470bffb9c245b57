/**
 * `man`: the whole manual, from the table of commands.
 */
import { EXIT, type ExitCode } from "../../exit_codes.ts";
import type { Invocation } from "../model/command.ts";
import type { MAN } from "../descriptions/man.ts";
import { jsonSchema } from "../json_schema/json_schema.ts";
import { markdownManual } from "../manual/markdown.ts";
import { roffManual } from "../manual/roff.ts";

/** Runs `man` and returns its exit code. */
export function run({ flags, terminal, commands }: Invocation<typeof MAN>): Promise<ExitCode> {
  switch (flags.format) {
    case "markdown":
      terminal.out(markdownManual(commands));
      break;
    case "json-schema":
      terminal.out(`${JSON.stringify(jsonSchema(), null, 2)}\n`);
      break;
    case "roff":
      terminal.out(roffManual(commands));
  }
  return Promise.resolve(EXIT.done);
}
