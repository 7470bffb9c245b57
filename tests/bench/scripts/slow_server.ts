/**
 * Makes `serve` as slow as a real server: a proxy that keeps each reply back until its work would have been done. A row is
 * 63 µs of work and a call of the tables 2 ms beside, on two cores that all calls share in slices of 1 ms, each in turn.
 * No time is burnt: what is measured beside it has the machine to itself.
 * Run it: deno run -A slow_server.ts URL
 *
 * Source: seen on a real server of two cores (CPU time a row; 3 ms for a small search when nothing else is done).
 */

const target = Deno.args[0] ?? "";
const CORES = 2;
const SLICE_MS = 1;
const ROW_MS = 0.063;
const TABLE_CALL_MS = 2;
const OTHER_CALL_MS = 0.3;

/** A reply that is worked for. */
interface Job {
  leftMs: number;
  readonly done: () => void;
}

/** Two cores in simulated time, which follows the clock. */
class Cores {
  readonly #waiting: Job[] = [];
  /** What each core works at, and when its slice ends. */
  readonly #running: ({ readonly job: Job; readonly endsAt: number } | null)[] = Array(CORES).fill(null);
  #isTicking = false;

  add(job: Job): void {
    this.#waiting.push(job);
    this.#advance(performance.now());
  }

  /** Brings all that would have happened by now. */
  #advance(now: number): void {
    for (;;) {
      let [core, endsAt] = [-1, Infinity];
      this.#running.forEach((slice, at) => {
        // An idle core takes the next job now, which is when it came.
        if (slice === null && this.#waiting.length > 0) this.#start(at, now);
      });
      this.#running.forEach((slice, at) => {
        if (slice !== null && slice.endsAt < endsAt) [core, endsAt] = [at, slice.endsAt];
      });
      const slice = this.#running[core];
      if (slice === undefined || slice === null || endsAt > now) break;
      if (slice.job.leftMs > 0) this.#waiting.push(slice.job);
      else slice.job.done();
      this.#running[core] = null;
      if (this.#waiting.length > 0) this.#start(core, endsAt);
    }
    if (!this.#isTicking && this.#running.some((slice) => slice !== null)) {
      this.#isTicking = true;
      setTimeout(() => {
        this.#isTicking = false;
        this.#advance(performance.now());
      }, SLICE_MS);
    }
  }

  #start(core: number, at: number): void {
    const job = this.#waiting.shift();
    if (job === undefined) return;
    const ms = Math.min(SLICE_MS, job.leftMs);
    job.leftMs -= ms;
    this.#running[core] = { job, endsAt: at + ms };
  }
}

/** Work of a reply: a page begins with the ids of its rows. */
function workOf(reply: string): number {
  if (!reply.startsWith('{"response":[[')) return OTHER_CALL_MS;
  const ids = reply.slice(0, reply.indexOf("]"));
  return TABLE_CALL_MS + ids.split(",").length * ROW_MS;
}

const cores = new Cores();

function serveOne(client: WebSocket): void {
  const server = new WebSocket(target);
  server.binaryType = client.binaryType = "arraybuffer";
  const early: string[] = [];
  client.onmessage = ({ data }) => server.readyState === WebSocket.OPEN ? server.send(data) : early.push(data);
  server.onopen = () => early.forEach((data) => server.send(data));
  server.onmessage = ({ data }) => {
    const send = () => client.readyState === WebSocket.OPEN ? client.send(data) : undefined;
    if (typeof data === "string" && data.startsWith('{"response"')) cores.add({ leftMs: workOf(data), done: send });
    else send();
  };
  client.onclose = client.onerror = () => server.close();
  server.onclose = server.onerror = () => client.readyState === WebSocket.OPEN ? client.close() : undefined;
}

const listening = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, (request) => {
  const { socket, response } = Deno.upgradeWebSocket(request);
  serveOne(socket);
  return response;
});
console.log(`ws://127.0.0.1:${listening.addr.port}${new URL(target).pathname}`);
