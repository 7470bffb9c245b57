/**
 * The plan of a restore in place as an owner reads it: every row by its name, what each cell was and becomes, and which
 * links come back; and how the restore ended. Pure; text from a server or a file is made safe.
 */
import type {
  ChangedRow,
  ChangesOfTable,
  ComingRow,
  NamedRow,
  ShownCell,
} from "../../restore/in_place/shown_changes.ts";
import type { OwnAppPlan } from "../../restore/plan/restore_plan.ts";
import type { PlannedTable, RestorePlan } from "../../restore/plan/restore_plan.ts";
import type { RestoreResult } from "../../restore/run/run_restore.ts";
import { countOf } from "../../ui/text/count.ts";
import { cutAround } from "../../ui/text/cut_around.ts";
import { plainText } from "../../ui/text/plain_text.ts";
import { fitText, padText, textWidth } from "../../ui/text/text_width.ts";
import { wrapText } from "../../ui/text/wrap_text.ts";

/** How much the plan shows. */
export interface ShownAs {
  /** Columns of the terminal. */
  readonly width: number;
  /** Rows of a table and kind; the rest is counted. */
  readonly rows: number;
}

/** What the file is, and how the app differs from it. */
export function headText(plan: RestorePlan, own: OwnAppPlan, { width }: ShownAs): string {
  const made = own.madeAt === null ? "" : `The file is from ${own.madeAt.slice(0, 16).replace("T", " ")} UTC. `;
  const concluded = own.concluded
    ? " That this is the same app is concluded from its address and its columns: this server gives apps no ids."
    : "";
  return wrapText(`${made}${differing(plan, own)}${concluded}`, width).join("\n");
}

function differing({ mode }: RestorePlan, { tables }: OwnAppPlan): string {
  const gone = tables.reduce((sum, { comes }) => sum + comes.length, 0);
  const changed = tables.reduce((sum, { changes }) => sum + changes.length, 0);
  const goneText = `${countOf(gone, "of its rows is", "of its rows are")} gone from the app`;
  if (mode === "missing") return gone === 0 ? "None of its rows is gone from the app." : `${goneText}.`;
  if (gone + changed === 0) return "The app's rows are as in the file.";
  const changedText = `${countOf(changed, "row differs", "rows differ")} from it`;
  const both = [...(gone === 0 ? [] : [goneText]), ...(changed === 0 ? [] : [changedText])].join(" and ");
  return `${both}; what anybody changed since then is set back, too.`;
}

/** One part for each table that was looked at. */
export function tableParts(plan: RestorePlan, own: OwnAppPlan, shown: ShownAs): readonly string[] {
  const widest = Math.max(...plan.tables.map(({ name }) => textWidth(plainText(name))), 0);
  const names = Math.min(widest, Math.floor(shown.width / 3));
  const idle: string[] = [];
  const parts = plan.tables.flatMap((table): readonly string[] => {
    const changes = own.tables.find((each) => each.table === table.name);
    const newer = own.newer.find((each) => each.table === table.name)?.rows ?? 0;
    const what = summary(table, changes, newer);
    if (what === "") {
      idle.push(plainText(table.name));
      return [];
    }
    const name = padText(fitText(plainText(table.name), names), names);
    const lines = wrapText(what, shown.width - names - 2).map((line, i) =>
      `${i === 0 ? name : " ".repeat(names)}  ${line}`
    );
    return [[...lines, ...rowLines(changes, shown)].join("\n")];
  });
  return idle.length === 0
    ? parts
    : [...parts, wrapText(`Nothing to do in: ${idle.join(", ")}`, shown.width).join("\n")];
}

function summary(table: PlannedTable, changes: ChangesOfTable | undefined, newer: number): string {
  const { comes = [], changes: changed = [], relinked = [], deletes = [], kept = [] } = changes ?? {};
  // A row that changes in other cells too is counted once.
  const isChanged = new Set(changed.map(({ row }) => row));
  const others = relinked.filter(({ row }) => !isChanged.has(row)).length;
  const doing = [
    ...(comes.length === 0 ? [] : [countOf(comes.length, "row comes back", "rows come back")]),
    ...(changed.length === 0 ? [] : [countOf(changed.length, "row changes", "rows change")]),
    ...(others === 0 ? [] : [countOf(others, "row gets links back", "rows get links back")]),
    ...(deletes.length === 0 ? [] : [countOf(deletes.length, "newer row is deleted", "newer rows are deleted")]),
    ...(kept.length === 0 ? [] : [countOf(kept.length, "changed row is left alone", "changed rows are left alone")]),
  ];
  if (doing.length === 0) return "";
  return [
    ...doing,
    ...(table.skips > 0 ? [countOf(table.skips, "stays as it is", "stay as they are")] : []),
    ...(newer > 0 ? [countOf(newer, "newer row is kept", "newer rows are kept")] : []),
  ].join(", ");
}

function rowLines(changes: ChangesOfTable | undefined, shown: ShownAs): readonly string[] {
  if (changes === undefined) return [];
  return [
    ...some(changes.comes, shown, (row) => comingLines(row, shown.width)),
    ...some(changes.changes, shown, (row) => changedLines("~", row, shown.width)),
    ...some(changes.deletes, shown, (row) => [`  - ${named(row, shown.width - 4)}`]),
    ...some(changes.kept, shown, (row) => keptLines(row, shown.width)),
  ];
}

function some<Row>(rows: readonly Row[], shown: ShownAs, lines: (row: Row) => readonly string[]): readonly string[] {
  const more = rows.length - shown.rows;
  const told = rows.slice(0, shown.rows).flatMap(lines);
  return more > 0 ? [...told, `  … ${countOf(more, "more row", "more rows")} (--show all lists them)`] : told;
}

/** A row's label, and its id beside it. */
function named({ label, row }: NamedRow, width: number): string {
  if (label === null) return row;
  return `${fitText(plainText(label), Math.max(8, width - row.length - 1))} ${row}`;
}

function comingLines(row: ComingRow, width: number): readonly string[] {
  const links = row.links.map(({ table, count }) => `${countOf(count, "link")} from ${plainText(table)}`);
  const again = links.length === 0 ? "" : `${links.join(", ")} ${isOne(row) ? "leads" : "lead"} to it again`;
  return joined(`  + ${named(row, width - 4)}`, again === "" ? [] : [again], width);
}

function isOne({ links }: ComingRow): boolean {
  return links.length === 1 && links[0]?.count === 1;
}

function changedLines(sign: string, row: ChangedRow, width: number): readonly string[] {
  return joined(`  ${sign} ${named(row, width - 4)}`, row.cells.map((cell) => cellText(cell, width - INDENT)), width);
}

function keptLines(row: ChangedRow, width: number): readonly string[] {
  const cells = row.cells.map(({ column, from, to }) =>
    fitText(`${plainText(column)} is now ${plainText(from)}; in the file ${plainText(to)}`, width - INDENT)
  );
  return joined(`  ! ${named(row, width - 4)}`, cells, width);
}

/** Columns before the lines that belong to a row. */
const INDENT = 6;

/** A row and what is said about it, on one line if both fit. */
function joined(head: string, parts: readonly string[], width: number): readonly string[] {
  const line = [head, ...parts].join("   ");
  if (textWidth(line) <= width) return [line];
  return [head, ...parts.flatMap((part) => wrapText(part, width - INDENT)).map((part) => " ".repeat(INDENT) + part)];
}

/** A cell before and after, cut around what differs. */
function cellText({ column, from, to }: ShownCell, width: number): string {
  const name = fitText(plainText(column), Math.floor(width / 3));
  const room = Math.max(10, Math.floor((width - textWidth(name) - 5) / 2));
  const [before, after] = cutAround(plainText(from), plainText(to), room);
  return `${name}: ${before} → ${after}`;
}

/** What no restore can bring back, as far as this one needs it. */
export function neverText(plan: RestorePlan, own: OwnAppPlan): string {
  const gone = own.tables.reduce((sum, { comes }) => sum + comes.length, 0);
  if (gone === 0) return "";
  const whose = gone === 1 ? "The row that comes back gets" : `The ${gone} rows that come back get`;
  const links = plan.links === 0 ? "" : " Links go to the new id; text that holds an old id still holds it.";
  return `${whose} ${gone === 1 ? "a new row id" : "new row ids"}, since Anvil gives them.${links}`;
}

/** How the restore ended, in sentences. */
export function ownAppResult({ inserted, cells, proof }: RestoreResult): readonly string[] {
  const done = [
    ...(inserted > 0 ? [countOf(inserted, "row came back", "rows came back")] : []),
    ...(cells.set > 0 ? [`${countOf(cells.set, "cell")} set in ${countOf(cells.rows, "row")}`] : []),
    ...(cells.deleted > 0 ? [countOf(cells.deleted, "newer row deleted", "newer rows deleted")] : []),
  ];
  return [
    done.length === 0 ? "Nothing was changed." : `${done.join(", ")}.`,
    ...(cells.left.length === 0 ? [] : [
      `Left alone, since somebody changed ${cells.left.length === 1 ? "it" : "them"} meanwhile:`,
      ...cells.left.map(({ message }) => `  ${plainText(message)}`),
    ]),
    ...(proof.laterCount === 0 ? [] : [
      `Changed by somebody else right after:`,
      ...proof.later.map(({ message }) => `  ${plainText(message)}`),
    ]),
  ];
}
