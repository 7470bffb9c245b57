/**
 * Writes the files of a schedule. It runs nothing: the user switches it on.
 */
import { dirname } from "../deps.ts";
import { AnvilSqliteError } from "../errors.ts";
import type { SchedulePlan } from "./plan_schedule.ts";

/** The first character of a UTF-16 file, which identifies it. */
const MARK = "\ufeff";

/**
 * Writes the files; those of an earlier schedule are replaced.
 * @throws {AnvilSqliteError} `cannot-write` (exit 21)
 */
export async function writeSchedule({ files }: SchedulePlan): Promise<void> {
  for (const { path, text } of files) {
    try {
      await Deno.mkdir(dirname(path), { recursive: true, mode: 0o700 });
      await Deno.writeFile(path, bytesOf(text));
    } catch (cause) {
      if (cause instanceof Deno.errors.NotCapable) throw cause;
      const why = cause instanceof Error ? cause.message.replace(/ \(os error \d+\).*$/s, "") : String(cause);
      throw new AnvilSqliteError(`Cannot write '${path}': ${why}`, {
        code: "cannot-write",
        hint: "Check the permissions of its folder, or leave --write away and put the text where it belongs yourself.",
        cause,
      });
    }
  }
}

function bytesOf(text: string): Uint8Array {
  if (!text.startsWith(`<?xml version="1.0" encoding="UTF-16"?>`)) return new TextEncoder().encode(text);
  const marked = MARK + text.replaceAll("\n", "\r\n");
  const bytes = new DataView(new ArrayBuffer(marked.length * 2));
  for (let i = 0; i < marked.length; i++) bytes.setUint16(i * 2, marked.charCodeAt(i), true);
  return new Uint8Array(bytes.buffer);
}
