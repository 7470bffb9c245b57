/**
 * What strangers and clients may do to `serve` at full size: it takes no memory for it, and answers honest clients within
 * a second meanwhile. Each attack says how much memory it took. Linux only.
 */
import assert from "node:assert/strict";
import { frameBytes, joinBytes, OPCODE } from "../fixtures/faults/websocket_frames.ts";
import { writeServedApp } from "../fixtures/files/archive_fixture.ts";
import { tempDir } from "../fixtures/files/temp_dir.ts";
import { programCommand } from "../fixtures/running/program.ts";
import { RawClient } from "../fixtures/serving/raw_client.ts";
import { connect } from "../../lib/uplink/connection.ts";

const MEGABYTE = 1_048_576;
/** Memory that an attack may cost, in MiB. */
const MOST = 50;
const KEY = "server_SOAK";

/** Resident memory of a process: now and at its peak, in MiB. `cat`, since Deno reads `/proc` only with all permissions. */
async function memoryOf(pid: number): Promise<{ readonly now: number; readonly peak: number }> {
  const { stdout } = await new Deno.Command("cat", { args: [`/proc/${pid}/status`], stderr: "null" }).output();
  const text = new TextDecoder().decode(stdout);
  const of = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, "m").exec(text)?.[1] ?? 0) / 1024;
  return { now: of("VmRSS"), peak: of("VmHWM") };
}

async function sendUntilCut(client: RawClient, bytes: Uint8Array, total: number): Promise<void> {
  for (let sent = 0; sent < total && await client.send(bytes); sent += bytes.length);
}

const repeated = (bytes: Uint8Array, count: number) => joinBytes(Array.from({ length: count }, () => bytes));

const ATTACKS: Readonly<Record<string, (url: string) => Promise<void>>> = {
  "48 MB of empty fragments": async (url) => {
    using client = await RawClient.greet(url, KEY);
    await client.sendFrame({ opcode: OPCODE.text, payload: "", last: false });
    const empty = frameBytes({ opcode: OPCODE.continuation, last: false, masked: true });
    await sendUntilCut(client, repeated(empty, 10_000), 48_000_000);
  },
  "48 MB of empty fragments before a key": async (url) => {
    using client = await RawClient.open(url);
    const empty = frameBytes({ opcode: OPCODE.continuation, last: false, masked: true });
    await sendUntilCut(client, repeated(empty, 10_000), 48_000_000);
  },
  "500 MB of pings whose pongs are never read": async (url) => {
    using client = await RawClient.greet(url, KEY);
    const ping = frameBytes({ opcode: OPCODE.ping, payload: "x".repeat(125), masked: true });
    await sendUntilCut(client, repeated(ping, 10_000), 500_000_000);
  },
  "60 messages of 15 MB before a key": async (url) => {
    const message = frameBytes({ opcode: OPCODE.text, payload: new Uint8Array(15_000_000), masked: true });
    await Promise.all(Array.from({ length: 60 }, async () => {
      using client = await RawClient.open(url);
      await client.send(message);
    }));
  },
  "2,000 lines that say nothing": async (url) => {
    const clients: RawClient[] = [];
    for (let i = 0; i < 2_000; i++) clients.push(await RawClient.dial(url));
    for (const client of clients) client[Symbol.dispose]();
  },
};

Deno.test(
  "attacks cost at most 50 MB, and honest clients are answered within a second",
  { ignore: Deno.build.os !== "linux" },
  async () => {
    using dir = tempDir();
    await writeServedApp(dir.file("app.sqlite"));
    await Deno.writeTextFile(dir.file("key"), KEY);
    const child = programCommand(["serve", dir.file("app.sqlite"), "--key-file", dir.file("key")]).spawn();
    const lines = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
    let out = "";
    while (!/url="[^"]+"/.test(out)) out += (await lines.read()).value ?? "";
    const url = /url="([^"]+)"/.exec(out)?.[1] ?? "";
    try {
      for (const [what, attack] of Object.entries(ATTACKS)) {
        const before = await memoryOf(child.pid);
        let isOver = false;
        let slowest = 0;
        let most = before.now;
        const honest = (async () => {
          do {
            const began = performance.now();
            await using connection = await connect({ url, key: KEY });
            await connection.call({ command: "anvil.private.tables.v2.get_app_tables" });
            slowest = Math.max(slowest, performance.now() - began);
            most = Math.max(most, (await memoryOf(child.pid)).now);
          } while (!isOver);
        })();
        // Its failure is that of the test, once the attack is over; it is not left unhandled meanwhile.
        honest.catch(() => {});
        await attack(url);
        isOver = true;
        await honest;
        const taken = Math.max(0, most - before.now, (await memoryOf(child.pid)).now - before.now);
        console.log(`${what}: ${taken.toFixed(0)} MiB more, an honest client waited ${slowest.toFixed(0)} ms at most`);
        assert.ok(taken * MEGABYTE <= MOST * 1_000_000, `${what}: ${taken} MiB`);
        assert.ok(slowest <= 1_000, `${what}: ${slowest} ms`);
      }
    } finally {
      child.kill("SIGTERM");
      await lines.cancel();
      await child.stderr.cancel();
      await child.status;
    }
  },
);
