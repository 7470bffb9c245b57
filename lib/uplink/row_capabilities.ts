/**
 * Drops the capabilities of single rows from the text of a page before it is parsed. They are a third of the page and
 * half the cost of parsing. Nobody needs them, since a row's capability can be made by narrowing its table's. Text in,
 * text out.
 */

/**
 * One such entry, spelled as the server spells it; any other spelling is parsed like all other text. Its bare quotes
 * cannot be inside a JSON string, so no value of the app is ever touched.
 */
const ROW_CAPABILITY =
  /,?\{"type":\["Capability"\],"scope":\["_","t",\{"id":\d+\},\{"r":\d+\}\],"mac":"[0-9a-f]{64}","path":\["response",[23],"[^"\\]*(?:\\.[^"\\]*)*","rows","\d+",(?:\d+|"c")\]\}/g;

/** Length from which the search is worth its time. */
const WORTHWHILE_LENGTH = 4_000;

/** The message without the capabilities of single rows. */
export function withoutRowCapabilities(text: string): string {
  if (text.length < WORTHWHILE_LENGTH) return text;
  return text.replace(ROW_CAPABILITY, "").replace('"objects":[,', '"objects":[');
}
