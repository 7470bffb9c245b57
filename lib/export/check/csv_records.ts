/**
 * Reads CSV as RFC 4180 defines it, record by record. It shares no code with the writer, because it proves what the
 * writer wrote. Pure.
 */

/** A field; null for the marker of None without quotes. */
type CsvValue = string | null;

const QUOTE = 34;
const COMMA = 44;
const LINE_FEED = 10;
const RETURN = 13;

/** Records of pieces of text. @param none the marker of None */
export function* csvRecords(pieces: Iterable<string>, none: string): Iterable<readonly CsvValue[]> {
  let record: CsvValue[] = [];
  let text = "";
  let state: "start" | "plain" | "quoted" | "quote" = "start";
  const end = () => {
    record.push(state === "plain" || state === "start" ? (text === none ? null : text) : text);
    text = "";
    state = "start";
  };
  for (const piece of pieces) {
    let from = 0;
    for (let i = 0; i < piece.length; i++) {
      const code = piece.charCodeAt(i);
      if (state === "quoted") {
        if (code !== QUOTE) continue;
        text += piece.slice(from, i);
        from = i + 1;
        state = "quote";
      } else if (code === QUOTE && state !== "plain") {
        // A quote after a quote belongs to the text.
        if (state === "quote") text += '"';
        from = i + 1;
        state = "quoted";
      } else if (code === COMMA || code === LINE_FEED) {
        if (state !== "quote") text += piece.slice(from, i);
        from = i + 1;
        if (code === LINE_FEED && state !== "quote" && text.endsWith("\r")) text = text.slice(0, -1);
        end();
        if (code === COMMA) continue;
        yield record;
        record = [];
      } else if (state === "start") state = "plain";
      else if (state === "quote" && code !== RETURN) throw new SyntaxError("Something follows a closing quote");
    }
    if (state === "plain" || state === "quoted") text += piece.slice(from);
  }
  if (record.length > 0 || text !== "" || state !== "start") throw new SyntaxError("The last line has no end");
}
