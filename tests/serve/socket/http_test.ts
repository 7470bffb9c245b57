/** HTTP at the server's door: the upgrade, what is refused, and media by their URLs. */
import assert from "node:assert/strict";
import { RawClient } from "../../fixtures/serving/raw_client.ts";
import { type ServeClient, served, Wire } from "../../fixtures/serving/serve_client.ts";

async function answer(url: string, request: string): Promise<string> {
  using client = await RawClient.dial(url);
  await client.sendText(request);
  return await client.head();
}

const get = (target: string, ...headers: readonly string[]) =>
  [`GET ${target} HTTP/1.1`, "Host: x", ...headers, "", ""].join("\r\n");
const KEY = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==";

Deno.test("an upgrade is answered with the key's digest, on every path of an Uplink", async () => {
  await using serving = await served();
  for (const target of ["/_/uplink", "/_/uplink/", "/uplink", "/_/uplink?x=1", "/_/uplink/more"]) {
    const head = await answer(serving.server.url, get(target, KEY));
    assert.match(head, /^HTTP\/1\.1 101 Switching Protocols\r\n/, target);
    assert.match(head, /\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK\+xOo=/);
  }
});

Deno.test("other paths and methods are 404, an Uplink without a key 400", async () => {
  await using serving = await served();
  const { url } = serving.server;
  assert.match(await answer(url, get("/")), /^HTTP\/1\.1 404 Not Found/);
  assert.match(await answer(url, get("/_/uplinks", KEY)), /^HTTP\/1\.1 404/);
  assert.match(await answer(url, `POST /_/uplink HTTP/1.1\r\n${KEY}\r\n\r\n`), /^HTTP\/1\.1 404/);
  assert.match(await answer(url, get("/_/uplink")), /^HTTP\/1\.1 400 Bad Request/);
});

Deno.test("what is not HTTP, and a head without end, end the line without an answer", async () => {
  await using serving = await served();
  for (
    const request of [
      "\x16\x03\x01",
      "nonsense\r\n\r\n",
      "GET / HTTP/2\r\n\r\n",
      `GET / HTTP/1.1\r\n${"x".repeat(9_000)}`,
    ]
  ) {
    assert.equal(await answer(serving.server.url, request), "");
  }
});

async function urlOf(client: ServeClient, medium: unknown, download: boolean = true): Promise<string> {
  assert.ok(medium instanceof Wire);
  return String(await client.call("private:get_lazy_media_url", [medium, download]));
}

Deno.test("a medium has a URL that gives its bytes, its type and its name for as long as the connection lives", async () => {
  await using serving = await served();
  const client = await serving.connect();
  const types = await client.table("all_types");
  const { m: large } = await client.row(types, 134);
  const url = await urlOf(client, large);
  const response = await fetch(url);
  assert.equal(response.status, 200);
  assert.equal(response.headers.get("content-type"), "a/b");
  assert.match(response.headers.get("content-disposition") ?? "", /^attachment; filename\*=UTF-8''70000\.bin$/);
  assert.deepEqual(await response.bytes(), Uint8Array.from({ length: 70_000 }, (_, i) => i % 251));
  const shown = await fetch(await urlOf(client, (await client.row(types, 135))["m"], false));
  assert.match(shown.headers.get("content-disposition") ?? "", /^inline/);
  assert.equal((await shown.bytes()).length, 0);
  const csv = await fetch(await urlOf(client, await client.call("table.to_csv", [await client.table("people")])));
  assert.match(await csv.text(), /^"ID",/);
  await client[Symbol.asyncDispose]();
  const gone = await fetch(url);
  assert.equal(gone.status, 404);
  await gone.body?.cancel();
});

Deno.test("a URL with another key, token or medium is 404, and one is not made for what was not read here", async () => {
  await using serving = await served();
  const { client } = serving;
  const { m } = await client.row(await client.table("all_types"), 133);
  const url = await urlOf(client, m);
  for (
    const wrong of [
      url.replace(/\/[0-9a-f]{32}\//, `/${"0".repeat(32)}/`),
      url.replace(/_anvil_session=\w+/, "_anvil_session=x"),
      url.replace(/\?.*/, ""),
      url.replace(/\/\d+\/x\.txt/, "/99/x.txt"),
      url.replace(/x\.txt/, "%"),
      url.replace(/\/x\.txt/, ""),
    ]
  ) {
    const response = await fetch(wrong);
    assert.equal(response.status, 404, wrong);
    await response.body?.cancel();
  }
  const forged = new Wire({ type: ["LazyMedia"], manager: "table-media", id: "1", key: "0".repeat(32) });
  assert.match((await client.failure("private:get_lazy_media_url", [forged, true])).message, /^Internal server error/);
  assert.equal((await client.failure("private:get_lazy_media_url", ["x"])).type, "anvil.server.InternalError");
});

Deno.test("a medium whose row is deleted after its URL was made is 404", async () => {
  await using serving = await served({ writable: true });
  const { client } = serving;
  const types = await client.table("all_types");
  const url = await urlOf(client, (await client.row(types, 133))["m"]);
  await client.call("row.delete", [types.row(133)]);
  const response = await fetch(url);
  assert.equal(response.status, 404);
  await response.body?.cancel();
});
