/** One connection from its key to its end: greeting, frames that close it, and calls that do not. */
import assert from "node:assert/strict";
import { OPCODE } from "../../fixtures/faults/websocket_frames.ts";
import { RawClient } from "../../fixtures/serving/raw_client.ts";
import { Cap, KEYS, type ServeClient, type Served, served } from "../../fixtures/serving/serve_client.ts";

const greeting = async ({ server }: Served, frame: unknown) => {
  const client = await RawClient.open(server.url);
  await client.sendJson(frame);
  return client;
};

Deno.test("each key is greeted with its kind and what the archive knows of its app", async () => {
  await using serving = await served();
  for (
    const [key, priv] of [[KEYS.server, "uplink"], [KEYS.client, "client"], [KEYS.read, "db-read-uplink"]] as const
  ) {
    using client = await greeting(serving, { key, v: 8 });
    assert.deepEqual(await client.json(), {
      auth: "OK",
      priv,
      "app-info": { id: "SERVEDAPP0000000", branch: "master", environment: { description: "App Server" } },
    });
  }
});

Deno.test("old protocols are refused before the key is looked at, deprecated ones greeted with a notice", async () => {
  await using serving = await served();
  for (const v of [4, "8", null, undefined]) {
    using client = await greeting(serving, { key: "wrong", v });
    assert.match(String((await client.json())["error"]), /^You are using an outdated version/);
    assert.equal(await client.ended(), "closed");
  }
  for (const v of [5, 6]) {
    using client = await greeting(serving, { key: KEYS.server, v });
    assert.ok("auth" in await client.json());
    assert.match(String((await client.json())["output"]), /^You are using a deprecated version/);
  }
});

Deno.test("an unknown key, an empty one and one that is not text are refused in the same words", async () => {
  await using serving = await served();
  for (const key of ["server_WRONG", "", 5, null, [KEYS.server]]) {
    using client = await greeting(serving, { key, v: 8 });
    assert.deepEqual(await client.json(), { error: "Incorrect uplink key" });
    assert.equal(await client.ended(), "closed");
  }
});

const people = (client: ServeClient) => client.table("people");

/** Frames that close the connection with 1000 and no reason, as a real server does. */
const CLOSING: Readonly<Record<string, (serving: Served) => Promise<string> | string>> = {
  "text that is not JSON": () => "{",
  "JSON that is not an object": () => "[]",
  "a call without id": () => `{"type":"CALL","command":"anvil.private.echo","args":[1]}`,
  "a reply without id": () => `{"response":1}`,
  "objects that are not a list of objects": () => `{"type":"CALL","id":"1","objects":[1]}`,
  "an object of unknown type": () =>
    `{"type":"CALL","id":"1","args":[null],"objects":[{"path":["args",0],"type":["Odd"]}]}`,
  "a live object, which was never given out": () =>
    `{"type":"CALL","id":"1","args":[null],"objects":[{"path":["args",0],"type":["LiveObject"],"backend":"x"}]}`,
  "a Long that is not a number": () =>
    `{"type":"CALL","id":"1","args":[null],"objects":[{"path":["args",0],"type":["Long"],"value":"x"}]}`,
  "a capability without a MAC": () =>
    `{"type":"CALL","id":"1","args":[null],"objects":[{"path":["args",0],"type":["Capability"],"scope":[]}]}`,
  "a capability with a wrong MAC": async ({ client }) => {
    const { capability: { scope } } = await people(client);
    const entry = { path: ["args", 0], type: ["Capability"], scope, mac: "0".repeat(64) };
    return JSON.stringify({ type: "CALL", id: "1", args: [null], objects: [entry] });
  },
  "a capability for another table under the MAC of this one": async ({ client }) => {
    const { capability: { mac } } = await people(client);
    const entry = { path: ["args", 0], type: ["Capability"], scope: ["_", "t", { id: 4 }], mac };
    return JSON.stringify({ type: "CALL", id: "1", args: [null], objects: [entry] });
  },
  "a view widened under the MAC of a narrow one": async ({ client }) => {
    const [view] = await client.call("table.get_view", [await people(client), "r", null, [], { name: "P1" }]) as Cap[];
    const { scope, mac } = view?.capability ?? { scope: [], mac: "" };
    const widened = scope.map((element) => typeof element === "string" ? element : { id: 5, perm: "rwc" });
    const entry = { path: ["args", 0], type: ["Capability"], scope: widened, mac };
    return JSON.stringify({ type: "CALL", id: "1", args: [null], objects: [entry] });
  },
};

for (const [what, frame] of Object.entries(CLOSING)) {
  Deno.test(`${what} closes the connection without a reply`, async () => {
    await using serving = await served();
    using client = await RawClient.greet(serving.server.url, KEYS.server);
    await client.sendFrame({ opcode: OPCODE.text, payload: await frame(serving) });
    assert.equal(await client.ended(), "closed");
  });
}

Deno.test("types that are not known, replies to nothing, and registrations of a server key are not answered", async () => {
  await using serving = await served();
  using client = await RawClient.greet(serving.server.url, KEYS.server);
  for (
    const frame of [
      { type: "FROM_THE_FUTURE" },
      { id: "1", response: 5 },
      { id: "1", output: "x" },
      { type: "REGISTER", name: "f" },
      { type: "CHUNK_HEADER", requestId: "none", mediaId: "none", lastChunk: true },
      { type: "MEDIA_ERROR", requestId: "none", mediaIds: ["x"] },
      { type: "MEDIA_ERROR" },
    ]
  ) await client.sendJson(frame);
  await client.sendFrame({ opcode: OPCODE.binary, payload: "bytes of nothing" });
  await client.sendJson({ type: "CALL", id: "2", command: "anvil.private.echo", args: ["still here"] });
  assert.deepEqual(await client.json(), { response: "still here", id: "2", objects: [] });
});

Deno.test("lesser keys may not register functions, and nobody live object backends", async () => {
  await using serving = await served();
  using guest = await RawClient.greet(serving.server.url, KEYS.client);
  await guest.sendJson({ type: "REGISTER", name: "f" });
  assert.match(String((await guest.json())["error"]), /unprivileged/);
  assert.equal(await guest.ended(), "closed");
  using client = await RawClient.greet(serving.server.url, KEYS.server);
  await client.sendJson({ type: "REGISTER_LIVE_OBJECT_BACKEND", backend: "x" });
  assert.ok("error" in await client.json());
  assert.equal(await client.ended(), "closed");
});

Deno.test("replies are pure ASCII with escaped slashes, and big integers are bare", async () => {
  await using serving = await served();
  using client = await RawClient.greet(serving.server.url, KEYS.server);
  await client.sendFrame({
    opcode: OPCODE.text,
    payload:
      `{"type":"CALL","id":"é/1","command":"anvil.private.echo","args":[{"é/\\"\\n😀":123456789012345678901234567890}]}`,
  });
  const text = new TextDecoder().decode((await client.frame())?.payload);
  assert.equal(
    text,
    `{"response":{"\\u00e9\\/\\"\\n\\ud83d\\ude00":123456789012345678901234567890},"id":"\\u00e9\\/1","objects":[]}`,
  );
});

Deno.test("objects go where their paths lead; those that lead nowhere are left out", async () => {
  await using serving = await served();
  using client = await RawClient.greet(serving.server.url, KEYS.server);
  const echoed = async (args: unknown, objects: readonly object[]) => {
    await client.sendJson({ type: "CALL", id: "1", command: "anvil.private.echo", args, objects });
    return (await client.json())["response"];
  };
  assert.deepEqual(await echoed([{ a: [null] }], [{ path: ["args", 0, "a", 0], type: ["Primitive"], value: 7 }]), {
    a: [7],
  });
  assert.deepEqual(await echoed([null], [{ path: ["args", 0], type: ["Long"], value: "+12" }]), 12);
  for (const path of [["args", 5], ["args", 0, "x"], ["args"], [], ["nowhere", 0], ["args", 0, "a", "b"]]) {
    assert.deepEqual(await echoed([{ a: 1 }], [{ path, type: ["Primitive"], value: 7 }]), { a: 1 }, path.join());
  }
  assert.equal(await echoed([null], [{ path: ["args", 0], type: ["Float"], value: "NaN" }]), null, "not JSON");
  assert.equal(await echoed([null], [{ path: ["args", 0], type: ["ClassType"], typeName: "x" }]), null);
});

Deno.test("media end with an empty chunk whose header says so", async () => {
  await using serving = await served();
  using client = await RawClient.greet(serving.server.url, KEYS.server);
  const types = await serving.client.table("all_types");
  await client.sendJson({
    type: "CALL",
    id: "row",
    command: "anvil.private.tables.v2.row.fetch",
    args: [null, ["m"]],
    objects: [{ ...types.row(134).fields, path: ["args", 0] }],
  });
  const { objects } = await client.json();
  const medium = (objects as readonly { readonly type: string[] }[]).find(({ type }) => type[0] === "LazyMedia");
  await client.sendJson({ type: "CALL", id: "m", command: "anvil.private.fetch_lazy_media", args: [medium] });
  const reply = await client.json();
  const [entry] = reply["objects"] as readonly { readonly id: string }[];
  assert.equal(reply["response"], null);
  for (const [index, length] of [64_000, 6_000, 0].entries()) {
    assert.deepEqual(await client.json(), {
      type: "CHUNK_HEADER",
      requestId: "m",
      mediaId: entry?.id,
      chunkIndex: index,
      lastChunk: length === 0,
    });
    const frame = await client.frame();
    assert.deepEqual([frame?.opcode, frame?.payload.length], [OPCODE.binary, length]);
  }
});
