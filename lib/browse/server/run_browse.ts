/**
 * Shows backups in a browser until it is stopped, or until nobody has looked for a while. It listens on this machine
 * only.
 */
import type { Clock } from "../../clock.ts";
import { listenError } from "../../serve/socket/listen_error.ts";
import type { Library } from "../model/night.ts";
import { front } from "./front.ts";
import { Guard, newToken } from "./guard.ts";
import type { StateOfNight } from "./page_messages.ts";
import { PagePool } from "./page_pool.ts";

/** What is shown, on which port, and for how long. */
interface BrowseOptions {
  readonly library: Library;
  readonly stateOf: StateOfNight;
  /** Port; 0 for any free one. */
  readonly port: number;
  /** The program ends when there was no request for this long, in milliseconds. */
  readonly idleMs: number;
  /** URL of the program's main module, for a thread; null to make all pages in this one. */
  readonly mainModule: string | null;
  readonly clock: Clock;
  /** When it is aborted, the program ends. */
  readonly signal: AbortSignal;
}

/** A page that is being shown. */
interface RunningPage extends AsyncDisposable {
  /** Address with its key; it works once. */
  readonly url: string;
  /** Why it ended. */
  readonly ended: Promise<"stopped" | "idle">;
}

const HOST = "127.0.0.1";

/**
 * Starts to listen.
 * @throws {AnvilSqliteError} `address-in-use`, `address-refused` (exit 2)
 */
export function startBrowsing(options: BrowseOptions): RunningPage {
  const { library, stateOf, port, idleMs, mainModule, clock, signal } = options;
  const ended = Promise.withResolvers<"stopped" | "idle">();
  let cancelIdle = () => {};
  const seen = () => {
    cancelIdle();
    cancelIdle = clock.after(idleMs, () => ended.resolve("idle"));
  };
  const stop = () => ended.resolve("stopped");
  if (signal.aborted) stop();
  signal.addEventListener("abort", stop, { once: true });
  const token = newToken();
  let handler: Handler = () => new Response(null, { status: 503 });
  const server = listen(port, (request, info) => handler(request, info));
  const { port: listening } = server.addr;
  const pool = new PagePool(mainModule, library, stateOf, clock);
  const app = front(new Guard(token, listening), (path, gone) => pool.answer(path, gone), seen);
  handler = (request, info) => app.fetch(request, info);
  seen();
  return {
    url: `http://${HOST}:${listening}/?token=${token}`,
    ended: ended.promise,
    [Symbol.asyncDispose]: async () => {
      cancelIdle();
      signal.removeEventListener("abort", stop);
      pool[Symbol.dispose]();
      const closed = server.shutdown();
      // A browser keeps its connections open; they are cut after a short time.
      await Promise.race([closed, new Promise<void>((resolve) => clock.after(200, resolve))]);
    },
  };
}

type Handler = Deno.ServeHandler<Deno.NetAddr>;

function listen(port: number, handler: Handler) {
  const onError = () => new Response("This request cannot be read.\n", { status: 400 });
  try {
    return Deno.serve({ hostname: HOST, port, onListen: () => {}, onError }, handler);
  } catch (cause) {
    throw listenError(HOST, port, cause);
  }
}
