/**
 * `inspect`: what a file says of itself, on one screen or as JSON.
 */
import { openEngine } from "../../archive/engine.ts";
import { type ForumFile, isForumFile, readForumFile } from "../../archive/forum_file.ts";
import { EXIT, type ExitCode } from "../../errors.ts";
import { type FileReport, inspectEngine } from "../../verify/inspect_file.ts";
import { byteSize } from "../../ui/byte_size.ts";
import { plainText } from "../../ui/plain_text.ts";
import { textTable } from "../../ui/text_table.ts";
import type { Invocation } from "../command.ts";
import type { INSPECT } from "../descriptions/inspect.ts";

/** Warnings shown; `--json` has all. */
const SHOWN = 20;

/** Runs `inspect`. */
export async function run(invocation: Invocation<typeof INSPECT>): Promise<ExitCode> {
  const { positionals: { file }, flags, terminal } = invocation;
  const engine = await openEngine(file, { mode: "read" });
  try {
    if (isForum(engine)) {
      const forum = readForumFile(engine);
      terminal.out(flags.json ? json({ file, kind: "forum-script", ...forumJson(forum) }) : forumText(file, forum));
      return EXIT.done;
    }
    const report = inspectEngine(engine);
    terminal.out(flags.json ? json({ file, kind: "archive", ...report }) : archiveText(file, report));
    return EXIT.done;
  } finally {
    engine.close();
  }
}

/** A file that SQLite cannot read is for `inspectEngine` to turn away, with the right words. */
function isForum(engine: Parameters<typeof isForumFile>[0]): boolean {
  try {
    return isForumFile(engine);
  } catch {
    return false;
  }
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

function archiveText(file: string, report: FileReport): string {
  const { app, media } = report;
  const facts: readonly (readonly [string, string])[] = [
    ["File", report.finished ? file : `${file} (unfinished: continue with 'backup --resume')`],
    ["App", [app.id || app.url, app.branch, app.environment].filter((part) => part).join(", ")],
    ["Copied", [report.start, report.end].filter((part) => part).join(" to ")],
    ["By", report.program],
    ["Snapshot", report.snapshot === "" ? "none" : `${report.snapshot} (${report.snapshotReason})`],
    ["Complete", report.complete],
    ["Digest", report.digest],
    [
      "Media",
      `${media.stored} files, ${media.blobs} different, ${byteSize(media.bytes)}` +
      (media.skipped > 0 ? `; ${media.skipped} left out` : "") + (media.failed > 0 ? `; ${media.failed} not had` : ""),
    ],
    ["Dangling", report.danglingLinks === 0 ? "no links" : `${report.danglingLinks} links lead to rows that are gone`],
  ];
  const width = Math.max(...facts.map(([name]) => name.length));
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
  const warnings = report.warnings.slice(0, SHOWN).map(({ message }) => `  ${plainText(message)}`);
  return [
    ...facts.filter(([, value]) => value !== "").map(([name, value]) => `${name.padEnd(width)}  ${plainText(value)}`),
    "",
    tables,
    "",
    report.warnings.length === 0 ? "No warnings." : `${report.warnings.length} warnings:`,
    ...warnings,
    "",
    `Not in the file: ${report.notInside.join("; ")}.`,
    "",
  ].join("\n");
}

function forumJson({ provenance, ...rest }: ForumFile) {
  return { provenance: Object.fromEntries(provenance), ...rest };
}

function forumText(file: string, forum: ForumFile): string {
  const { provenance } = forum;
  const tables = textTable(
    [{ title: "TABLE" }, { title: "ROWS", align: "right" }],
    forum.tables.map(({ name, rows }) => [name, String(rows)]),
  );
  const changed = forum.changed.map(({ table, column, count, rows }) =>
    `  ${plainText(table)}.${plainText(column)}: ${count} cells, in rows ${rows.join(", ")}${
      count > rows.length ? "…" : ""
    }`
  );
  return [
    `File  ${file} (made by the forum script)`,
    `Begun  ${provenance.get("backup_start") ?? "unknown"}`,
    `Ended  ${provenance.get("backup_end") ?? "never: the script was killed half way, and the file is not whole"}`,
    "",
    tables,
    "",
    ...(forum.missing.length === 0 ? [] : [`Tables without rows in the file: ${forum.missing.join(", ")}`, ""]),
    changed.length === 0
      ? "No text was turned into a number."
      : "Text that SQLite turned into numbers (NUMERIC affinity), so that leading zeros and the like are lost:",
    ...changed,
    "",
    "It has no digests, no counts and no snapshot: a new backup by this program has all three.",
    "",
  ].join("\n");
}
