/**
 * `doctor`: prints what was examined, one line for each check. The exit code is that of the worst finding.
 */
import type { Check } from "../../doctor/check.ts";
import { examine } from "../../doctor/examine.ts";
import { AnvilSqliteError } from "../../errors.ts";
import { EXIT, type ExitCode, worstExit } from "../../exit_codes.ts";
import { basename } from "../../deps.ts";
import { jsonText } from "../../ui/text/json_text.ts";
import { plainText } from "../../ui/text/plain_text.ts";
import { LIMITS } from "../../uplink/limits.ts";
import { FULL_VERSION, PROGRAM } from "../../version.ts";
import type { Invocation } from "../model/command.ts";
import type { DOCTOR } from "../descriptions/doctor.ts";
import { namedApp, urlOf } from "../input/apps.ts";
import { readKey } from "../input/key_source.ts";
import { inputName } from "../input/read_input.ts";
import { readSchemaFile } from "../input/read_schema_file.ts";

/** Runs `doctor` and returns its exit code. */
export async function run(invocation: Invocation<typeof DOCTOR>): Promise<ExitCode> {
  const { flags, terminal, clock, signal } = invocation;
  const read = flags.schema === null ? null : await readSchemaFile(flags.schema, invocation);
  const schemaFile = read === null ? null : { name: basename(inputName(flags.schema ?? "")), schema: read.schema };
  const { name } = invocation.positionals;
  const app = await namedApp(invocation, name);
  const url = urlOf(invocation, app);
  const key = await readKey(flags["key-file"], invocation, app?.keyFile ?? null).catch((error: unknown) => {
    // An odd key is a finding like any other.
    if (error instanceof AnvilSqliteError && error.code === "client-key") return error;
    throw error;
  });
  const version = `${PROGRAM} ${FULL_VERSION}, Deno ${Deno.version.deno}, V8 ${Deno.version.v8}`;
  const checks: Check[] = [{ name: "program", verdict: "ok", message: version, hint: null, exitCode: EXIT.done }];
  if (!flags.json) printCheck(invocation, checks[0]);
  const options = { url, output: flags.output ?? app?.to ?? ".", schemaFile, clock, limits: LIMITS, signal };
  for await (const check of typeof key === "string" ? examine({ ...options, key }) : [refusedKey(key)]) {
    checks.push(check);
    if (!flags.json) printCheck(invocation, check);
  }
  const exitCode = worstExit(checks.map((check) => check.exitCode));
  if (flags.json) terminal.out(`${jsonText({ checks, exitCode }, 2)}\n`);
  return exitCode;
}

function refusedKey({ message, hint, exitCode }: AnvilSqliteError): Check {
  return { name: "key", verdict: "problem", message, hint, exitCode };
}

function printCheck({ terminal }: Invocation<typeof DOCTOR>, check: Check | undefined): void {
  if (check === undefined) return;
  const { name, verdict, message, hint } = check;
  terminal.out(`${verdict.padEnd(8)}${name.padEnd(12)}${plainText(message)}\n`);
  if (hint !== null) terminal.out(`${" ".repeat(20)}${plainText(hint)}\n`);
}
