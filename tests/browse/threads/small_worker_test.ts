/** Threads of `browse`: what they are started with, and how their death is heard. */
import assert from "node:assert/strict";
import { smallWorker } from "../../../lib/browse/threads/small_worker.ts";

const WASTEFUL = new URL("../../fixtures/browsing/wasteful_worker.ts", import.meta.url).href;

/** A thread, with what it says or how it fails, one after the other. */
function started(module: string) {
  const said: unknown[] = [];
  let heard = Promise.withResolvers<void>();
  const keep = (one: unknown) => {
    said.push(one);
    heard.resolve();
    heard = Promise.withResolvers<void>();
  };
  const worker = smallWorker(module, "browse", {
    onMessage: keep,
    onError: keep,
  });
  return {
    worker,
    /** What it says first, second … */
    said: async (count: number): Promise<unknown> => {
      while (said.length < count) await heard.promise;
      return said[count - 1];
    },
    [Symbol.dispose]: () => worker.terminate(),
  };
}

Deno.test("a thread from a file knows its name, is heard, and has a few megabytes for garbage", async () => {
  using thread = started(WASTEFUL);
  assert.deepEqual(await thread.said(1), { kind: "ready" });
  thread.worker.postMessage({ one: [1n] });
  const { heard, name, bytes } = await thread.said(2) as { heard: unknown; name: string; bytes: number };
  assert.deepEqual([heard, name], [{ one: [1n] }, "browse"]);
  assert.ok(bytes > 0 && bytes <= 6 * 1_048_576, String(bytes));
});

Deno.test("a thread from elsewhere is heard in the same way", async () => {
  using thread = started("data:text/javascript,onmessage = ({ data }) => postMessage([name, data]);");
  thread.worker.postMessage("asked");
  assert.deepEqual(await thread.said(1), ["browse", "asked"]);
});

const BROKEN = {
  'data:text/javascript,throw new Error("it broke");': /it broke/,
  "file:///nowhere/thread.js": /Cannot find module/,
} as const;

for (const [module, reason] of Object.entries(BROKEN)) {
  Deno.test(`a thread of ${module} says why there is none`, async () => {
    using thread = started(module);
    assert.match(String(await thread.said(1)), reason);
  });
}
