/**
 * The plan and the outcome of a restore, as text and as JSON. Pure; text from a server or a file is made safe.
 */
import type { Difference, Proof } from "../../restore/prove/difference_list.ts";
import { NOT_RESTORED, type RestorePlan } from "../../restore/plan/restore_plan.ts";
import type { RestoreMode } from "../../restore/job/restore_options.ts";
import type { RestoreResult } from "../../restore/run/run_restore.ts";
import type { Target } from "../../restore/job/target.ts";
import type { Undone, UndoTable } from "../../restore/run/undo_restore.ts";
import type { errorDocument } from "../terminal/error_document.ts";
import { byteSize } from "../../ui/text/byte_size.ts";
import { count, countOf } from "../../ui/text/count.ts";
import { duration } from "../../ui/text/duration.ts";
import { headText, neverText, ownAppResult, type ShownAs, tableParts } from "./own_app_text.ts";
import type { OwnAppPlan } from "../../restore/plan/restore_plan.ts";
import { wrapText } from "../../ui/text/wrap_text.ts";
import { plainText } from "../../ui/text/plain_text.ts";
import { textTable } from "../../ui/text/text_table.ts";

/** A plan with what is shown around it. */
interface ShownPlan {
  /** What the rows come from. */
  readonly file: string;
  /** What is done, such as `Restore of app.sqlite`. */
  readonly title: string;
  /** What a reader should know about the file. */
  readonly notes: readonly string[];
  readonly plan: RestorePlan;
  readonly target: Target;
  /** The name under which the app was set up; null for an app that was not set up. */
  readonly appName: string | null;
  readonly url: string;
  /** Whether it will be carried out. */
  readonly applied: boolean;
  /** Columns of the terminal, and the rows of a table and kind that are shown. */
  readonly as: ShownAs;
}

const MODE_TEXTS: Readonly<Record<RestoreMode, string>> = {
  empty: "into empty tables",
  replace: "replacing all rows of these tables",
  merge: "merging rows that agree in the key columns",
  missing: "bringing back rows that are gone",
  revert: "setting values back and bringing back rows that are gone",
};

/** Differences printed; `--json` has more. */
const SHOWN = 50;

/** The plan as text. */
export function planText(shown: ShownPlan): string {
  const { title, plan, as } = shown;
  const head = [plainText(title), `into ${targetText(shown)}, ${MODE_TEXTS[plan.mode]}`];
  const wide = plan.ownApp === null ? head : head.flatMap((line) => wrapText(line, as.width));
  const parts = [
    wide.join("\n"),
    ...(plan.gaps.length > 0
      ? gapParts(plan)
      : plan.ownApp === null
      ? bodyParts(plan)
      : ownAppParts(plan, plan.ownApp, as)),
    ...(plan.ownApp === null ? [`Never comes back: ${NOT_RESTORED.join("; ")}.`] : []),
    ...(shown.applied ? [] : [wrapText(closingText(plan), plan.ownApp === null ? Infinity : as.width).join("\n")]),
  ];
  return `${parts.join("\n\n")}\n`;
}

function targetText({ plan, target, url, appName }: ShownPlan): string {
  const { welcome } = target.connection;
  const description = welcome.environment["description"];
  const facts = [welcome.branch, typeof description === "string" ? description : null].filter((fact) => fact);
  const host = new URL(url).host;
  const id = plainText(plan.app) === host ? host : `${plainText(plan.app)} at ${host}`;
  const app = appName === null ? id : `'${appName}', ${id}`;
  const which = plan.sameApp ? "the app that it was made of" : "another app than it was made of";
  return `${app}${facts.length === 0 ? "" : ` (${facts.map((fact) => plainText(String(fact))).join(", ")})`}, ${which}`;
}

function bodyParts(plan: RestorePlan): readonly string[] {
  const columns = [
    { title: "TABLE" },
    { title: "INSERT", align: "right" },
    { title: "UPDATE", align: "right" },
    { title: "SKIP", align: "right" },
    { title: "DELETE", align: "right" },
  ] as const;
  const rows = plan.tables.map(({ name, inserts, updates, skips, deletes }) => [
    name,
    ...[inserts, updates, skips, deletes].map(count),
  ]);
  const media = plan.media === 0 ? "" : `; ${countOf(plan.media, "media file")}, ${byteSize(plan.mediaBytes)}`;
  const links = plan.links === 0 ? "" : `; ${countOf(plan.links, "link")}`;
  return [
    textTable(columns, rows),
    `To send: ${countOf(plan.rows, "row")}, ${byteSize(plan.bytes)}${media}${links}. About ${
      duration(plan.estimateMs)
    }.`,
    ...list("Cannot come back:", plan.losses.map(({ message }) => message)),
    ...list(
      "The app's storage does not keep these values as they are:",
      plan.changes.map(({ message }) => message),
    ),
    ...list("Server code may not write to:", plan.refused.map((name) => `table '${name}'`)),
    ...list("Mind:", plan.warnings),
  ];
}

function ownAppParts(plan: RestorePlan, own: OwnAppPlan, as: ShownAs): readonly string[] {
  const media = plan.media === 0 ? "" : ` and ${countOf(plan.media, "media file")} (${byteSize(plan.mediaBytes)})`;
  const never = neverText(plan, own);
  return [
    headText(plan, own, as),
    ...wrappedList("Cannot come back:", plan.losses.map(({ message }) => message), as.width),
    ...wrappedList("Server code may not write to:", plan.refused.map((name) => `table '${name}'`), as.width),
    ...(own.tables.some(({ deletes }) => deletes.length > 0)
      ? [
        wrapText("Newer rows that are deleted are kept nowhere: --undo does not bring them back.", as.width).join("\n"),
      ]
      : []),
    ...tableParts(plan, own, as),
    ...wrappedList(
      "The app's storage does not keep these values as they are:",
      plan.changes.map(({ message }) => message),
      as.width,
    ),
    ...(never === ""
      ? []
      : [wrapText(`${never}${media === "" ? "" : ` To send:${media.slice(4)}.`}`, as.width).join("\n")]),
  ];
}

function wrappedList(title: string, items: readonly string[], width: number): readonly string[] {
  if (items.length === 0) return [];
  const lines = items.flatMap((item) =>
    wrapText(plainText(item), width - 4).map((line, i) => i === 0 ? `  ${line}` : `    ${line}`)
  );
  return [[...wrapText(title, width), ...lines].join("\n")];
}

function gapParts({ gaps, closingSchema }: RestorePlan): readonly string[] {
  return [
    ...list("The app cannot take these tables as it is:", gaps.map(({ message }) => message)),
    ...(closingSchema === "" ? [] : [
      "This in the app's anvil.yaml would close the gaps (a column whose type changes loses its values):\n\n" +
      closingSchema.trimEnd(),
    ]),
  ];
}

function closingText(plan: RestorePlan): string {
  if (plan.gaps.length > 0 || plan.refused.length > 0) return "Nothing was written.";
  const isNothing = plan.rows === 0 && plan.tables.every(({ updates, deletes }) => updates + deletes === 0);
  return isNothing
    ? "Nothing was written, and there is nothing to write."
    : "Nothing was written. Add --apply to do it.";
}

function list(title: string, items: readonly string[]): readonly string[] {
  return items.length === 0 ? [] : [[title, ...items.map((item) => `  ${plainText(item)}`)].join("\n")];
}

/** The plan as JSON. */
export function planJson(shown: ShownPlan, error: ReturnType<typeof errorDocument> | null): string {
  return json({ ...planDocument(shown), applied: false, ...(error === null ? {} : { error }) });
}

function planDocument({ file, notes, plan }: ShownPlan) {
  return { file, notes, plan: { ...plan, notRestored: NOT_RESTORED } };
}

/** The outcome as text. */
export function resultText(plan: RestorePlan, result: RestoreResult, mapPath: string | null): string {
  const { proof, inserted, updated, elapsedMs } = result;
  const parts = [
    ...(plan.ownApp === null
      ? [
        `Done in ${duration(elapsedMs)}: ${countOf(inserted, "row")} inserted, ${count(updated)} updated in ` +
        `${plainText(plan.app)}.`,
      ]
      : [`Done in ${duration(elapsedMs)}, in ${plainText(plan.app)}.`, ...ownAppResult(result)]),
    ...proof.respelled.map(({ message }) => plainText(message)),
    verdict(proof),
    ...differences(proof.differences, proof.differing),
    ...(mapPath === null ? [] : [
      plan.ownApp === null
        ? `Id map: ${mapPath}`
        : `To undo it: anvil-sqlite restore --undo '${plainText(mapPath)}' --apply`,
    ]),
  ];
  return `${parts.join("\n")}\n`;
}

/** What a proof has compared, and the result, in a sentence. */
function verdict(proof: Proof): string {
  const what = [
    countOf(proof.rows, "row"),
    countOf(proof.links, "link"),
    ...(proof.media === 0 ? [] : [`${countOf(proof.media, "media file")} (${byteSize(proof.mediaBytes)})`]),
  ].join(", ");
  const kept = proof.kept === 0
    ? ""
    : `, of ${countOf(proof.kept, "value")} what the app's storage can hold, as the plan said`;
  const left = proof.left === 0 ? "" : ` ${countOf(proof.left, "cell")} that could not be restored ` +
    `${proof.left === 1 ? "was" : "were"} left alone.`;
  return proof.differing === 0
    ? `Read back and compared with the file: ${what}, all equal${kept}.${left}`
    : `Read back and compared with the file: ${what}${kept};${left} ${countOf(proof.differing, "difference")}:`;
}

/** Lines of a list of differences. */
export function differences(some: readonly Difference[], all: number): readonly string[] {
  const shown = some.slice(0, SHOWN).map(({ message }) => `  ${plainText(message)}`);
  return all > shown.length ? [...shown, `  and ${all - shown.length} more; --json lists up to ${some.length}`] : shown;
}

/** Plan and outcome as JSON. */
export function resultJson(shown: ShownPlan, result: RestoreResult, mapPath: string | null): string {
  return json({ ...planDocument(shown), applied: true, idMap: mapPath, result });
}

/** What an undo would do, as text. */
export function undoText(app: string, tables: readonly UndoTable[], applied: boolean): string {
  const lines = tables.map(({ name, deletes, cells, updated, emptied }) => {
    const rest = [
      ...(cells > 0 ? [`${countOf(cells, "cell")} set back, as far as they hold what was set`] : []),
      ...(updated > 0 ? [`${countOf(updated, "row")} that it updated stay so`] : []),
      ...(emptied ? ["the rows that it deleted first do not come back"] : []),
    ];
    return `  ${plainText(name)}: ${countOf(deletes, "row")}${rest.length === 0 ? "" : `; ${rest.join("; ")}`}`;
  });
  return [
    tables.some(({ cells }) => cells > 0)
      ? `Rows that the restore has inserted into ${plainText(app)} are deleted again, cells that it set are set back:`
      : `Rows that the restore has inserted into ${plainText(app)}, and that are deleted from it again:`,
    ...lines,
    ...(applied ? [] : ["Nothing was written. Add --apply to do it."]),
    "",
  ].join("\n");
}

/** How an undo ended. */
export function undoneText({ deleted, cells, left }: Undone): string {
  const back = cells === 0 ? "" : `, ${countOf(cells, "cell")} set back`;
  const stay = left === 0
    ? ""
    : `${countOf(left, "cell")} stayed, since somebody has changed ${
      left === 1 ? "it" : "them"
    } since or the row is gone.\n`;
  return `${stay}Deleted ${countOf(deleted, "row")}${back}; the id map, which has done its duty, was removed.\n`;
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
