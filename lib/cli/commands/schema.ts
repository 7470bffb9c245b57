/**
 * `schema`: reads an `anvil.yaml` or an archive and prints its DDL, neutral form or `db_schema`, or writes the empty file.
 */
import { buildArchive } from "../../archive/making/build_archive.ts";
import { catalogueSchema, isHeld } from "../../archive/catalogue/catalogue.ts";
import { openArchive } from "../../archive/open_archive.ts";
import type { ArchivePlan } from "../../ddl/archive_plan.ts";
import { planArchive, planDdlText } from "../../ddl/plan_archive.ts";
import { AnvilSqliteError } from "../../errors.ts";
import { EXIT, type ExitCode } from "../../exit_codes.ts";
import { schemaProvenance } from "../../backup/provenance.ts";
import { readSchemaText } from "../../schema/read_schema_text.ts";
import { schemaToJson } from "../../schema/schema_json.ts";
import type { AppSchema, SchemaWarning } from "../../schema/model/app_schema.ts";
import { toAnvilYaml } from "../../schema/to_anvil_yaml.ts";
import { stringifyExact } from "../../json/exact_json.ts";
import type { Invocation } from "../model/command.ts";
import type { SCHEMA } from "../descriptions/schema.ts";
import { moveAside } from "../input/move_aside.ts";
import { inputName, readInput } from "../input/read_input.ts";
import { type ReadSchema, SCHEMA_FILE } from "../input/read_schema_file.ts";
import { warningLine } from "../terminal/warning_line.ts";

/** Runs `schema`. */
export async function run(invocation: Invocation<typeof SCHEMA>): Promise<ExitCode> {
  const { positionals, flags, terminal, clock } = invocation;
  const { schema, warnings } = await readSchema(positionals.file, invocation);
  const planned = planArchive(schema);
  for (const warning of [...warnings, ...planned.warnings]) terminal.line(warningLine(placed(warning), terminal.color));
  if (flags.output !== null) {
    const provenance = schemaProvenance(schema, inputName(positionals.file), new Date(clock.now()));
    const older = await moveAside(flags.output);
    try {
      const { path } = await buildArchive(flags.output, { schema, rows: new Map(), media: [], provenance });
      if (older !== null) terminal.line(`The older file is now '${older.path}'`);
      terminal.out(`${path}\n`);
      return EXIT.done;
    } catch (error) {
      await older?.putBack();
      throw error;
    }
  }
  terminal.out(schemaText(schema, flags.format, planned.plan));
  return EXIT.done;
}

function schemaText(schema: AppSchema, format: string, plan: ArchivePlan): string {
  switch (format) {
    case "json":
      return `${stringifyExact(schemaToJson(schema), 2)}\n`;
    case "anvil-yaml":
      return toAnvilYaml(schema);
    default:
      return planDdlText(plan);
  }
}

async function readSchema(
  path: string,
  invocation: Invocation<typeof SCHEMA>,
): Promise<Pick<ReadSchema, "schema" | "warnings">> {
  const input = await readInput(path, SCHEMA_FILE, invocation);
  if (input.kind === "text") return readSchemaText(input.text, inputName(path));
  if (!input.isFile) throw notFromPipe(path);
  using archive = await openArchive(path);
  const { catalogue } = archive;
  return { schema: catalogueSchema({ ...catalogue, tables: catalogue.tables.filter(isHeld) }), warnings: [] };
}

function notFromPipe(path: string): AnvilSqliteError {
  return new AnvilSqliteError(`A SQLite file cannot be read from a pipe: ${inputName(path)}`, {
    code: "cannot-read",
    hint: "Give the file itself; a pipe can only bring an anvil.yaml.",
  });
}

function placed({ message, line }: SchemaWarning): string {
  return line === null ? message : `line ${line}: ${message}`;
}
