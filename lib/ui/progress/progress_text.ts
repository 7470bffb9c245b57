/**
 * Sentences for the events of a run that deserve a line of their own. Pure; text from a server is made safe.
 */
import { byteSize } from "../text/byte_size.ts";
import { countOf } from "../text/count.ts";
import { duration } from "../text/duration.ts";
import { plainText } from "../text/plain_text.ts";
import type { DoneEvent, ProgressEvent } from "./progress_event.ts";
import { toned } from "../text/style.ts";

/** A line for an event, or null for events that only move a bar. */
export function progressText(event: ProgressEvent, color: boolean): string | null {
  switch (event.type) {
    case "app":
      return `App ${plainText(event.name)}`;
    case "not-due":
      return `Nothing to do: ${plainText(event.path)} is ${duration(event.ageMs)} old`;
    case "drilled":
      return event.good
        ? `A restore was tried: ${countOf(event.rows, "row")}, all equal`
        : "A restore was tried, and differs";
    case "pruned":
      return `${countOf(event.removed, "old backup")} removed`;
    case "connected":
      return `Connected to ${plainText(event.host)}${event.app ? `, app ${plainText(event.app)}` : ""}`;
    case "plan":
      return `${countOf(event.tables, "table")}, ${countOf(event.rows, "row")}`;
    case "table-done":
      return `${plainText(event.table)}: ${countOf(event.rows, "row")}`;
    case "warning":
      return `${toned("warning:", "warning", color)} ${plainText(event.message)}`;
    case "retry":
      return `${retryReason(event.what, event.message)}; attempt ${event.attempt} in ${duration(event.waitMs)}`;
    case "checking":
      return `Checking ${plainText(event.what)}`;
    case "step":
      return plainText(event.what);
    case "done":
      return doneText(event);
    case "table-start":
    case "rows":
    case "media":
      return null;
  }
}

function retryReason(what: string, message: string): string {
  return `${plainText(what.slice(0, 1).toUpperCase() + what.slice(1))} failed: ${plainText(message)}`;
}

function doneText(event: DoneEvent): string {
  const parts = [
    countOf(event.tables, "table"),
    countOf(event.rows, "row"),
    ...(event.media > 0 ? [countOf(event.media, "media file")] : []),
    byteSize(event.bytes),
  ];
  const warnings = event.warnings > 0 ? `, ${countOf(event.warnings, "warning")}` : "";
  return `${event.complete ? "Done" : "Incomplete"}: ${parts.join(", ")} in ${duration(event.ms)}${warnings}`;
}
