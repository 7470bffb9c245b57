/** What goes to this machine goes there straight, whatever proxy the environment names. */
import assert from "node:assert/strict";
import { sampleApp } from "../../lib/demo/sample_app.ts";
import { directClient, isLoopback } from "../../lib/uplink/loopback.ts";
import { tempDir } from "../fixtures/files/temp_dir.ts";
import { runProgram } from "../fixtures/running/program.ts";
import { variablesFor } from "../fixtures/running/program_here.ts";
import { serveApp, TEST_KEY } from "../fixtures/running/served_app.ts";

Deno.test("isLoopback() knows this machine's addresses, in a URL and alone", () => {
  const own = ["localhost", "LOCALHOST", "app.localhost", "localhost.", "127.0.0.1", "127.9.9.9", "::1", "[::1]"];
  const mapped = [new URL("ws://[::ffff:127.0.0.1]/").hostname, "::ffff:127.0.0.1"];
  for (const host of [...own, ...mapped]) assert.ok(isLoopback(host), host);
  const others = ["anvil.works", "localhost.example.com", "notlocalhost", "127.0.0.1.example.com", "10.0.0.1", "[::2]"];
  // Who listens there listens to all machines.
  for (const host of [...others, "0.0.0.0", "::", "128.0.0.1", ""]) assert.ok(!isLoopback(host), host);
});

Deno.test("directClient() is for this machine without TLS alone", () => {
  for (const url of ["ws://127.0.0.1:1/", "ws://localhost", "http://[::1]:2/x", "ws://0.0.0.0:3/"]) {
    using client = directClient(url);
    assert.ok(client !== null, url);
  }
  for (const url of ["wss://127.0.0.1/", "ws://anvil.works/", "https://localhost/", "ws://", "no URL"]) {
    assert.equal(directClient(url), null, url);
  }
});

/** A proxy that answers nobody, and keeps what it was asked for. */
function silentProxy() {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const asked: string[] = [];
  const accepting = (async () => {
    for await (const connection of listener) {
      const bytes = new Uint8Array(4_096);
      const count = await connection.read(bytes);
      asked.push(new TextDecoder().decode(bytes.subarray(0, count ?? 0)));
      connection.close();
    }
  })();
  const url = `http://127.0.0.1:${listener.addr.port}`;
  const names = ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"].flatMap((name) => [name, name.toLowerCase()]);
  return {
    asked,
    /** Variables that lead everything through it. */
    env: { ...Object.fromEntries(names.map((name) => [name, url])), DENO_NO_UPDATE_CHECK: "1" },
    async [Symbol.asyncDispose]() {
      listener.close();
      await accepting;
    },
  };
}

Deno.test("a proxy in the environment is never asked for a server on this machine: backup, doctor, demo, drill", async () => {
  await using proxy = silentProxy();
  await using app = await serveApp(sampleApp());
  using dir = tempDir();
  const { env } = proxy;
  const byAddress = { ...env, ...variablesFor(app.server.url) };
  const byName = { ...env, ...variablesFor(app.server.url.replace("127.0.0.1", "localhost")) };
  const file = dir.file("a.sqlite");
  for (
    const [args, variables] of [
      [["backup", "-q", "-o", file], byAddress],
      [["tables"], byName],
      [["doctor"], byAddress],
      [["demo", "-o", dir.path], env],
      [["drill", "-q", file], env],
    ] as const
  ) {
    const { code, err } = await runProgram(args, { env: variables, cwd: dir.path });
    assert.equal(code, 0, `${args[0]}: ${err}`);
  }
  assert.deepEqual(proxy.asked, []);
});

/** In front of a server, and like Anvil's: it takes no request that names the whole URL. */
function strictServer(to: string) {
  const { hostname, port } = new URL(to);
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const serve = async (connection: Deno.TcpConn) => {
    const bytes = new Uint8Array(4_096);
    const head = bytes.subarray(0, await connection.read(bytes) ?? 0);
    if (!new TextDecoder().decode(head).startsWith("GET /")) {
      await connection.write(new TextEncoder().encode("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"));
      return connection.close();
    }
    const server = await Deno.connect({ hostname, port: Number(port) });
    await server.write(head);
    await Promise.allSettled([
      connection.readable.pipeTo(server.writable),
      server.readable.pipeTo(connection.writable),
    ]);
  };
  const accepting = (async () => {
    const serving: Promise<void>[] = [];
    for await (const connection of listener) serving.push(serve(connection));
    await Promise.all(serving);
  })();
  return {
    url: `ws://127.0.0.1:${listener.addr.port}/_/uplink`,
    async [Symbol.asyncDispose]() {
      listener.close();
      await accepting;
    },
  };
}

Deno.test("a server on this machine that takes no whole URL is reached, unless a proxy would be asked for it: exit 2", async () => {
  await using proxy = silentProxy();
  await using app = await serveApp(sampleApp());
  await using server = strictServer(app.server.url);
  const list = (env: Readonly<Record<string, string>>) =>
    runProgram(["tables"], { env: { ...env, ...variablesFor(server.url) } });
  assert.equal((await list({})).code, 0);
  const { code, err } = await list(proxy.env);
  assert.equal(code, 2, err);
  assert.match(err, /^error: A proxy that the environment names is between this program and ws:\/\/127\.0\.0\.1:/);
  assert.match(err, /^hint: Take this machine out of it: NO_PROXY=localhost,127\.0\.0\.1$/m);
  // It was asked for nothing but a port of the program's own.
  for (const request of proxy.asked) {
    assert.ok(!request.includes(TEST_KEY) && !request.includes(new URL(server.url).port), request);
  }
  assert.equal((await list({ ...proxy.env, NO_PROXY: "localhost,127.0.0.1" })).code, 0);
});
