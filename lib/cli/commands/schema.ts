/**
 * `schema`: reads an `anvil.yaml` or an archive and prints its DDL, neutral form or `db_schema`, or writes the empty file.
 */
import { buildArchive } from "../../archive/making/build_archive.ts";
import { catalogueSchema, isHeld } from "../../archive/catalogue/catalogue.ts";
import { openArchive } from "../../archive/open_archive.ts";
import type { ArchiveLayout } from "../../ddl/archive_layout.ts";
import { archiveLayout, planDdlText } from "../../ddl/lay_out_archive.ts";
import { AnvilSqliteError } from "../../errors.ts";
import { EXIT, type ExitCode } from "../../exit_codes.ts";
import { checkPlace } from "../../backup/destination.ts";
import { schemaProvenance } from "../../backup/provenance.ts";
import { readSchemaText } from "../../schema/read_schema_text.ts";
import { schemaToJson } from "../../schema/schema_json.ts";
import type { AppSchema, SchemaWarning } from "../../schema/model/app_schema.ts";
import { chooseSnapshot } from "../../source/choose_snapshot.ts";
import { fileKind } from "../../source/file_kind.ts";
import { isPattern } from "../../source/glob.ts";
import { withLinkTargets } from "../../schema/complete_schema.ts";
import { shown } from "../../schema/model/warnings.ts";
import { toAnvilYaml } from "../../schema/to_anvil_yaml.ts";
import { stringifyExact } from "../../json/exact_json.ts";
import type { Invocation } from "../model/command.ts";
import type { SCHEMA } from "../descriptions/schema.ts";
import { moveAside } from "../input/move_aside.ts";
import { inputName, readInput } from "../input/read_input.ts";
import { SCHEMA_FILE } from "../input/read_schema_file.ts";
import { sourceContext } from "../sources/sources.ts";
import { warningLine } from "../terminal/warning_line.ts";

/** Runs `schema` and returns its exit code. */
export async function run(invocation: Invocation<typeof SCHEMA>): Promise<ExitCode> {
  const { positionals: { file }, flags, terminal } = invocation;
  if (flags.output !== null) await checkPlace(flags.output);
  const read = await readSchema(file, invocation);
  for (const warning of read.warnings) warn(invocation, warning);
  if (flags.output !== null) {
    laidOut(read, invocation);
    terminal.tell(`${await writeEmpty(flags.output, read.held, invocation)}\n`);
  } else {
    terminal.out(schemaText(read, flags.format, invocation));
  }
  return EXIT.done;
}

/** A schema: all tables that its source names, and the tables that have a place in a SQLite file. */
interface Source {
  readonly all: AppSchema;
  readonly held: AppSchema;
  readonly warnings: readonly SchemaWarning[];
}

function schemaText(source: Source, format: string, invocation: Invocation<typeof SCHEMA>): string {
  switch (format) {
    case "json":
      return `${stringifyExact(schemaToJson(source.all), 2)}\n`;
    case "anvil-yaml":
      return toAnvilYaml(wholeApp(source, invocation));
    default:
      return planDdlText(laidOut(source, invocation));
  }
}

/** Warnings that only matter to SQLite are shown only if there will be a SQLite file. */
function laidOut({ held }: Source, invocation: Invocation<typeof SCHEMA>): ArchiveLayout {
  const { plan, warnings } = archiveLayout(held);
  for (const warning of warnings) warn(invocation, warning);
  return plan;
}

/** An app that satisfies Anvil's own description of the format: a table for every link, a title for every table. */
function wholeApp({ all }: Source, invocation: Invocation<typeof SCHEMA>): AppSchema {
  const whole = withLinkTargets(all);
  for (const { name } of whole.tables.slice(all.tables.length)) {
    const message = `Table ${shown(name)} is linked to, and nothing else is known of it; it is written without columns`;
    warn(invocation, { code: "unknown-table", table: name, column: null, line: null, message });
  }
  if (whole.source !== "archive") return whole;
  return { ...whole, tables: whole.tables.map((table) => ({ ...table, title: table.title ?? table.name })) };
}

async function writeEmpty(path: string, schema: AppSchema, invocation: Invocation<typeof SCHEMA>): Promise<string> {
  const { positionals: { file }, terminal, clock } = invocation;
  const provenance = schemaProvenance(schema, inputName(file), new Date(clock.now()));
  const older = await moveAside(path);
  try {
    const built = await buildArchive(path, { schema, rows: new Map(), media: [], provenance });
    if (older !== null) terminal.line(`The older file is now '${older.path}'`);
    return built.path;
  } catch (error) {
    await older?.putBack();
    throw error;
  }
}

async function readSchema(path: string, invocation: Invocation<typeof SCHEMA>): Promise<Source> {
  if (await isOtherSource(path)) {
    const chosen = await chooseSnapshot(path, sourceContext(invocation));
    await using file = await chosen.open();
    return await archiveSchema(file.path);
  }
  const input = await readInput(path, SCHEMA_FILE, invocation);
  if (input.kind === "text") {
    const { schema, warnings } = readSchemaText(input.text, inputName(path));
    return { all: schema, held: schema, warnings };
  }
  if (!input.isFile) throw notFromPipe(path);
  return await archiveSchema(path);
}

/** A folder, a vault, a pattern, an app or `@WHEN`: everything except a text or a single file. */
async function isOtherSource(path: string): Promise<boolean> {
  const stat = await Deno.stat(path).catch(() => null);
  if (stat !== null) return stat.isDirectory || (stat.isFile && await fileKind(path) === "vault");
  return path.includes("@") || isPattern(path);
}

async function archiveSchema(path: string): Promise<Source> {
  using archive = await openArchive(path);
  const { catalogue } = archive;
  const held = catalogueSchema({ ...catalogue, tables: catalogue.tables.filter(isHeld) });
  return { all: catalogueSchema(catalogue), held, warnings: [] };
}

function notFromPipe(path: string): AnvilSqliteError {
  return new AnvilSqliteError(`A SQLite file cannot be read from a pipe: ${inputName(path)}`, {
    code: "cannot-read",
    hint: "Give the file itself; a pipe can only bring an anvil.yaml.",
  });
}

function warn({ terminal }: Invocation<typeof SCHEMA>, { message, line }: SchemaWarning): void {
  terminal.line(warningLine(line === null ? message : `line ${line}: ${message}`, terminal.color));
}
