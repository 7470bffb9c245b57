/**
 * `inspect`: shows what a file says about itself, on one screen or as JSON.
 */
import { howToFinish } from "../../archive/catalogue/unfinished.ts";
import { type Engine } from "../../sqlite/engine.ts";
import { openEngine } from "../../sqlite/open_engine.ts";
import { type ForumFile, isForumFile, readForumFile } from "../../forum/forum_file.ts";
import { EXIT, type ExitCode } from "../../exit_codes.ts";
import { jsonObject } from "../../json/json_object.ts";
import { type FileReport, inspectEngine, NOT_INSIDE } from "../../verify/inspect_file.ts";
import type { ChosenSnapshot } from "../../source/choose_snapshot.ts";
import { byteSize } from "../../ui/text/byte_size.ts";
import { countOf } from "../../ui/text/count.ts";
import { jsonText } from "../../ui/text/json_text.ts";
import { plainText } from "../../ui/text/plain_text.ts";
import { textTable } from "../../ui/text/text_table.ts";
import { wrapText } from "../../ui/text/wrap_text.ts";
import type { Invocation } from "../model/command.ts";
import type { INSPECT } from "../descriptions/inspect.ts";
import { eachSource, type SourcePlace } from "../sources/each_source.ts";

/** Warnings that are shown; `--json` has all. */
const SHOWN = 20;
const WIDTH = 80;

/** Runs `inspect` and returns its exit code. */
export async function run(invocation: Invocation<typeof INSPECT>): Promise<ExitCode> {
  return await eachSource(
    invocation,
    invocation.positionals.source,
    (chosen, place) => show(invocation, chosen, place),
  );
}

async function show(
  { flags, terminal }: Invocation<typeof INSPECT>,
  { name, open }: ChosenSnapshot,
  { isOnly, isFirst }: SourcePlace,
): Promise<ExitCode> {
  const json = (value: unknown) => terminal.out(`${jsonText(value, isOnly ? 2 : 0)}\n`);
  const page = (text: string) => terminal.out(isFirst ? text : `\n${text}`);
  await using file = await open();
  const engine = await openEngine(file.path, { mode: "read" });
  try {
    if (isForum(engine)) {
      const forum = readForumFile(engine);
      if (flags.json) json({ file: name, kind: "forum-script", ...forumJson(forum) });
      else page(forumText(name, forum));
      return EXIT.done;
    }
    const report = inspectEngine(engine);
    if (flags.json) json({ file: name, kind: "archive", ...report });
    else page(archiveText(name, report));
    return EXIT.done;
  } finally {
    engine.close();
  }
}

/** A file that SQLite cannot read is left to `inspectEngine`, which refuses it with the right words. */
function isForum(engine: Engine): boolean {
  try {
    return isForumFile(engine);
  } catch {
    return false;
  }
}

function archiveText(file: string, report: FileReport): string {
  const { app, media } = report;
  const facts: readonly Fact[] = [
    ["File", report.finished ? file : `${file} (unfinished: ${howToFinish(file)})`],
    ["App", [app.id || app.url, app.branch, app.environment].filter((part) => part).join(", ")],
    ["Copied", [report.start, report.end].filter((part) => part).join(" to ")],
    ["By", report.program],
    ["All rows from the same moment", sameMoment(report)],
    ["Complete", report.complete === null ? "" : report.complete ? "yes" : "no"],
    ["Schema", report.schemaFile === "" ? "" : `titles, access and indexes are those of ${report.schemaFile}`],
    ["Digest", report.digest],
    ["Media", mediaText(media)],
    [
      "Broken links",
      report.danglingLinks === 0 ? "none" : `${countOf(report.danglingLinks, "link")} to rows that are gone`,
    ],
  ];
  const columns = [
    { title: "TABLE" },
    { title: "ROWS", align: "right" },
    { title: "SIZE", align: "right" },
    { title: "" },
  ] as const;
  const tables = textTable(
    columns,
    report.tables.map(({ name, rows, bytes, state }) => [
      name,
      rows === null ? "-" : String(rows),
      bytes === null ? "-" : byteSize(bytes),
      state === "copied" ? "" : state,
    ]),
  );
  const shown = report.warnings.slice(0, SHOWN).map(({ message }) => `  ${plainText(message)}`);
  const more = report.warnings.length - shown.length;
  return page([
    factLines(facts),
    [tables],
    [
      report.warnings.length === 0 ? "No warnings." : `${countOf(report.warnings.length, "warning")}:`,
      ...shown,
      ...(more > 0 ? [`  and ${more} more; --json lists all`] : []),
    ],
    wrapText(`Not in the file: ${report.notInside.join("; ")}.`, WIDTH),
  ]);
}

function mediaText({ stored, blobs, bytes, skipped, failed, pending }: FileReport["media"]): string {
  return [
    `${countOf(stored, "file")}, ${blobs} different, ${byteSize(bytes)}`,
    ...(skipped > 0 ? [`${skipped} left out`] : []),
    ...(failed > 0 ? [`${failed} missing`] : []),
    ...(pending > 0 ? [`${pending} still to come`] : []),
  ].join("; ");
}

type Fact = readonly [name: string, value: string];

function factLines(facts: readonly Fact[]): readonly string[] {
  const told = facts.filter(([, value]) => value !== "");
  const width = Math.max(...told.map(([name]) => name.length));
  return told.map(([name, value]) => `${name.padEnd(width)}  ${plainText(value)}`);
}

/** Blocks of lines with a blank line between. */
function page(blocks: readonly (readonly string[])[]): string {
  return `${blocks.filter((lines) => lines.length > 0).map((lines) => lines.join("\n")).join("\n\n")}\n`;
}

function sameMoment({ snapshot, snapshotReason }: FileReport): string {
  if (snapshot === "") return "";
  return snapshot === "consistent" ? "yes" : `no: ${snapshotReason}`;
}

function forumJson({ provenance, ...rest }: ForumFile) {
  return { provenance: jsonObject([...provenance]), ...rest, notInside: NOT_INSIDE };
}

function forumText(file: string, { provenance, tables, missing, changed }: ForumFile): string {
  const facts: readonly Fact[] = [
    ["File", `${file} (made by the forum script)`],
    ["Schema", provenance.get("schema_source") ?? ""],
    ["Begun", provenance.get("backup_start") ?? "never: it has the schema only"],
    ["Ended", provenance.get("backup_end") ?? "never: the script was killed half way, or it failed"],
    ["All rows from the same moment", "no: each page is as it was when it was read"],
  ];
  const columns = [{ title: "TABLE" }, { title: "ROWS", align: "right" }] as const;
  return page([
    factLines(facts),
    [textTable(columns, tables.map(({ name, rows }) => [name, String(rows)]))],
    missing.length === 0 ? [] : [plainText(`Tables that are not in the file: ${missing.join(", ")}`)],
    changedText(
      "Text that SQLite turned into numbers (NUMERIC affinity), so that leading zeros are lost:",
      changed,
      "string",
    ),
    changedText("Objects that are numbers now and may have been text:", changed, "simpleObject"),
    changed.length === 0 ? ["No text was turned into a number."] : [],
    wrapText(
      "It has no digests, no counts and no snapshot: a new backup by this program has all three. " +
        `Not in the file: ${NOT_INSIDE.join("; ")}.`,
      WIDTH,
    ),
  ]);
}

function changedText(title: string, changed: ForumFile["changed"], type: string): readonly string[] {
  const lines = changed.filter((cells) => cells.type === type).map(({ table, column, count, rows }) => {
    const list = `${rows.join(", ")}${count > rows.length ? "…" : ""}`;
    return plainText(`  ${table}.${column}: ${countOf(count, "cell")}, in rows ${list}`);
  });
  return lines.length === 0 ? [] : [title, ...lines];
}
