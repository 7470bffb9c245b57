/** Replies of megabytes for which a client does not come. */
import assert from "node:assert/strict";
import { smallApp } from "../fixtures/apps/small_app.ts";
import { frameBytes, joinBytes, OPCODE } from "../fixtures/faults/websocket_frames.ts";
import { RawClient } from "../fixtures/serving/raw_client.ts";
import { KEYS, type ServeClient, served } from "../fixtures/serving/serve_client.ts";

/** An app with one text that makes a reply of 12 MB. */
const longText = () => smallApp({ long: { columns: { s: "string" }, rows: [["x".repeat(12_000_000)]] } });

/** A call whose reply has the long text. */
async function longCall(client: ServeClient): Promise<Uint8Array> {
  const table = await client.table("long");
  const call = {
    type: "CALL",
    id: "1",
    command: "anvil.private.tables.v2.row.fetch",
    args: [null, null],
    objects: [{ ...table.row(1).fields, path: ["args", 0] }],
  };
  return frameBytes({ opcode: OPCODE.text, payload: JSON.stringify(call), masked: true });
}

Deno.test("no more calls are read while replies wait to be read", async () => {
  await using serving = await served({}, longText());
  const call = await longCall(serving.client);
  using client = await RawClient.greet(serving.server.url, KEYS.server);
  const calls = 6;
  await client.send(joinBytes(Array.from({ length: calls }, () => call)));
  for (let i = 0; i < calls; i++) assert.ok("response" in await client.json());
});
