/** The reply to a call, as the code above the wire sees it. Plain data; it parses nothing. */
import type { ReplyContent } from "./frames.ts";

/** A reply's text, and where its parts begin and end. */
export interface ReplyText {
  readonly text: string;
  /** Offset of the response. */
  readonly response: number;
  /** Offset of the first byte after it. */
  readonly responseEnd: number;
  /** Offset of the first entry of `objects`, or of the bracket that closes an empty list. */
  readonly objects: number;
}

/** The reply to a call; when it announces media, all of them have arrived. */
export interface Reply extends ReplyContent {
  /** Length of the reply's text in characters; the server sends ASCII, so also in bytes. */
  readonly bytes: number;
  /** The text of a long reply, for who reads it in a quicker way than by looking at the other members. */
  readonly text?: ReplyText;
}
