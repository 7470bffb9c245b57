/**
 * The JSON frames of the Uplink, both directions, as plain data, with their reading and classification. Types, parsing
 * and classification only: nothing here opens a socket or knows a table. Source of all shapes: the protocol as observed
 * on Anvil App Server 1.17.0, protocol version 8.
 */
import type { AnvilSqliteError } from "../errors.ts";
import { isArray, isObject, type Json, type JsonObject, parseExact } from "../json/exact_json.ts";
import { withoutRowCapabilities } from "./row_capabilities.ts";
import { protocolError } from "./uplink_errors.ts";
import type { WireObject } from "./wire_object.ts";

/** Protocol version this program speaks. */
export const PROTOCOL_VERSION = 8;

/** Bytes in a chunk of media from the server. The last chunk is always an additional, empty one. */
export const SERVER_CHUNK_BYTES = 64_000;

/** Bytes in a chunk of media to the server. */
export const CLIENT_CHUNK_BYTES = 65_536;

/** Privileges of a key, by the wire's own names. */
export const KEY_KINDS = ["uplink", "client", "db-read-uplink"] as const;

/** One of {@link KEY_KINDS}. */
export type KeyKind = typeof KEY_KINDS[number];

/** A frame from the server, classified in the order that the official client uses. */
type ServerFrame =
  | { readonly kind: "auth"; readonly frame: JsonObject }
  | { readonly kind: "output"; readonly id: string | null; readonly text: string }
  | {
    readonly kind: "chunk-header";
    readonly requestId: string;
    readonly mediaId: string;
    /** Place of the chunk in its medium, from 0; null if the header does not say. */
    readonly index: number | null;
    readonly last: boolean;
  }
  | { readonly kind: "media-error"; readonly requestId: string; readonly frame: JsonObject }
  | { readonly kind: "call"; readonly id: string | null }
  | { readonly kind: "response"; readonly id: string; readonly frame: JsonObject }
  | { readonly kind: "error"; readonly id: string; readonly frame: JsonObject }
  | { readonly kind: "fatal"; readonly message: string }
  | { readonly kind: "ignored" };

/**
 * Parses the text of a frame from the server, without the capabilities of single rows. Text that is not JSON becomes an
 * error `protocol` (exit 10).
 */
export function parseServerFrame(text: string): Json | AnvilSqliteError {
  try {
    return parseExact(withoutRowCapabilities(text));
  } catch (cause) {
    // The recursive parser ran out of stack; the text may be valid JSON all the same.
    const what = cause instanceof SyntaxError ? "that is not JSON" : "that is nested too deeply to be read";
    return protocolError(`a frame of ${text.length} characters ${what}`, cause);
  }
}

/** Classifies frames from the server. Progress updates and unknown types are `ignored`. */
export function classifyServerFrame(frame: Json): ServerFrame {
  if (!isObject(frame)) return { kind: "ignored" };
  const id = typeof frame["id"] === "string" ? frame["id"] : null;
  if ("auth" in frame) return { kind: "auth", frame };
  if ("output" in frame) return { kind: "output", id, text: String(frame["output"]) };
  switch (frame["type"]) {
    case undefined:
      break;
    case "CHUNK_HEADER":
      return {
        kind: "chunk-header",
        requestId: String(frame["requestId"]),
        mediaId: String(frame["mediaId"]),
        index: typeof frame["chunkIndex"] === "number" ? frame["chunkIndex"] : null,
        last: frame["lastChunk"] === true,
      };
    case "MEDIA_ERROR":
      return { kind: "media-error", requestId: String(frame["requestId"]), frame };
    case "CALL":
      return { kind: "call", id };
    default:
      return { kind: "ignored" };
  }
  if (id !== null && "error" in frame) return { kind: "error", id, frame };
  if (id !== null && "response" in frame) return { kind: "response", id, frame };
  if (id === null && "error" in frame) return { kind: "fatal", message: String(frame["error"]) };
  return { kind: "ignored" };
}

/** The content of a `response` frame. */
export interface ReplyContent {
  readonly response: Json;
  /** Values that are not JSON: capabilities, dates, media. */
  readonly objects: readonly WireObject[];
}

/**
 * The content of a `response` frame.
 * @throws {AnvilSqliteError} `protocol` (exit 10) when its objects are not valid, or missing although the response has
 * places for them: its dates and media would be taken for None
 */
export function replyContent(frame: JsonObject): ReplyContent {
  const response = frame["response"] ?? null;
  if (typeof response === "object" && response !== null && (frame["objects"] ?? null) === null) {
    throw protocolError("a reply without 'objects'");
  }
  return { response, objects: objectsOf(frame) };
}

/**
 * The entries of a message's `objects`. None may be left out: its value would be lost silently.
 * @throws {AnvilSqliteError} `protocol` (exit 10) when one has no path or no type
 */
export function objectsOf(frame: JsonObject): readonly WireObject[] {
  const objects = frame["objects"] ?? null;
  if (objects === null) return [];
  if (!isArray(objects) || !objects.every(isWireObject)) throw protocolError("a message with odd 'objects'");
  return objects as readonly Json[] as readonly WireObject[];
}

function isWireObject(entry: Json): boolean {
  return isObject(entry) && isArray(entry["path"]) && isArray(entry["type"]);
}
