/**
 * What the server writes in every page, letter by letter, as bytes that a scanner passes over. Only the words.
 */
import { literal } from "../../json/json_scanner.ts";

/** Words of a page, by what they begin, contain or end. */
export const PAGE_WORDS = {
  null: literal("null"),
  true: literal("true"),
  false: literal("false"),
  ids: literal("[["),
  spec: literal('{"spec":'),
  rows: literal(',"rows":{'),
  noCapability: literal("null]"),
  capability: literal('{"type":["Capability"],"scope":["_","t",{"id":'),
  capabilityRow: literal('},{"r":'),
  mac: literal('}],"mac":"'),
  path: literal('","path":["response",2,'),
  date: literal('{"type":["Date"],"value":"'),
  dateTime: literal('{"type":["DateTime"],"value":"'),
  pathRows: literal(',"rows","'),
  pathPlace: literal('",'),
  bareCapability: literal('"c"'),
  bareRow: literal('{"c":null}'),
  end: literal("]}"),
} as const;
