/**
 * `schema`: reads an `anvil.yaml` and prints its DDL or neutral form, or writes the empty file.
 */
import { buildArchive } from "../../archive/build_archive.ts";
import { planArchive, planDdlText } from "../../ddl/plan_archive.ts";
import { EXIT, type ExitCode } from "../../errors.ts";
import { schemaProvenance } from "../../backup/provenance.ts";
import { schemaToJson } from "../../schema/schema_json.ts";
import type { SchemaWarning } from "../../schema/app_schema.ts";
import { stringifyExact } from "../../value/exact_json.ts";
import type { Invocation } from "../command.ts";
import type { SCHEMA } from "../descriptions/schema.ts";
import { moveToBackup } from "../move_to_backup.ts";
import { readSchemaFile } from "../read_schema_file.ts";
import { warningLine } from "../warning_line.ts";

/** Runs `schema`. */
export async function run(invocation: Invocation<typeof SCHEMA>): Promise<ExitCode> {
  const { positionals, flags, terminal, clock } = invocation;
  const { schema, warnings } = await readSchemaFile(positionals.file);
  const planned = planArchive(schema);
  for (const warning of [...warnings, ...planned.warnings]) terminal.line(warningLine(placed(warning), terminal.color));
  if (flags.output !== null) {
    await moveToBackup(flags.output);
    const provenance = schemaProvenance(schema, positionals.file, new Date(clock.now()));
    const { path } = await buildArchive(flags.output, { schema, rows: new Map(), media: [], provenance });
    terminal.out(`${path}\n`);
    return EXIT.done;
  }
  terminal.out(
    flags.format === "json" ? `${stringifyExact(schemaToJson(schema), 2)}\n` : planDdlText(planned.plan),
  );
  return EXIT.done;
}

function placed({ message, line }: SchemaWarning): string {
  return line === null ? message : `line ${line}: ${message}`;
}
