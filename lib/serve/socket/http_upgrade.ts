/**
 * The HTTP request that opens an Uplink connection: read, checked, and answered with 101 or a refusal. It ignores
 * headers other than those of RFC 6455, as a real server does.
 */
import { createHash } from "node:crypto";
import type { Line } from "./line.ts";

/** Longest request head in bytes; a client's has a few hundred. */
const MAX_HEAD_BYTES = 8_192;

/** A client on this machine may send the whole URL (`lib/uplink/loopback.ts`), which a real server does not accept. */
const PATH = /^(?:(?:http|ws):\/\/[^/?#]*)?\/(?:_\/)?uplink(?:[/?#]|$)/;

/** A request head and the bytes that arrived after it. */
interface RequestHead {
  readonly method: string;
  readonly target: string;
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  readonly rest: Uint8Array;
}

/** Reads a request head; null if the connection ends too early, or the head is too long or not HTTP. */
export async function readRequestHead(line: Line): Promise<RequestHead | null> {
  let bytes = new Uint8Array(0);
  const piece = new Uint8Array(4_096);
  for (;;) {
    const read = await line.read(piece);
    if (read === null) return null;
    const grown = new Uint8Array(bytes.length + read);
    grown.set(bytes);
    grown.set(piece.subarray(0, read), bytes.length);
    bytes = grown;
    // A client that speaks TLS begins with byte 22 and would wait for an answer in TLS.
    if (!isCapital(bytes[0] ?? 0)) return null;
    const text = new TextDecoder("latin1").decode(bytes);
    const end = text.indexOf("\r\n\r\n");
    if (end >= 0) return parseHead(text.slice(0, end), bytes.subarray(end + 4));
    if (bytes.length > MAX_HEAD_BYTES) return null;
  }
}

function isCapital(byte: number): boolean {
  return byte >= 65 && byte <= 90;
}

function parseHead(text: string, rest: Uint8Array): RequestHead | null {
  const [first = "", ...lines] = text.split("\r\n");
  const match = /^([A-Z]+) (\S+) HTTP\/1\.1$/.exec(first);
  if (match === null) return null;
  const headers = new Map(lines.map((line): [string, string] => {
    const colon = line.indexOf(":");
    return [line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()];
  }));
  return { method: match[1] ?? "", target: match[2] ?? "", headers, rest };
}

/** The answer to a request: 101 for an Uplink, 400 for one without `Sec-WebSocket-Key`, 404 for any other path. */
export function upgradeAnswer({ method, target, headers }: RequestHead): {
  readonly upgraded: boolean;
  readonly head: string;
} {
  if (method !== "GET" || !PATH.test(target)) return { upgraded: false, head: refusal("404 Not Found") };
  const key = headers.get("sec-websocket-key");
  if (key === undefined || key === "") return { upgraded: false, head: refusal("400 Bad Request") };
  const accept = createHash("sha1").update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest("base64");
  const head = [
    "HTTP/1.1 101 Switching Protocols",
    `Sec-WebSocket-Accept: ${accept}`,
    "Connection: Upgrade",
    "Upgrade: websocket",
    `Date: ${new Date().toUTCString()}`,
  ];
  return { upgraded: true, head: `${head.join("\r\n")}\r\n\r\n` };
}

/** A refusal with an empty body. */
function refusal(status: string): string {
  return `HTTP/1.1 ${status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`;
}
