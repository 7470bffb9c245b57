/**
 * One connection to an Anvil server: the handshake, calls in flight, their media, and the end of it. It knows no table,
 * never reconnects, and always waits with a limit (`limits.ts`).
 */
import { type Clock, systemClock } from "../clock.ts";
import { AnvilSqliteError, stopped } from "../errors.ts";
import { isObject, type Json, type JsonObject, stringifyExact } from "../json/exact_json.ts";
import { dial, sendGreeting, type Welcome } from "./handshake.ts";
import { classifyServerFrame, parseServerFrame, replyContent } from "./frames.ts";
import { MAX_MESSAGE_BYTES } from "./limits.ts";
import type { Reply } from "./reply.ts";
import type { WireObject } from "./wire_object.ts";
import { LIMITS, type Limits, WATCH_INTERVAL_MS } from "./limits.ts";
import { type ChunkHeader, type MediaSink, PendingCall } from "./pending_call.ts";
import { LongReply, longReply } from "./reply_text.ts";
import { type OutgoingMedia, sendMedia } from "./send_media.ts";
import { ConnectionLostError, protocolError, remoteError, withoutKey } from "./uplink_errors.ts";

/** How to connect. */
interface ConnectOptions {
  /** `wss://…/uplink`, or `ws://HOST:PORT/_/uplink` for an App Server. */
  readonly url: string;
  /** The Uplink key; it is sent only in the greeting. */
  readonly key: string;
  readonly limits?: Limits;
  readonly clock?: Clock;
  /** Aborting it ends the connection. */
  readonly signal?: AbortSignal;
  /** Receives what server code prints during calls, and notices of the server. */
  readonly onOutput?: (text: string) => void;
}

/** A call to make. */
interface CallRequest {
  /** Name of the function, such as `anvil.private.echo`. */
  readonly command: string;
  readonly args?: readonly Json[];
  readonly kwargs?: JsonObject;
  /** Values that JSON does not have; `args` and `kwargs` hold null at their paths. */
  readonly objects?: readonly WireObject[];
  /** Call stack; transactions belong to one. */
  readonly stack?: string;
  /** Whether the reply surely announces no media, so that a long one need not be parsed to find out. */
  readonly plain?: boolean;
  /** Receives the media of the reply as they arrive; without it they are dropped. */
  readonly sink?: MediaSink;
  /** Media announced in `objects`, sent after the call. */
  readonly media?: readonly OutgoingMedia[];
}

/**
 * Connects and authenticates.
 * @throws {AnvilSqliteError} unreachable (10), key refused (11), maintenance (13)
 */
export async function connect(options: ConnectOptions): Promise<Connection> {
  const clock = options.clock ?? systemClock;
  const limits = options.limits ?? LIMITS;
  const socket = await dial(options.url, limits.connectMs, clock, options.signal);
  const welcome = await sendGreeting(socket, options.key, limits.greetingMs, clock, options.signal);
  return new Connection(socket, welcome, { ...options, clock, limits });
}

/** A live, authenticated connection. */
export class Connection implements AsyncDisposable {
  /** What the server said about itself and the key. */
  readonly welcome: Welcome;
  /** Resolves when the connection has ended, with the reason; null when this side closed it. */
  readonly ended: Promise<AnvilSqliteError | null>;
  readonly #socket: WebSocket;
  readonly #clock: Clock;
  readonly #limits: Limits;
  readonly #onOutput: (text: string) => void;
  readonly #clean: (text: string) => string;
  readonly #calls = new Map<string, PendingCall>();
  /** The beginning of every id of a call, and found nowhere else: see `longReply`. */
  readonly #idPrefix = `~${crypto.randomUUID()}~`;
  #nextId = 0;
  #chunkOwner: { readonly call: PendingCall | null; readonly header: ChunkHeader } | null = null;
  #heardAt: number;
  #echoAt: number;
  #stopWatch: () => void;
  #fastestMs = Infinity;
  #failure: AnvilSqliteError | null = null;
  #closing = false;
  #resolveEnded: (reason: AnvilSqliteError | null) => void = () => {};

  constructor(socket: WebSocket, welcome: Welcome, options: ConnectOptions & { clock: Clock; limits: Limits }) {
    this.#socket = socket;
    this.welcome = welcome;
    this.#clock = options.clock;
    this.#limits = options.limits;
    this.#onOutput = options.onOutput ?? (() => {});
    this.#clean = (text) => withoutKey(text, options.key);
    this.#heardAt = this.#clock.monotonic();
    this.#echoAt = this.#heardAt;
    this.ended = new Promise((resolve) => this.#resolveEnded = resolve);
    socket.onmessage = (event) => this.#receive(event.data);
    socket.onerror = () => {};
    socket.onclose = () => this.#end(new ConnectionLostError("the server closed it"));
    const { signal } = options;
    signal?.addEventListener("abort", () => this.#fail(stopped(signal)), { once: true });
    this.#stopWatch = this.#clock.after(WATCH_INTERVAL_MS, () => this.#watch());
  }

  /** When something was last received, by its clock, in milliseconds. */
  get heardAt(): number {
    return this.#heardAt;
  }

  /** Whether it has ended: every call fails from now on. */
  get isOver(): boolean {
    return this.#failure !== null;
  }

  /** The shortest time from a call to its reply, in milliseconds; little more than a round trip. */
  get fastestMs(): number {
    return this.#fastestMs;
  }

  /**
   * Makes a call and waits for its whole reply.
   * @throws {RemoteError} when the server answers with an error
   * @throws {ConnectionLostError} when the connection ends first, or a limit passes
   */
  call(request: CallRequest): Promise<Reply> {
    if (this.#failure !== null) return Promise.reject(this.#failure);
    const id = `${this.#idPrefix}${this.#nextId++}`;
    const text = stringifyExact({
      type: "CALL",
      id,
      command: request.command,
      args: request.args ?? [],
      kwargs: request.kwargs ?? {},
      objects: (request.objects ?? []) as unknown as Json,
      ...(request.stack === undefined ? {} : { "call-stack-id": request.stack }),
    });
    if (text.length >= MAX_MESSAGE_BYTES / 3 && new TextEncoder().encode(text).length >= MAX_MESSAGE_BYTES) {
      return Promise.reject(
        new AnvilSqliteError(`A call of ${text.length} bytes is more than the server takes (16 MiB)`, {
          code: "message-too-large",
          hint: "Send fewer rows at once.",
        }),
      );
    }
    const pending = new PendingCall(request.command, this.#clock.monotonic(), request.sink, request.plain);
    this.#calls.set(id, pending);
    try {
      this.#socket.send(text);
    } catch (cause) {
      this.#fail(new ConnectionLostError("sending failed", cause));
    }
    const upload = request.media?.length
      ? sendMedia(this.#socket, id, request.media, this.#clock, () => pending.touch(this.#clock.monotonic()))
      : null;
    upload?.catch((error: unknown) => this.#settle(id, error));
    return pending.reply;
  }

  /** Ends the connection; calls in flight fail. */
  async close(): Promise<void> {
    this.#closing = true;
    this.#end(null);
    if (this.#socket.readyState === WebSocket.CLOSED) return;
    await new Promise<void>((resolve) => {
      const cancel = this.#clock.after(this.#limits.closeMs, resolve);
      this.#socket.onclose = () => {
        cancel();
        resolve();
      };
      this.#socket.close();
    });
  }

  /** Ends the connection at the end of an `await using` block. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #receive(data: unknown): void {
    this.#heardAt = this.#clock.monotonic();
    if (data instanceof ArrayBuffer) return this.#receiveChunk(new Uint8Array(data));
    if (typeof data !== "string") return this.#fail(protocolError("a frame that is neither text nor bytes"));
    const long = longReply(data, this.#idPrefix);
    if (long !== null && this.#calls.get(long.id)?.plain) {
      return this.#receiveReply(long.id, () => new LongReply(long.parts));
    }
    const json = parseServerFrame(data);
    if (json instanceof AnvilSqliteError) return this.#fail(json);
    const frame = classifyServerFrame(json);
    switch (frame.kind) {
      case "response":
        return this.#receiveReply(frame.id, () => ({ ...replyContent(frame.frame), bytes: data.length }));
      case "error":
        return this.#settle(frame.id, remoteError(this.#calls.get(frame.id)?.command ?? "?", frame.frame, this.#clean));
      case "chunk-header":
        this.#chunkOwner = { call: this.#calls.get(frame.requestId) ?? null, header: frame };
        return;
      case "media-error": {
        const command = this.#calls.get(frame.requestId)?.command ?? "?";
        const cause = frame.frame["cause"];
        const error = { error: isObject(cause) ? cause : "media failed" };
        return this.#settle(frame.requestId, remoteError(command, error, this.#clean));
      }
      case "output":
        return this.#onOutput(this.#clean(frame.text));
      case "fatal":
        return this.#fail(new ConnectionLostError(this.#clean(frame.message)));
      case "call":
        return this.#refuseCall(frame.id);
      case "auth":
      case "ignored":
        return;
    }
  }

  #receiveReply(id: string, reply: () => Reply): void {
    const call = this.#calls.get(id);
    if (call === undefined) return;
    this.#fastestMs = Math.min(this.#fastestMs, this.#heardAt - call.sentAt);
    try {
      const done = call.receive(reply());
      call.touch(this.#heardAt);
      if (done) this.#calls.delete(id);
    } catch (error) {
      this.#settle(id, error);
    }
  }

  #receiveChunk(bytes: Uint8Array): void {
    const owner = this.#chunkOwner;
    this.#chunkOwner = null;
    if (owner === null) return this.#fail(protocolError(`${bytes.length} bytes without a chunk header`));
    if (owner.call === null) return;
    owner.call.touch(this.#heardAt);
    try {
      if (owner.call.receiveChunk(owner.header, bytes)) this.#forget(owner.call);
    } catch (error) {
      this.#forget(owner.call);
      owner.call.fail(error);
    }
  }

  #forget(call: PendingCall): void {
    for (const [id, known] of this.#calls) if (known === call) this.#calls.delete(id);
  }

  #settle(id: string, error: unknown): void {
    const call = this.#calls.get(id);
    this.#calls.delete(id);
    call?.fail(error);
  }

  /**
   * Answers a call from the server. This client registered no functions, so it should never get one; if it does, it
   * says so.
   */
  #refuseCall(id: string | null): void {
    if (id === null) return;
    const type = "anvil.server.NoServerFunctionError";
    this.#socket.send(
      stringifyExact({ id, error: { type, message: "anvil-sqlite offers no functions" }, objects: [] }),
    );
  }

  #watch(): void {
    const now = this.#clock.monotonic();
    if (now - this.#echoAt >= this.#limits.keepaliveMs) this.#echo(now);
    if (now - this.#heardAt >= this.#limits.silenceMs) {
      return this.#fail(new ConnectionLostError(`nothing was heard for ${this.#limits.silenceMs / 1000} s`));
    }
    for (const [id, call] of this.#calls) {
      const limit = call.awaitsMedia ? this.#limits.chunkMs : this.#limits.callMs;
      if (now - call.touchedAt < limit) continue;
      const what = `'${call.command}' was not answered within ${limit / 1000} s`;
      this.#settle(id, new ConnectionLostError(what, undefined, "no-answer"));
    }
    this.#stopWatch = this.#clock.after(WATCH_INTERVAL_MS, () => this.#watch());
  }

  /** Any reply is enough: a DB-read key may not even make this call. */
  #echo(now: number): void {
    this.#echoAt = now;
    this.call({ command: "anvil.private.echo", args: ["keep-alive"] }).catch(() => {});
  }

  #fail(error: AnvilSqliteError): void {
    this.#end(error);
    this.#socket.close();
  }

  #end(reason: AnvilSqliteError | null): void {
    if (this.#failure !== null) return;
    this.#failure = reason ?? new ConnectionLostError("this side closed it");
    this.#stopWatch();
    for (const call of this.#calls.values()) call.fail(this.#failure);
    this.#calls.clear();
    this.#resolveEnded(this.#closing ? null : reason);
  }
}
