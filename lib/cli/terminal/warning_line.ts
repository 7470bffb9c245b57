/**
 * How a warning looks on stderr. Pure.
 */
import { plainText } from "../../ui/text/plain_text.ts";
import { toned } from "../../ui/text/style.ts";

/** One line; the text may come from a server or a file. */
export function warningLine(message: string, color: boolean): string {
  return `${toned("warning:", "warning", color)} ${plainText(message)}`;
}
