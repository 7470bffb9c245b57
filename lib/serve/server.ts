/**
 * A server on a port: answers the Uplink protocol from an archive, for reading or on a private copy. It accepts
 * connections and hands them to sessions. It also stops, starts again, and saves what was written.
 */
import { type Clock, systemClock } from "../clock.ts";
import type { JsonObject } from "../json/exact_json.ts";
import { MAX_MESSAGE_BYTES } from "../uplink/limits.ts";
import type { KeyKind } from "../uplink/frames.ts";
import type { Engine } from "../sqlite/engine.ts";
import { mediaIn } from "./commands/media.ts";
import { appInfoOf } from "./protocol/app_info.ts";
import { Sealer } from "./protocol/capabilities.ts";
import { CallError } from "./protocol/errors.ts";
import { MediaSessions } from "./protocol/media_keys.ts";
import type { MediaToSend } from "./reply/media_out.ts";
import { readMediaPath } from "./protocol/media_url.ts";
import { sendMediaAnswer } from "./media_answer.ts";
import { listenError } from "./socket/listen_error.ts";
import { readRequestHead, upgradeAnswer } from "./socket/http_upgrade.ts";
import { closeQuietly, isLineError, type Line, writeAll } from "./socket/line.ts";
import { ServeSession, type SessionServices } from "./session.ts";
import { keyFinder } from "./protocol/keys.ts";
import type { OnDelete } from "./app/served_app.ts";
import type { StorageStyle } from "./app/snapshot.ts";
import { checkSavePath } from "./app/save_copy.ts";
import { Store } from "./app/store.ts";
import { Transactions } from "./app/transactions.ts";
import { WaitingRoom } from "./socket/waiting_room.ts";
import { ServerSocket } from "./socket/websocket.ts";

/** How long a transaction may be idle, in milliseconds, as on a real server. */
const TRANSACTION_IDLE_MS = 10_000;

/** How long a connection may take to ask for an upgrade and to show its key, in milliseconds. */
const ADMISSION_MS = 5_000;

/** How an archive is served. */
export interface ServeOptions {
  readonly path: string;
  /** Server Uplink key. */
  readonly key: string;
  /** Client Uplink key; none by default. */
  readonly clientKey?: string;
  /** Key that may only read tables; none by default. */
  readonly readKey?: string;
  /** Address to listen on. Default: 127.0.0.1. */
  readonly host?: string;
  /** Port; 0, the default, takes a free one. */
  readonly port?: number;
  /** Kind of storage to show. Default: classic. */
  readonly storage?: StorageStyle;
  /** Whether clients may write, to a private copy. Default: false. */
  readonly writable?: boolean;
  /**
   * What the deletion of a row does to single links to it, in split storage. Default: what their columns' attribute
   * says.
   */
  readonly onDelete?: OnDelete;
  /** Where {@link UplinkServer.close} saves what was written; by default it is dropped. */
  readonly savePath?: string;
  /** `app-info` of the greeting. Default: what the archive knows of its app. */
  readonly appInfo?: JsonObject;
  /** Receives each accepted connection and returns the one to use. Default: the connection itself. */
  readonly intercept?: (line: Line) => Line;
  readonly clock?: Clock;
  /** Default: 10,000. */
  readonly transactionIdleMs?: number;
  /** How long a connection may take until it has shown a key, in milliseconds. Default: 5,000. */
  readonly admissionMs?: number;
  /**
   * Number of database connections, which transactions hold and calls need. Default: twice the processors, at least 4.
   */
  readonly poolSize?: number;
  /** Receives errors of which callers see only a code; by default nobody does. */
  readonly onProblem?: (error: unknown, code: string) => void;
}

/** A running server. */
export interface UplinkServer {
  /** Such as `ws://127.0.0.1:43210/_/uplink`. */
  readonly url: string;
  /** Connections that are open now. */
  readonly connections: number;
  /**
   * Cuts all connections and listens again on the same port. Capabilities stay valid, media keys and transactions do
   * not.
   */
  restart(): Promise<void>;
  /** Changes the private copy in any way; the catalogue is read again. */
  edit(body: (engine: Engine) => void): Promise<void>;
  /** Cuts all connections silently, as a failing network does. */
  dropConnections(): void;
  /** Every open transaction loses its connection to the database, as when the database restarts. */
  loseDatabase(): void;
  /**
   * Ends the server, and saves what was written to `savePath`.
   * @throws {AnvilSqliteError} when that cannot be saved there; the hint says where it is
   */
  close(): Promise<void>;
}

/**
 * Serves an archive.
 * @throws {AnvilSqliteError} for a file that is not an archive; `address-in-use`, `bad-address` (exit 2);
 * `no-temp-folder`, and what `checkSavePath` throws (exit 21)
 */
export async function startServer(options: ServeOptions): Promise<UplinkServer> {
  const { path, storage = "classic", writable = false, onDelete = null, clock = systemClock } = options;
  const { host = "127.0.0.1" } = options;
  if (options.savePath !== undefined) await checkSavePath(options.savePath);
  const store = await Store.open({ path, storage, writable, onDelete, clock });
  try {
    return new RunningServer(options, store, listenOn(host, options.port ?? 0));
  } catch (error) {
    await store.close();
    throw error;
  }
}

function listenOn(hostname: string, port: number): Deno.TcpListener {
  try {
    return Deno.listen({ hostname, port });
  } catch (cause) {
    throw listenError(hostname, port, cause);
  }
}

class RunningServer implements UplinkServer {
  readonly url: string;
  readonly #options: ServeOptions;
  readonly #store: Store;
  readonly #sealer = new Sealer();
  readonly #mediaSessions = new MediaSessions();
  readonly #host: string;
  readonly #port: number;
  readonly #sockets = new Set<ServerSocket>();
  readonly #raw = new Set<Line>();
  readonly #waiting: WaitingRoom;
  #connection = 0;
  #transactions: Transactions;
  #listener: Deno.TcpListener;
  #accepting: Promise<void>;

  constructor(options: ServeOptions, store: Store, listener: Deno.TcpListener) {
    this.#options = options;
    this.#store = store;
    this.#listener = listener;
    this.#waiting = new WaitingRoom(options.clock ?? systemClock, options.admissionMs ?? ADMISSION_MS);
    const { hostname, port } = listener.addr;
    this.#host = hostname;
    this.#port = port;
    this.url = `ws://${hostname.includes(":") ? `[${hostname}]` : hostname}:${port}/_/uplink`;
    this.#transactions = this.#newTransactions();
    this.#accepting = this.#accept(listener);
  }

  get connections(): number {
    return this.#sockets.size;
  }

  async restart(): Promise<void> {
    await this.#stopListening();
    this.#transactions = this.#newTransactions();
    this.#listener = Deno.listen({ hostname: this.#host, port: this.#port });
    this.#accepting = this.#accept(this.#listener);
  }

  edit(body: (engine: Engine) => void): Promise<void> {
    return this.#store.edit(body);
  }

  dropConnections(): void {
    for (const socket of this.#sockets) socket.drop();
    for (const line of this.#raw) closeQuietly(line);
  }

  loseDatabase(): void {
    this.#transactions.loseConnections();
  }

  async close(): Promise<void> {
    await this.#stopListening();
    await this.#store.close(this.#options.savePath ?? null);
  }

  async #stopListening(): Promise<void> {
    this.#listener.close();
    this.dropConnections();
    await this.#accepting;
    this.#transactions.stop();
  }

  #newTransactions(): Transactions {
    const { clock = systemClock, transactionIdleMs = TRANSACTION_IDLE_MS, poolSize } = this.#options;
    return new Transactions(this.#store, {
      clock,
      idleMs: transactionIdleMs,
      poolSize: poolSize ?? Math.max(4, 2 * navigator.hardwareConcurrency),
    });
  }

  async #accept(listener: Deno.TcpListener): Promise<void> {
    try {
      for await (const conn of listener) {
        this.#serve(conn).catch((error) => this.#options.onProblem?.(error, "connection"));
      }
    } catch (error) {
      // Closing the listener ends the loop, on some systems with an error.
      if (!(error instanceof Deno.errors.BadResource || error instanceof Deno.errors.Interrupted)) throw error;
    }
  }

  async #serve(conn: Deno.TcpConn): Promise<void> {
    conn.setNoDelay(true);
    const line = this.#options.intercept?.(conn) ?? conn;
    this.#raw.add(line);
    this.#waiting.enter(line);
    try {
      const head = await readRequestHead(line);
      if (head === null) return;
      this.#waiting.hear(line);
      const media = head.method === "GET" ? this.#mediaAt(head.target) : null;
      if (media !== null) {
        this.#waiting.leave(line);
        return await sendMediaAnswer(line, media.media, media.download);
      }
      const answer = upgradeAnswer(head);
      await writeAll(line, new TextEncoder().encode(answer.head));
      if (answer.upgraded) await this.#converse(line, head.rest);
    } catch (error) {
      if (!isLineError(error)) throw error;
    } finally {
      this.#raw.delete(line);
      this.#waiting.leave(line);
      closeQuietly(line);
    }
  }

  /** The medium that a URL names; null for any other URL, and for a medium that no longer exists. */
  #mediaAt(target: string): { readonly media: MediaToSend; readonly download: boolean } | null {
    const request = readMediaPath(target);
    if (request === null) return null;
    const { manager, id, key, token, download } = request;
    if (!this.#mediaSessions.find(token)?.opens(manager, id, key)) return null;
    try {
      return { media: mediaIn(this.#store.current, this.#store, "uplink", manager, id), download };
    } catch (error) {
      if (error instanceof CallError) return null;
      throw error;
    }
  }

  async #converse(line: Line, rest: Uint8Array): Promise<void> {
    const socket = new ServerSocket(line, rest, MAX_MESSAGE_BYTES, this.#options.clock);
    const session = new ServeSession(
      socket,
      this.#sessionServices(() => this.#waiting.leave(line)),
      ++this.#connection,
    );
    this.#sockets.add(socket);
    try {
      await socket.run({
        onText: (text) => session.onText(text),
        onBinary: (bytes) => session.onBinary(bytes),
        onClose: () => session.onClose(),
      });
    } finally {
      this.#sockets.delete(socket);
    }
  }

  #sessionServices(onKey: () => void): SessionServices {
    const { key, clientKey, readKey, clock = systemClock, appInfo, onProblem } = this.#options;
    const keys: (readonly [string, KeyKind])[] = [[key, "uplink"]];
    if (clientKey !== undefined) keys.push([clientKey, "client"]);
    if (readKey !== undefined) keys.push([readKey, "db-read-uplink"]);
    return {
      store: this.#store,
      sealer: this.#sealer,
      mediaSessions: this.#mediaSessions,
      origin: this.url.replace("ws://", "http://").replace("/_/uplink", ""),
      transactions: this.#transactions,
      clock,
      kindOfKey: keyFinder(keys),
      appInfo: appInfo ?? appInfoOf(this.#store.provenance),
      onKey,
      onProblem: onProblem ?? (() => {}),
    };
  }
}
