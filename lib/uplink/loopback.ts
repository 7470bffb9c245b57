/**
 * This machine's own addresses, and connections to them that use no proxy. Deno sends every connection through the
 * proxy that the environment names, even one to this machine: then rows and the key would leave the machine. It knows
 * no Uplink.
 */
import type { Clock } from "../clock.ts";

const LOOPBACK: readonly RegExp[] = [
  /^(?:.+\.)?localhost\.?$/i,
  /^127\.\d+\.\d+\.\d+$/,
  /^::1$/,
  // 127.x.x.x as an IPv6 address, in both spellings.
  /^::ffff:(?:127\.\d+\.\d+\.\d+|7f[\da-f]{2}:[\da-f]{1,4})$/i,
];

/** Addresses that mean this machine to a client, and all addresses of this machine to a server. */
const ANY: ReadonlySet<string> = new Set(["0.0.0.0", "::"]);

/** Whether a host name or address, with or without the brackets of a URL, means this machine. */
export function isLoopback(host: string): boolean {
  const bare = bareHost(host);
  return LOOPBACK.some((pattern) => pattern.test(bare));
}

/** The host without the brackets that an IPv6 address has in a URL. */
function bareHost(host: string): string {
  return host.replace(/^\[(.*)\]$/, "$1");
}

/** Default ports of URLs. */
const PORTS: Readonly<Record<string, number>> = { "ws:": 80, "http:": 80 };

/**
 * A client for `fetch` and WebSockets that connects directly to a server on this machine. Null when that is not wanted,
 * or not possible: Deno does not allow such a client for TLS. Its owner closes it as soon as it has been used.
 *
 * A "TCP proxy" is what Deno connects to in place of the host: here the host itself. Its requests name the whole URL, as all
 * that go to a proxy do. Servers must take that (RFC 9112, section 3.2.2), and Anvil's App Server does not (http-kit).
 * @param url without TLS: `ws:` or `http:`
 */
export function directClient(url: string): Deno.HttpClient | null {
  if (!URL.canParse(url)) return null;
  const { protocol, hostname, port } = new URL(url);
  const usual = PORTS[protocol];
  if (usual === undefined || !isLoopback(hostname) && !ANY.has(bareHost(hostname))) return null;
  return Deno.createHttpClient({
    proxy: { transport: "tcp", hostname, port: port === "" ? usual : Number(port) },
  });
}

/** Time for a request to this machine, in milliseconds: it is answered quickly, except when a proxy swallows it. */
const CANARY_MS = 1_000;
const HEAD_BYTES = 4_096;

/** Whether a normal connection goes through a proxy; `unknown` if this program may not listen to find out. */
type Proxied = "no" | "yes" | "unknown";

/**
 * Finds out whether connections to a host on this machine go through a proxy. Only the environment says so, and this
 * program may not read it. So it connects to a port of its own on that host, and checks whether the request arrives
 * unchanged. The request contains nothing secret.
 */
export async function isProxied(hostname: string, clock: Clock): Promise<Proxied> {
  const host = bareHost(hostname);
  if (Deno.permissions.querySync({ name: "net", host: hostname }).state !== "granted") return "unknown";
  let listener: Deno.TcpListener;
  try {
    listener = Deno.listen({ hostname: host, port: 0 });
  } catch {
    // Not an address of this machine on which one can listen.
    return "unknown";
  }
  let cancel = () => {};
  const timeUp = new Promise<null>((resolve) => cancel = clock.after(CANARY_MS, () => resolve(null)));
  const head = firstHead(listener);
  const canary = new WebSocket(`ws://${hostname}:${listener.addr.port}/`);
  const failed = new Promise<null>((resolve) => canary.onerror = canary.onclose = () => resolve(null));
  try {
    const arrived = await Promise.race([head, timeUp, failed]);
    const isOwn = arrived !== null && /^GET \/ HTTP/.test(arrived) &&
      !/^(?:via|forwarded|x-forwarded-\w+):/im.test(arrived);
    return isOwn ? "no" : "yes";
  } finally {
    cancel();
    listener.close();
    canary.close();
    await Promise.all([head, failed]);
  }
}

/** The head of the first request that arrives; null when none does. */
async function firstHead(listener: Deno.TcpListener): Promise<string | null> {
  try {
    using connection = await listener.accept();
    const bytes = new Uint8Array(HEAD_BYTES);
    const count = await connection.read(bytes);
    return new TextDecoder("latin1").decode(bytes.subarray(0, count ?? 0));
  } catch {
    // Nobody connected before it was closed, or nobody stayed.
    return null;
  }
}
