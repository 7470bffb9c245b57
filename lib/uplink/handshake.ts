/**
 * Opens an authenticated socket from a URL and a key, or throws an error that says why not. It fails at once: nothing
 * is tried twice here.
 */
import type { Clock } from "../clock.ts";
import { AnvilSqliteError } from "../errors.ts";
import { isObject, type JsonObject, parseExact, stringifyExact, stringOf } from "../json/exact_json.ts";
import { holdsNulAnywhere } from "../json/nul.ts";
import { classifyServerFrame, KEY_KINDS, type KeyKind, PROTOCOL_VERSION } from "./frames.ts";
import { directClient, isProxied } from "./loopback.ts";
import {
  isHttpAnswer,
  protocolError,
  proxyBetween,
  refusedError,
  unreachableError,
  withoutKey,
} from "./uplink_errors.ts";

/** What the server's greeting says. */
export interface Welcome {
  readonly keyKind: KeyKind;
  /** Empty on the open-source App Server. */
  readonly appId: string;
  readonly branch: string | null;
  /** As sent: `description`, `tags`, maybe more. */
  readonly environment: JsonObject;
}

/** A WebSocket URL without credentials or query, fit for messages and files. */
export function displayUrl(url: string): string {
  try {
    const { protocol, host, pathname } = new URL(url);
    return `${protocol}//${host}${pathname}`;
  } catch {
    return "(not a URL)";
  }
}

/**
 * Opens the WebSocket. A server on this machine is reached directly, whatever proxy the environment names.
 * @throws {AnvilSqliteError} `bad-url`, `proxy-between` (exit 2), `unreachable`, `not-an-uplink` (exit 10)
 */
export async function dial(url: string, limitMs: number, clock: Clock, signal?: AbortSignal): Promise<WebSocket> {
  if (!/^wss?:\/\//.test(url)) {
    throw new AnvilSqliteError(`Not a WebSocket URL: ${displayUrl(url)}`, {
      code: "bad-url",
      hint: "It starts with wss:// (or ws://), such as wss://anvil.works/uplink.",
    });
  }
  using client = directClient(url);
  try {
    return await open(url, client, limitMs, clock, signal);
  } catch (error) {
    if (client === null || !isHttpAnswer(error)) throw error;
  }
  // Maybe this server does not accept requests in the form that proxies get.
  const proxied = await isProxied(new URL(url).hostname, clock);
  if (proxied !== "no") throw proxyBetween(displayUrl(url), proxied);
  return await open(url, null, limitMs, clock, signal);
}

function open(
  url: string,
  client: Deno.HttpClient | null,
  limitMs: number,
  clock: Clock,
  signal?: AbortSignal,
): Promise<WebSocket> {
  const host = displayUrl(url);
  return new Promise((resolve, reject) => {
    let socket: WebSocket;
    try {
      socket = client === null ? new WebSocket(url) : new WebSocket(url, { client });
    } catch (cause) {
      return reject(
        new AnvilSqliteError(`Not a WebSocket URL: ${host}`, { code: "bad-url", cause }),
      );
    }
    socket.binaryType = "arraybuffer";
    const give = (error: unknown) => {
      stop();
      socket.close();
      reject(error);
    };
    const cancel = clock.after(limitMs, () => give(unreachableError(host, `no answer within ${limitMs / 1000} s`)));
    const onAbort = () => give(signal?.reason);
    const stop = () => {
      cancel();
      signal?.removeEventListener("abort", onAbort);
      socket.onopen = socket.onerror = socket.onclose = null;
    };
    if (signal?.aborted) return give(signal.reason);
    signal?.addEventListener("abort", onAbort, { once: true });
    socket.onopen = () => {
      stop();
      resolve(socket);
    };
    socket.onerror = (event) => {
      stop();
      reject(unreachableError(host, event instanceof ErrorEvent ? event.message : ""));
    };
    socket.onclose = () => give(unreachableError(host, "it closed the connection"));
  });
}

/** Sends the key and waits for the greeting. */
export function sendGreeting(
  socket: WebSocket,
  key: string,
  limitMs: number,
  clock: Clock,
  signal?: AbortSignal,
): Promise<Welcome> {
  const host = displayUrl(socket.url);
  return new Promise((resolve, reject) => {
    const settle = (act: () => void) => {
      cancel();
      signal?.removeEventListener("abort", onAbort);
      socket.onmessage = socket.onerror = socket.onclose = null;
      act();
    };
    const give = (error: unknown) =>
      settle(() => {
        socket.close();
        reject(error);
      });
    const onAbort = () => give(signal?.reason);
    const cancel = clock.after(
      limitMs,
      () => give(unreachableError(host, `it took the key and did not answer within ${limitMs / 1000} s`)),
    );
    signal?.addEventListener("abort", onAbort, { once: true });
    socket.onclose = () => give(unreachableError(host, "it closed the connection instead of greeting"));
    socket.onerror = () => give(unreachableError(host, "the connection broke before the greeting"));
    socket.onmessage = (event) => {
      try {
        const welcome = readGreeting(event.data, key);
        if (welcome !== null) settle(() => resolve(welcome));
      } catch (error) {
        give(error);
      }
    };
    socket.send(stringifyExact({ key, v: PROTOCOL_VERSION }));
  });
}

/** The greeting, or null for a frame that may come before it. */
function readGreeting(data: unknown, key: string): Welcome | null {
  if (typeof data !== "string") throw protocolError("bytes in place of a greeting");
  const frame = classifyServerFrame(parseGreeting(data));
  switch (frame.kind) {
    case "auth":
      return welcomeOf(frame.frame, key);
    case "fatal":
      throw refusedError(withoutKey(frame.message, key));
    default:
      return null;
  }
}

function parseGreeting(text: string) {
  try {
    return parseExact(text);
  } catch (cause) {
    throw protocolError("a greeting that is not JSON", cause);
  }
}

/** What the server says about the app, without the key: it goes into messages, files and names of files. */
function welcomeOf(frame: JsonObject, key: string): Welcome {
  const keyKind = KEY_KINDS.find((kind) => kind === frame["priv"]);
  if (keyKind === undefined) throw protocolError(`an unknown kind of key, ${JSON.stringify(frame["priv"] ?? null)}`);
  const info = frame["app-info"];
  if (holdsNulAnywhere(info)) throw protocolError("a greeting with NUL in what it says of the app");
  const app = isObject(info) ? info : {};
  const environment = app["environment"];
  const clean = (text: string | null) => text === null || withoutKey(text, key) === text ? text : null;
  return {
    keyKind,
    appId: clean(stringOf(app["id"])) ?? "",
    branch: clean(stringOf(app["branch"])),
    environment: isObject(environment) ? cleaned(environment, key) : {},
  };
}

function cleaned(json: JsonObject, key: string): JsonObject {
  const text = stringifyExact(json);
  const clean = parseExact(withoutKey(text, JSON.stringify(key).slice(1, -1)));
  return isObject(clean) ? clean : {};
}
