/**
 * A long reply that is parsed only when somebody asks: the places of its parts in its text, and each part once parsed.
 * Only for replies spelled as servers spell them, `{"response":…,"id":"…","objects":[…]}`; it reads no table.
 */
import { AnvilSqliteError } from "../errors.ts";
import type { Json } from "../json/exact_json.ts";
import { classifyServerFrame, parseServerFrame, type ReplyContent, replyContent } from "./frames.ts";
import { protocolError } from "./uplink_errors.ts";
import type { Reply } from "./reply.ts";
import type { ReplyText } from "./reply.ts";
import type { WireObject } from "./wire_object.ts";

/** Shorter replies are parsed at once. */
const WORTHWHILE_LENGTH = 4_000;
const BEFORE_RESPONSE = '{"response":';
const BEFORE_ID = ',"id":"';
const AFTER_ID = '","objects":[';

/**
 * The id of the call that a long message answers, and the places of its parts; null for any other message.
 * @param idPrefix the beginning of all ids of this connection: random, so that no value of an app contains it
 * @param least characters from which a message is long
 */
export function longReply(
  text: string,
  idPrefix: string,
  least = WORTHWHILE_LENGTH,
): { readonly id: string; readonly parts: ReplyText } | null {
  if (text.length < least || !text.startsWith(BEFORE_RESPONSE)) return null;
  const idStart = text.indexOf(idPrefix);
  const idEnd = text.indexOf('"', idStart);
  const responseEnd = idStart - BEFORE_ID.length;
  if (idStart < 0 || !text.startsWith(BEFORE_ID, responseEnd) || !text.startsWith(AFTER_ID, idEnd)) return null;
  const parts = { text, response: BEFORE_RESPONSE.length, responseEnd, objects: idEnd + AFTER_ID.length };
  return { id: text.slice(idStart, idEnd), parts };
}

/** A reply that is parsed when it is first looked at. */
export class LongReply implements Reply {
  readonly text: ReplyText;
  readonly bytes: number;
  #parsed: ReplyContent | null = null;

  constructor(text: ReplyText) {
    this.text = text;
    this.bytes = text.text.length;
  }

  /** @throws {AnvilSqliteError} `protocol` (exit 10) when it is not JSON */
  get response(): Json {
    return this.#parse().response;
  }

  /** @throws {AnvilSqliteError} `protocol` (exit 10) when it is not JSON */
  get objects(): readonly WireObject[] {
    return this.#parse().objects;
  }

  #parse(): ReplyContent {
    this.#parsed ??= parsed(this.text.text);
    return this.#parsed;
  }
}

function parsed(text: string): ReplyContent {
  const json = parseServerFrame(text);
  if (json instanceof AnvilSqliteError) throw json;
  const frame = classifyServerFrame(json);
  if (frame.kind !== "response") throw protocolError("a reply that is not one");
  return replyContent(frame.frame);
}
