/**
 * The causes of an error, for `--verbose`: one a line, the nearest first. It prints nothing.
 */
import { plainText } from "../../ui/text/plain_text.ts";

/** Causes at most: a chain may lead into itself. */
const DEEPEST = 10;

/** The lines; empty when an error has no cause. */
export function causeLines(error: unknown): readonly string[] {
  const lines: string[] = [];
  for (let at = error; at instanceof Error && at.cause !== undefined && lines.length < DEEPEST; at = at.cause) {
    const { cause } = at;
    lines.push(`because: ${plainText(cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause))}`);
  }
  return lines;
}
