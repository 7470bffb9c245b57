/**
 * Writes the text of an app file, as a person would write it. `read_app.ts` reads the same app from it. Pure.
 */
import { spanText } from "../ui/text/read_span.ts";
import { type AppSetup, KEEP_RULES } from "./app_setup.ts";

/** The text, with a comment for words that need an explanation. */
export function appText(app: AppSetup): string {
  const lines: string[] = [`# The app '${app.name}', for: anvil-sqlite backup ${app.name}`];
  const add = (word: string, value: string | null, comment = "") => {
    if (value !== null) lines.push(...(comment === "" ? [] : [`# ${comment}`]), `${word}: ${value}`);
  };
  add("url", scalar(app.url));
  add("key_file", scalar(app.keyFile));
  add("to", scalar(app.to));
  const kept = KEEP_RULES.filter((rule) => app.keep[rule] !== null);
  if (kept.length > 0) lines.push("# A backup is kept if any of these rules keeps it. Without rules all are kept.");
  for (const rule of kept) add(`keep_${rule}`, String(app.keep[rule]));
  add(
    "drill",
    app.drillMs === null ? null : spanText(app.drillMs),
    "After a backup: try a restore on this machine, this often.",
  );
  add("ping", scalar(app.ping), "This URL is a secret.");
  add("label", list(app.label));
  add("exclude", list(app.exclude));
  return `${lines.join("\n")}\n`;
}

/** A JSON string, which YAML can read too; without quotes if it needs none. */
function scalar(value: string | null): string | null {
  if (value === null) return null;
  return /^[A-Za-z0-9~/.][\w~/.:@%=&?+-]*$/.test(value) && !value.endsWith(":") ? value : JSON.stringify(value);
}

function list(values: readonly string[]): string | null {
  return values.length === 0 ? null : `[${values.map((value) => JSON.stringify(value)).join(", ")}]`;
}
