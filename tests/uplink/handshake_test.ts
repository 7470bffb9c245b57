/** From a URL and a key to a greeting, or to a sentence that says why not. */
import assert from "node:assert/strict";
import { dial, displayUrl, sendGreeting } from "../../lib/uplink/handshake.ts";
import { ManualClock } from "../fixtures/clocks/manual_clock.ts";
import { oddServer } from "../fixtures/running/odd_server.ts";

const KEY = "server_ABCDEFGHIJKLMNOPQRSTUVWX";
const LIMIT_MS = 20_000;
const AUTH = { auth: "OK", priv: "uplink", "app-info": { id: "APP", branch: "main", environment: { tags: [] } } };

Deno.test("displayUrl() leaves out what may be secret: user, password, query and fragment", () => {
  assert.equal(displayUrl(`wss://me:${KEY}@anvil.works/uplink?key=${KEY}#${KEY}`), "wss://anvil.works/uplink");
  assert.equal(displayUrl(KEY), "(not a URL)");
});

for (const url of ["https://anvil.works/uplink", "anvil.works", "ws://127.0.0.1:99999/", "ws://"]) {
  Deno.test(`dial() of '${url}' is refused as no WebSocket URL: exit 2`, () =>
    assert.rejects(dial(url, LIMIT_MS, new ManualClock()), { code: "bad-url", exitCode: 2 }));
}

Deno.test("dial() gives up a server that accepts and says nothing, after its limit: exit 10", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const clock = new ManualClock();
  const dialling = dial(`ws://127.0.0.1:${listener.addr.port}/`, LIMIT_MS, clock);
  clock.advance(LIMIT_MS);
  await assert.rejects(dialling, { exitCode: 10, message: /no answer within 20 s$/ });
});

Deno.test("dial() ends with the signal's reason, before and while it waits", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const url = `ws://127.0.0.1:${listener.addr.port}/`;
  const stopping = new AbortController();
  const reason = new Error("Ctrl-C");
  const dialling = dial(url, LIMIT_MS, new ManualClock(), stopping.signal);
  stopping.abort(reason);
  await assert.rejects(dialling, reason);
  await assert.rejects(dial(url, LIMIT_MS, new ManualClock(), stopping.signal), reason);
});

/** What becomes of a greeting when the server does something once it has the key. */
async function greeted(answer: (socket: WebSocket) => void, clock = new ManualClock(), signal?: AbortSignal) {
  await using server = oddServer((socket) => socket.onmessage = () => answer(socket));
  const socket = await dial(server.url, LIMIT_MS, clock);
  const closed = new Promise((resolve) => socket.addEventListener("close", resolve));
  try {
    return await sendGreeting(socket, KEY, LIMIT_MS, clock, signal);
  } finally {
    socket.close();
    await closed;
  }
}

const says = (...texts: readonly string[]) => (socket: WebSocket) => texts.forEach((text) => socket.send(text));

Deno.test("sendGreeting() gives the kind of key, the app and its environment, whatever comes before", async () => {
  assert.deepEqual(await greeted(says('{"output":"hello"}', JSON.stringify(AUTH))), {
    keyKind: "uplink",
    appId: "APP",
    branch: "main",
    environment: { tags: [] },
  });
});

Deno.test("sendGreeting() takes a greeting without an app, as an App Server's", async () => {
  const bare = JSON.stringify({ auth: "OK", priv: "db-read-uplink" });
  assert.deepEqual(await greeted(says(bare)), { keyKind: "db-read-uplink", appId: "", branch: null, environment: {} });
});

Deno.test("sendGreeting() says why the server refuses the key, without the key", async () => {
  const refusal = greeted(says(JSON.stringify({ error: `Incorrect key ${KEY}` })));
  await assert.rejects(refusal, (error: Error) => {
    assert.ok(!error.message.includes(KEY), error.message);
    return true;
  });
});

/** What is not a greeting, and what the message says of it. */
const ODD_GREETINGS: Readonly<Record<string, readonly [answer: (socket: WebSocket) => void, said: RegExp]>> = {
  "is not JSON": [says("hello"), /greeting .*JSON/],
  "is bytes": [(socket) => socket.send(new Uint8Array([1, 2, 3])), /bytes/],
  "has a kind of key that nobody knows": [says(JSON.stringify({ ...AUTH, priv: "golden" })), /kind of key, "golden"$/],
  "is a closed connection": [(socket) => socket.close(), /closed the connection instead of greeting$/],
};

for (const [what, [answer, said]] of Object.entries(ODD_GREETINGS)) {
  Deno.test(`sendGreeting() fails with exit 10 when the greeting ${what}`, () =>
    assert.rejects(greeted(answer), { exitCode: 10, message: said }));
}

Deno.test("sendGreeting() gives up a server that takes the key and says nothing, after its limit: exit 10", async () => {
  const clock = new ManualClock();
  const waiting = greeted(() => clock.advance(LIMIT_MS), clock);
  await assert.rejects(waiting, { exitCode: 10, message: /took the key and did not answer within 20 s$/ });
});

Deno.test("sendGreeting() ends with the signal's reason", async () => {
  const stopping = new AbortController();
  const reason = new Error("Ctrl-C");
  await assert.rejects(greeted(() => stopping.abort(reason), new ManualClock(), stopping.signal), reason);
});
