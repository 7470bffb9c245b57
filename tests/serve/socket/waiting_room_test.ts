/** Lines without a key: a few seconds each, and so many at most. */
import assert from "node:assert/strict";
import { ManualClock } from "../../fixtures/clocks/manual_clock.ts";
import { RawClient } from "../../fixtures/serving/raw_client.ts";
import { KEYS, served } from "../../fixtures/serving/serve_client.ts";

Deno.test("a line that asks for nothing, asks slowly, or shows no key is cut after five seconds; one with a key is not", async () => {
  const clock = new ManualClock();
  await using serving = await served({ clock });
  const { url } = serving.server;
  using silent = await RawClient.dial(url);
  using slow = await RawClient.dial(url);
  await slow.sendText("GET /_/uplink HT");
  using keyless = await RawClient.open(url);
  using greeted = await RawClient.greet(url, KEYS.server);
  clock.advance(4_999);
  await greeted.sendJson({ type: "CALL", id: "1", command: "anvil.private.echo", args: [1] });
  assert.equal((await greeted.json())["response"], 1);
  clock.advance(1);
  for (const client of [silent, slow, keyless]) assert.equal(await client.ended(), "cut");
  clock.advance(600_000);
  await greeted.sendJson({ type: "CALL", id: "2", command: "anvil.private.echo", args: [2] });
  assert.equal((await greeted.json())["response"], 2);
});

Deno.test("when 256 lines wait, the next one takes the place of the one that has waited longest", async () => {
  const clock = new ManualClock();
  await using serving = await served({ clock });
  const { url } = serving.server;
  const idle: RawClient[] = [];
  try {
    for (let i = 0; i < 256; i++) idle.push(await RawClient.open(url));
    using honest = await RawClient.greet(url, KEYS.server);
    await honest.sendJson({ type: "CALL", id: "1", command: "anvil.private.echo", args: [1] });
    assert.equal((await honest.json())["response"], 1);
    assert.equal(await idle[0]?.ended(), "cut");
    await idle[1]?.sendJson({ key: KEYS.server, v: 8 });
    assert.ok("auth" in (await idle[1]?.json() ?? {}), "the others keep theirs");
  } finally {
    for (const client of idle) client[Symbol.dispose]();
  }
});

Deno.test("lines that ask for nothing give up their places before one that asked and has not shown its key yet", async () => {
  await using serving = await served({ clock: new ManualClock() });
  const { url } = serving.server;
  using honest = await RawClient.open(url);
  const silent: RawClient[] = [];
  try {
    for (let i = 0; i < 600; i++) silent.push(await RawClient.dial(url));
    assert.equal(await silent[0]?.ended(), "cut");
    await honest.sendJson({ key: KEYS.server, v: 8 });
    assert.ok("auth" in (await honest.json()));
  } finally {
    for (const client of silent) client[Symbol.dispose]();
  }
});
