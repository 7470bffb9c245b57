/**
 * `export`: reads its arguments, runs the export, and says what was written and what is missing.
 */
import { basename, extname } from "../../deps.ts";
import { EXIT, type ExitCode } from "../../exit_codes.ts";
import { chooseExport } from "../../export/job/choose_export.ts";
import type { Choice, ExportJob, TableResult } from "../../export/job/export_job.ts";
import { Shortfalls } from "../../export/job/shortfalls.ts";
import {
  exportDump,
  exportFiles,
  type ExportPlace,
  exportPlain,
  exportTables,
  exportToServer,
  exportXlsx,
  TABLE_FORMATS,
  type TableFormat,
} from "../../export/run_export.ts";
import { readServerAddress } from "../../export/postgres/connect_url.ts";
import { openNamed } from "../../source/open_named.ts";
import { helperModule } from "../input/helper_module.ts";
import { sourceContext } from "../sources/sources.ts";
import { countOf } from "../../ui/text/count.ts";
import { jsonText } from "../../ui/text/json_text.ts";
import { plainText } from "../../ui/text/plain_text.ts";
import type { EXPORT } from "../descriptions/export.ts";
import { MASK_FILE } from "../input/mask_file.ts";
import { type InputKind, inputName, readText } from "../input/read_input.ts";
import type { Invocation } from "../model/command.ts";
import { usageError } from "../model/usage_error.ts";
import { chooseProgress } from "../terminal/choose_progress.ts";
import { warningLine } from "../terminal/warning_line.ts";

type ExportInvocation = Invocation<typeof EXPORT>;
type Format = NonNullable<ExportInvocation["flags"]["format"]>;

/** Formats, by the endings of files. */
const FORMATS: readonly (readonly [ending: string, format: Format])[] = [
  ...TABLE_FORMATS.map((format) => [`.${format}`, format] as const),
  [".sqlite", "sqlite"],
  [".sql", "postgres"],
  [".xlsx", "xlsx"],
];

function isTextFormat(format: Format): boolean {
  return format === "csv" || format === "jsonl";
}

const CHECKED = "It reads files, csv, jsonl, parquet and sqlite.";

const PASSWORD_FILE: InputKind = { what: "password file", hint: "It holds the password alone." };

/** Standard output, as `-o` names it. */
const STANDARD_OUTPUT = "-";

/** Runs `export` and returns its exit code. */
export async function run(invocation: ExportInvocation): Promise<ExitCode> {
  const { positionals: { source: name }, flags, terminal, clock, signal } = invocation;
  const { format, output } = checkedFlags(invocation);
  const choice = await readChoice(invocation);
  await using source = await openNamed(name, sourceContext(invocation));
  const progress = chooseProgress(terminal, { json: false, quiet: flags.quiet || flags.json }, clock);
  const shortfalls = new Shortfalls();
  for (const note of source.notes) shortfalls.note(note);
  for (const missing of source.missing) shortfalls.lose(missing);
  try {
    const { archive } = source;
    const job: ExportJob = {
      archive,
      ...chooseExport(archive, choice),
      labels: flags.labels,
      check: flags.check,
      helperModule: helperModule(invocation.mainModule),
      shortfalls,
      progress,
      clock,
      signal,
    };
    const results = await write(job, format, output, invocation);
    progress.close();
    return report(invocation, job, format, output, results);
  } catch (error) {
    if (error instanceof ReaderLeft) return EXIT.done;
    throw error;
  } finally {
    progress.close();
  }
}

async function write(
  job: ExportJob,
  format: Format,
  output: string,
  invocation: ExportInvocation,
): Promise<readonly TableResult[]> {
  const { flags } = invocation;
  switch (format) {
    case "files":
      return await exportFiles(job, flags.by, output);
    case "sqlite":
      return await exportPlain(job, !flags["no-media"], output);
    case "postgres":
      if (flags.to === null) return await exportDump(job, !flags["no-media"], output);
      return await exportToServer(job, !flags["no-media"], readServerAddress(flags.to), passwordOf(invocation));
    case "xlsx":
      return await exportXlsx(job, output);
    case "csv":
    case "jsonl":
    case "parquet": {
      const csv = { none: flags.null ?? "", excel: flags.excel };
      return await exportTables(job, format, { csv }, placeOf(job, format, output, invocation));
    }
  }
}

/** The password is read when the server asks for it, and added to the secrets before it is used. */
function passwordOf({ flags, secrets, askSecret, ...invocation }: ExportInvocation): () => Promise<string> {
  const path = flags["password-file"];
  return async () => {
    const given = path === null
      ? askSecret("Password of the database (not shown):")
      : await readText(path, PASSWORD_FILE, invocation);
    const password = given?.replace(/\r?\n$/, "") ?? "";
    if (password === "") throw usageError("The database wants a password", "Give it in a file with --password-file.");
    secrets.add(password);
    return password;
  };
}

function checkedFlags({ flags }: ExportInvocation): { readonly format: Format; readonly output: string } {
  const { json, to } = flags;
  if (to === null && flags["password-file"] !== null) {
    throw usageError("Flag '--password-file' belongs to --to", "Leave it away.");
  }
  if (to !== null && (flags.output !== null || (flags.format ?? "postgres") !== "postgres")) {
    throw usageError("'--to' goes into a server, and takes neither -o nor another format", "Leave one away.");
  }
  if (to !== null && flags.check) throw usageError("'--check' cannot read a server back", CHECKED);
  if (to !== null) {
    const { host, port, database } = readServerAddress(to);
    return { format: "postgres", output: `database ${database} at ${host}:${port}` };
  }
  const { output } = flags;
  if (output === null) throw usageError("'export' needs -o", "It names the folder or file to write, or - for stdout.");
  const format = flags.format ?? FORMATS.find(([ending]) => extname(output) === ending)?.[1] ?? null;
  if (format === null) {
    throw usageError("'export' needs --format", "It says what comes out, such as --format csv.");
  }
  if (output === STANDARD_OUTPUT && (json || !isTextFormat(format))) {
    throw usageError(
      json ? "'-o -' and --json exclude each other" : `Format '${format}' cannot go to standard output`,
      "Name a file or folder with -o.",
    );
  }
  if (flags.check && (output === STANDARD_OUTPUT || format === "xlsx" || format === "postgres")) {
    throw usageError(`'--check' cannot read ${output === STANDARD_OUTPUT ? "standard output" : format} back`, CHECKED);
  }
  if (format !== "sqlite" && format !== "postgres" && flags["no-media"]) {
    throw usageError(
      "Flag '--no-media' belongs to --format sqlite and postgres",
      "Other formats have no bytes of uploaded files.",
    );
  }
  if (format !== "csv" && (flags.null !== null || flags.excel)) {
    throw usageError(`Flag '--${flags.excel ? "excel" : "null"}' belongs to --format csv`, "Leave it away.");
  }
  return { format, output };
}

async function readChoice(invocation: ExportInvocation): Promise<Choice> {
  const { flags } = invocation;
  return {
    tables: flags.table,
    exclude: flags.exclude,
    columns: flags.columns,
    where: flags.where,
    noSecrets: flags.preset === "no-secrets",
    mask: flags.mask === null ? null : {
      name: basename(inputName(flags.mask)),
      text: await readText(flags.mask, MASK_FILE, invocation),
    },
  };
}

/** The reader of standard output has enough, as `head` does: nobody wants the rest. */
class ReaderLeft extends Error {}

function writeOut(terminal: ExportInvocation["terminal"], bytes: Uint8Array): void {
  if (!terminal.data(bytes)) throw new ReaderLeft();
}

/** One table may go to a file or to standard output; several go to a folder. */
function placeOf(job: ExportJob, format: TableFormat, output: string, { terminal }: ExportInvocation): ExportPlace {
  const single = job.tables.length === 1;
  if (output === STANDARD_OUTPUT) {
    if (!single) throw usageError("'-o -' is for one table", "Name it with --table.");
    return { kind: "stream", sink: { write: (bytes) => writeOut(terminal, bytes) } };
  }
  const isFile = extname(output) === `.${format}`;
  if (isFile && !single) {
    throw usageError(
      `'${output}' is a file, and there are several tables`,
      "Name one with --table, or a folder with -o.",
    );
  }
  return { kind: isFile ? "file" : "folder", path: output };
}

function report(
  { flags, terminal }: ExportInvocation,
  { shortfalls: { missing, notes, values }, masked }: ExportJob,
  format: Format,
  output: string,
  results: readonly TableResult[],
): ExitCode {
  const complete = missing.length === 0;
  if (flags.json) {
    terminal.out(
      `${jsonText({ path: output, format, complete, masked, tables: results, missing, notes, values }, 2)}\n`,
    );
  } else {
    for (const note of flags.quiet ? [] : notes) terminal.line(`note: ${plainText(note)}`);
    for (const sentence of missing) terminal.line(warningLine(sentence, terminal.color));
    const rows = results.reduce((sum, table) => sum + table.rows, 0);
    const what = format === "files"
      ? countOf(rows, "file")
      : `${countOf(results.length, "table")}, ${countOf(rows, "row")}`;
    const said = `${complete ? "Wrote" : "Wrote, but incomplete:"} ${what}`;
    if (output === STANDARD_OUTPUT) {
      if (!flags.quiet) terminal.line(said);
    } else if (!flags.quiet) {
      terminal.out(`${said} to ${plainText(output)}\n`);
    }
  }
  return complete ? EXIT.done : EXIT.incomplete;
}
