/**
 * `schema`: reads an `anvil.yaml` or an archive and prints its DDL, neutral form or `db_schema`, or writes the empty file.
 */
import { buildArchive } from "../../archive/making/build_archive.ts";
import { catalogueSchema, isHeld } from "../../archive/catalogue/catalogue.ts";
import { openArchive } from "../../archive/open_archive.ts";
import type { ArchivePlan } from "../../ddl/archive_plan.ts";
import { planArchive, planDdlText } from "../../ddl/plan_archive.ts";
import { EXIT, type ExitCode } from "../../exit_codes.ts";
import { checkPlace } from "../../backup/destination.ts";
import { schemaProvenance } from "../../backup/provenance.ts";
import { schemaToJson } from "../../schema/schema_json.ts";
import type { AppSchema, SchemaWarning } from "../../schema/model/app_schema.ts";
import { toAnvilYaml } from "../../schema/to_anvil_yaml.ts";
import { stringifyExact } from "../../json/exact_json.ts";
import type { Invocation } from "../model/command.ts";
import type { SCHEMA } from "../descriptions/schema.ts";
import { moveToBackup } from "../input/move_to_backup.ts";
import { type ReadSchema, readSchemaFile } from "../input/read_schema_file.ts";
import { warningLine } from "../terminal/warning_line.ts";

/** Runs `schema`. */
export async function run(invocation: Invocation<typeof SCHEMA>): Promise<ExitCode> {
  const { positionals, flags, terminal, clock } = invocation;
  if (flags.output !== null) await checkPlace(flags.output);
  const { schema, warnings } = await readSchema(positionals.file);
  const planned = planArchive(schema);
  for (const warning of [...warnings, ...planned.warnings]) terminal.line(warningLine(placed(warning), terminal.color));
  if (flags.output !== null) {
    await moveToBackup(flags.output);
    const provenance = schemaProvenance(schema, positionals.file, new Date(clock.now()));
    const { path } = await buildArchive(flags.output, { schema, rows: new Map(), media: [], provenance });
    terminal.tell(`${path}\n`);
    return EXIT.done;
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

/** A SQLite file begins with these 15 characters (sqlite.org/fileformat.html); anything else is read as YAML. */
const SQLITE_MAGIC = "SQLite format 3";

async function readSchema(path: string): Promise<Pick<ReadSchema, "schema" | "warnings">> {
  if (!await isSqlite(path)) return await readSchemaFile(path);
  using archive = await openArchive(path);
  const { catalogue } = archive;
  return { schema: catalogueSchema({ ...catalogue, tables: catalogue.tables.filter(isHeld) }), warnings: [] };
}

async function isSqlite(path: string): Promise<boolean> {
  try {
    using file = await Deno.open(path);
    const bytes = new Uint8Array(SQLITE_MAGIC.length);
    await file.read(bytes);
    return new TextDecoder().decode(bytes) === SQLITE_MAGIC;
  } catch {
    // Whoever reads it next says why it cannot be read.
    return false;
  }
}

function placed({ message, line }: SchemaWarning): string {
  return line === null ? message : `line ${line}: ${message}`;
}
