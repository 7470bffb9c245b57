/** Files of a folder, or texts, over loopback HTTP: stands for wherever the program or its releases are published. */
import { extname } from "../../lib/deps.ts";

const TYPES: Readonly<Record<string, string>> = {
  ".ts": "application/typescript",
  ".js": "text/javascript",
  ".json": "application/json",
};

/** A server that answers until disposed of. */
export interface FileServer extends AsyncDisposable {
  readonly host: string;
  readonly url: string;
}

/** Serves what `read` gives for a path such as `/main.ts`; what it throws becomes 404. */
export function serveFiles(read: (path: string) => Promise<Uint8Array | string>): FileServer {
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, async (request) => {
    const { pathname } = new URL(request.url);
    try {
      const body = await read(pathname);
      const headers = { "content-type": TYPES[extname(pathname)] ?? "application/octet-stream" };
      return new Response(typeof body === "string" ? body : new Uint8Array(body), { headers });
    } catch {
      return new Response("not found", { status: 404 });
    }
  });
  const host = `127.0.0.1:${server.addr.port}`;
  return { host, url: `http://${host}`, [Symbol.asyncDispose]: () => server.shutdown() };
}

/** A server that leads every request to the same path at another one. */
export function serveRedirects(to: string): FileServer {
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, (request) => {
    return Response.redirect(`${to}${new URL(request.url).pathname}`, 302);
  });
  const host = `127.0.0.1:${server.addr.port}`;
  return { host, url: `http://${host}`, [Symbol.asyncDispose]: () => server.shutdown() };
}
