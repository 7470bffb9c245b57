/**
 * A TCP proxy that adds latency and takes no bandwidth: every piece leaves when its time has come, in order.
 * Run it: deno run -A delay_proxy.ts URL MILLISECONDS; half of the added round trip passes each way.
 */
const target = new URL(Deno.args[0] ?? "");
const delay = Number(Deno.args[1] ?? "0") / 2;

async function forward(from: Deno.Conn, to: Deno.Conn): Promise<void> {
  const queue: { readonly bytes: Uint8Array | null; readonly due: number }[] = [];
  let wake = () => {};
  const writing = (async () => {
    for (;;) {
      const next = queue.shift();
      if (next === undefined) {
        await new Promise<void>((resolve) => wake = resolve);
        continue;
      }
      const wait = next.due - performance.now();
      // A timer is a millisecond late; waiting for each piece would bound the bandwidth.
      if (wait > 1) await new Promise((resolve) => setTimeout(resolve, wait));
      if (next.bytes === null) return;
      for (let at = 0; at < next.bytes.length;) at += await to.write(next.bytes.subarray(at));
    }
  })();
  try {
    for (;;) {
      const buffer = new Uint8Array(262_144);
      const read = await from.read(buffer);
      queue.push({ bytes: read === null ? null : buffer.subarray(0, read), due: performance.now() + delay });
      wake();
      if (read === null) break;
    }
    await writing;
  } catch {
    // One side is gone; the other is told by closing it.
  } finally {
    for (const conn of [from, to]) {
      try {
        conn.close();
      } catch {
        // Closed already.
      }
    }
  }
}

const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
console.log(`ws://127.0.0.1:${listener.addr.port}${target.pathname}`);
for await (const conn of listener) {
  (async () => {
    const upstream = await Deno.connect({ hostname: target.hostname, port: Number(target.port) });
    for (const each of [conn, upstream]) each.setNoDelay(true);
    // A connection costs a round trip before its first byte.
    await new Promise((resolve) => setTimeout(resolve, 2 * delay));
    forward(conn, upstream);
    forward(upstream, conn);
  })().catch(() => conn.close());
}
