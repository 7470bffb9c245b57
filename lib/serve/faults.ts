/**
 * Faults for tests: what a server may do wrong, call by call. A record of two optional functions, each asked at its
 * moment; a server without faults has neither. Nothing here does anything, it only says what is to be done.
 */
import type { Engine } from "../sqlite/engine.ts";
import type { JsonObject } from "../json/exact_json.ts";

/** A call about to be handled. */
export interface FaultyCall {
  /** Whole name, such as `anvil.private.tables.v2.search.next_page`. */
  readonly command: string;
  /** What follows the last `.tables.v2.`, `.tables.` or `anvil.private.`: `search.next_page`, `open_transaction`. */
  readonly name: string;
  /** How many calls of this command the server has seen, this one counted. */
  readonly n: number;
  /** How many calls of any command the server has seen, this one counted. */
  readonly total: number;
  /** Number of the connection, from 1. */
  readonly connection: number;
  readonly stack: string;
  /** The CALL as it came. */
  readonly frame: JsonObject;
}

/** When the line is cut. */
export const DROP_MOMENTS = [
  /** Instead of handling the call. */
  "before",
  /** After handling it, instead of the reply: what it wrote is there. */
  "after",
  /** In the middle of the reply's frame. */
  "mid-reply",
  /** Between the header of the reply's first chunk of media and its bytes. */
  "mid-chunk",
] as const;

/** One of {@link DROP_MOMENTS}. */
export type DropMoment = typeof DROP_MOMENTS[number];

/** What goes wrong with the media of a reply. */
export interface MediaFault {
  /** Only this many bytes are sent, then the end as if that were all. */
  readonly cutTo?: number;
  /** This many zero bytes are sent before the end. */
  readonly extra?: number;
  /** After this many bytes comes an error for the same call. */
  readonly failAfter?: number;
  /** After this many bytes nothing more comes. */
  readonly stallAfter?: number;
  /** Text frames between each chunk's header and its bytes. */
  readonly between?: readonly string[];
}

/** What is done to a call. Members work together, in the order in which they stand here. */
export interface FaultAction {
  /** Changes the app first, in the private copy of a writable server. */
  readonly edit?: (engine: Engine) => void;
  /** Waits this many milliseconds on the server's clock before the call is handled. */
  readonly delayMs?: number;
  /** Answers with an error and does not handle the call. */
  readonly error?: { readonly type: string | null; readonly message: string };
  /** Text frames sent before the reply. */
  readonly before?: readonly string[];
  /** Sends this instead of the reply's text; given the text, it may also change it. */
  readonly reply?: (text: string) => string;
  /** Keeps the reply back until this many later replies of the connection have been sent. */
  readonly hold?: number;
  /** Handles the call and never replies. */
  readonly silent?: boolean;
  /** The whole connection falls silent, and stays open. */
  readonly halfOpen?: boolean;
  /** Cuts the line. */
  readonly drop?: DropMoment;
  /** What goes wrong with the reply's media. */
  readonly media?: MediaFault;
}

/** What is done to a new connection. */
export type ConnectionFault =
  /** Answers the request with this status line, such as `503 Service Unavailable`. */
  | { readonly kind: "http"; readonly status: string }
  /** Accepts the connection and never answers the request. */
  | { readonly kind: "no-http" }
  /** Answers the key with `{"error": text}` and closes. */
  | { readonly kind: "refuse"; readonly text: string }
  /** Never answers the key. */
  | { readonly kind: "no-greeting" }
  /** Cuts the line in place of the greeting. */
  | { readonly kind: "drop" };

/** The faults of a server. */
export interface Faults {
  /** Asked once for each connection, numbered from 1. */
  readonly onConnection?: (connection: number) => ConnectionFault | undefined;
  /** Asked once for each call. */
  readonly onCall?: (call: FaultyCall) => FaultAction | undefined;
}

/** A command's name without what all commands share. */
export function shortName(command: string): string {
  return command.replace(/^anvil\.private\.(?:tables\.(?:v2\.)?)?/, "");
}
