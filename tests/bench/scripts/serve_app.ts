/**
 * An archive served in a process of its own, as `serve` does it. Prints its URL.
 * Run it: deno run -A serve_app.ts FILE [writable]
 */
import { startServer } from "../../../lib/serve/server.ts";
import { BENCH_KEY } from "../plan.ts";

const [path = "", word] = Deno.args;
const server = await startServer({ path, key: BENCH_KEY, writable: word === "writable" });
console.log(server.url);
