/**
 * One connection from its key to its end: greeting, frames in, replies and media out, each call on its own. It parses
 * and routes; commands do the work.
 */
import { randomBytes } from "node:crypto";
import type { Clock } from "../clock.ts";
import { isArray, isObject, type JsonObject, numberSource, parseExact, stringOf } from "../json/exact_json.ts";
import type { KeyKind } from "../uplink/frames.ts";
import { MAX_MESSAGE_BYTES } from "../uplink/limits.ts";
import { readArguments } from "./protocol/arguments.ts";
import { Call, type Caller, type CallReply, type CallServices } from "./commands/call.ts";
import { dispatch } from "./commands/dispatch.ts";
import { CallError, DropConnection, errorCode, errorReply, opaqueError } from "./protocol/errors.ts";
import { IncomingMedia } from "./protocol/media_in.ts";
import { MediaKeys } from "./protocol/media_keys.ts";
import type { MediaToSend } from "./reply/media_out.ts";
import type { ServerSocket } from "./socket/websocket.ts";
import { wireJson, wireString, wireStringOrNull } from "./protocol/wire_text.ts";

/** Unsent bytes above which media wait, so that a slow reader costs no memory. */
const HIGH_WATER_BYTES = 1_048_576;

const OUTDATED = "You are using an outdated version of the uplink library. " +
  "Please use 'pip install --upgrade anvil-uplink' to get a new one.";
const DEPRECATED = "You are using a deprecated version of the Anvil Uplink. " +
  "Upgrade for bug-fixes and new features by typing 'pip install --upgrade anvil-uplink'";

/** What all sessions of a server share. */
export interface SessionServices extends CallServices {
  readonly clock: Clock;
  /** The kind of a key; null for text that is not a key of this server. */
  readonly kindOfKey: (key: string) => KeyKind | null;
  /** `app-info` of the greeting. */
  readonly appInfo: JsonObject;
  /** Called when a connection has shown its key. */
  readonly onKey: () => void;
  /** Receives errors of which callers see only a code. */
  readonly onProblem: (error: unknown, code: string) => void;
}

/** One connection. */
export class ServeSession {
  readonly #socket: ServerSocket;
  readonly #services: SessionServices;
  readonly #connection: number;
  /** Media that are arriving, by call and by their own id. */
  readonly #incoming = new Map<string, ReadonlyMap<string, IncomingMedia>>();
  #caller: Caller | null = null;
  #header: { readonly media: IncomingMedia | null; readonly last: boolean } | null = null;

  /** @param connection its number, which no other connection of the server has */
  constructor(socket: ServerSocket, services: SessionServices, connection: number) {
    this.#socket = socket;
    this.#services = services;
    this.#connection = connection;
  }

  /** Takes a text frame. */
  onText(text: string): void {
    try {
      const frame = parseExact(text);
      if (!isObject(frame)) throw new DropConnection("A frame that is not an object");
      if (this.#caller === null) this.#greet(frame);
      else this.#route(frame, this.#caller);
    } catch (error) {
      if (!(error instanceof DropConnection || error instanceof SyntaxError)) this.#services.onProblem(error, "frame");
      this.#socket.close();
    }
  }

  /** Takes a binary frame: the bytes that a chunk header has announced. */
  onBinary(bytes: Uint8Array): void {
    const header = this.#header;
    this.#header = null;
    header?.media?.chunk(bytes, header.last);
  }

  /** The connection is closed; calls that are running go on to their end. */
  onClose(): void {
    if (this.#caller !== null) this.#services.mediaSessions.withdraw(this.#caller.mediaKeys);
    for (const media of this.#incoming.values()) {
      for (const each of media.values()) {
        each.fail(new CallError("anvil.server.UplinkDisconnectedError", "Connection lost"));
      }
    }
  }

  #greet(frame: JsonObject): void {
    const version = Number(numberSource(frame["v"] ?? null) ?? NaN);
    if (!(version >= 5)) return this.#refuse(OUTDATED);
    const kind = this.#services.kindOfKey(stringOf(frame["key"]) ?? "");
    if (kind === null) return this.#refuse("Incorrect uplink key");
    this.#caller = { connection: this.#connection, kind, mediaKeys: new MediaKeys() };
    this.#services.onKey();
    this.#socket.admit();
    this.#socket.sendText(`{"auth":"OK","priv":"${kind}","app-info":${wireJson(this.#services.appInfo)}}`);
    if (version < 7) this.#socket.sendText(`{"output": ${JSON.stringify(DEPRECATED)}}`);
  }

  #refuse(text: string): void {
    this.#socket.sendText(`{"error": ${JSON.stringify(text)}}`);
    this.#socket.close();
  }

  #route(frame: JsonObject, caller: Caller): void {
    switch (frame["type"]) {
      case "CALL":
        return this.#startCall(frame, caller);
      case "CHUNK_HEADER": {
        const media = this.#incoming.get(String(frame["requestId"]))?.get(String(frame["mediaId"]));
        this.#header = { media: media ?? null, last: frame["lastChunk"] === true };
        return;
      }
      case "MEDIA_ERROR":
        return this.#failMedia(frame);
      case "REGISTER":
        if (caller.kind === "uplink") return;
        return this.#refuse(
          "Cannot register @anvil.server.callable functions from an unprivileged (client) uplink.",
        );
      case "REGISTER_LIVE_OBJECT_BACKEND":
        return this.#refuse("Cannot register live object backends.");
      case undefined:
        if (("response" in frame || "error" in frame) && !("id" in frame)) {
          throw new DropConnection("A reply without id");
        }
        return;
      default:
        // An unknown type is never answered.
        return;
    }
  }

  #failMedia(frame: JsonObject): void {
    const media = this.#incoming.get(String(frame["requestId"]));
    const cause = isObject(frame["cause"]) ? frame["cause"] : {};
    const ids = isArray(frame["mediaIds"]) ? frame["mediaIds"] : [];
    for (const id of ids) {
      media?.get(String(id))?.fail(
        new CallError(stringOf(cause["type"]), stringOf(cause["message"]) ?? "Media failed"),
      );
    }
  }

  #startCall(frame: JsonObject, caller: Caller): void {
    const id = stringOf(frame["id"]);
    if (id === null) throw new DropConnection("A call without id");
    const command = stringOf(frame["command"]) ?? "";
    const stack = stringOf(frame["call-stack-id"]) ?? "";
    const { args, kwargs, media } = readArguments(frame, this.#services.sealer);
    const incoming = new Map(
      media.map((each) => [
        each.id,
        new IncomingMedia(this.#services.clock, (error) => this.#services.onProblem(error, "media")),
      ]),
    );
    if (incoming.size > 0) this.#incoming.set(id, incoming);
    const call = new Call({ command, stack, caller, services: this.#services, args, kwargs, incoming });
    this.#handle(id, call).catch((error) => this.#services.onProblem(error, "call"));
  }

  async #handle(id: string, call: Call): Promise<void> {
    try {
      const { text, media } = await this.#replyTo(id, call);
      this.#socket.sendText(text);
      if (media !== null) await this.#sendMedia(id, media.id, media.media);
    } finally {
      for (const media of this.#incoming.get(id)?.values() ?? []) media.discard();
      this.#incoming.delete(id);
    }
  }

  async #replyTo(id: string, call: Call) {
    try {
      const reply = await dispatch(call);
      const media = reply.media === undefined ? null : { id: mediaId(), media: reply.media };
      return { text: replyText(id, reply, media), media };
    } catch (error) {
      return { text: errorReply(id, this.#callError(error)), media: null };
    }
  }

  #callError(error: unknown): CallError {
    if (error instanceof CallError) return error;
    const code = errorCode();
    this.#services.onProblem(error, code);
    return opaqueError(code);
  }

  /** Header and bytes of a chunk are queued together, so that nothing comes between them. */
  async #sendMedia(id: string, mediaId: string, media: MediaToSend): Promise<void> {
    let index = 0;
    const send = (bytes: Uint8Array, last: boolean) => {
      this.#socket.sendText(
        `{"type":"CHUNK_HEADER","requestId":${wireString(id)},"mediaId":"${mediaId}",` +
          `"chunkIndex":${index++},"lastChunk":${last}}`,
      );
      this.#socket.sendBinary(bytes);
      return this.#socket.drained(HIGH_WATER_BYTES);
    };
    try {
      for (const chunk of media.chunks) {
        await send(chunk, false);
        if (!this.#socket.isOpen) return;
      }
      await send(new Uint8Array(0), true);
    } catch (error) {
      this.#socket.sendText(errorReply(id, this.#callError(error)));
    } finally {
      media.done?.();
    }
  }
}

function mediaId(): string {
  return randomBytes(10).toString("base64");
}

/** The reply's text, or an error if it is too long. */
function replyText(
  id: string,
  { response, objects = "", length = 0 }: CallReply,
  media: { readonly id: string; readonly media: MediaToSend } | null,
): string {
  const entries = media === null
    ? objects
    : `{"path":["response"],"type":["DataMedia"],"id":"${media.id}","mime-type":${
      wireStringOrNull(media.media.contentType)
    },"name":${wireStringOrNull(media.media.name)}}`;
  const text = `{"response":${response},"id":${wireString(id)},"objects":[${entries}]}`;
  const bytes = Math.max(text.length, length);
  if (bytes < MAX_MESSAGE_BYTES) return text;
  return `{"id":${
    wireString(id)
  },"error":{"type":"anvil.server.InternalError","message":"Payload too large (${bytes})"}}`;
}
