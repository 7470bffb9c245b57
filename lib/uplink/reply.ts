/**
 * The reply to a call, as the code above the wire sees it. Plain data; it parses nothing.
 */
import type { ReplyContent } from "./frames.ts";

/** A reply's text, and the beginning and end of its parts. */
export interface ReplyText {
  readonly text: string;
  /** Offset of the response. */
  readonly response: number;
  /** Offset of the first byte after it. */
  readonly responseEnd: number;
  /** Offset of the first entry of `objects`, or of the closing bracket if the list is empty. */
  readonly objects: number;
}

/** The reply to a call. When it announces media, all of them have arrived. */
export interface Reply extends ReplyContent {
  /** Length of the reply's text in characters; since the server sends ASCII, also in bytes. */
  readonly bytes: number;
  /** The text of a long reply, for code that reads it in a quicker way than by its parsed members. */
  readonly text?: ReplyText;
}
