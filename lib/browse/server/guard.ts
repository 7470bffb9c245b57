/**
 * Who may see a page: a browser that has the address which the program printed, comes from this very page, and only
 * reads. Requests of another site, another program's page or a rebound name are refused before anything is read.
 */
import { timingSafeEqual } from "node:crypto";

/** Parts of a request that decide. */
interface Asking {
  readonly method: string;
  /** A header by its name in lower case; null if the request does not have it. */
  readonly header: (name: string) => string | null;
  /** Path and query. */
  readonly path: string;
  readonly token: string | null;
}

/** The guard's decision about a request. */
type Verdict =
  | { readonly kind: "pass" }
  /** The browser came by the printed address: it gets the cookie, and is sent on without the token in its address. */
  | { readonly kind: "welcome" }
  | { readonly kind: "refuse"; readonly status: 401 | 403 | 405; readonly reason: string };

/** Decides which requests may be answered. */
export class Guard {
  readonly #token: string;
  readonly #hosts: ReadonlySet<string>;
  /** Cookies ignore ports: this name contains the port, so that two programs do not overwrite each other's. */
  readonly #cookie: string;

  constructor(token: string, port: number) {
    this.#token = token;
    this.#hosts = new Set([`127.0.0.1:${port}`, `localhost:${port}`]);
    this.#cookie = `anvil-sqlite-${port}`;
  }

  /** Decides about one request. */
  judge({ method, header, path, token }: Asking): Verdict {
    if (method !== "GET") return refuse(405, "This page only shows: it takes GET and nothing else.");
    // A name that another site has pointed at this machine is not ours (DNS rebinding).
    if (!this.#hosts.has(header("host") ?? "")) return refuse(403, "This is not the address of this page.");
    const origin = header("origin");
    if (origin !== null && !this.#isOwn(origin)) return refuse(403, "Another site asked for this page.");
    const site = header("sec-fetch-site");
    const isNavigation = header("sec-fetch-mode") === "navigate" && header("sec-fetch-dest") === "document";
    if (site !== null && site !== "same-origin" && site !== "none" && !isNavigation) {
      return refuse(403, "Another site asked for this page.");
    }
    if (token !== null && path === "/" && this.#isToken(token)) return { kind: "welcome" };
    if (!this.#isToken(this.#cookieIn(header("cookie") ?? ""))) {
      return refuse(401, "Open the address that anvil-sqlite printed in the terminal: it holds the key to this page.");
    }
    return { kind: "pass" };
  }

  /** The cookie for a browser that came by the printed address. */
  get cookie(): string {
    return `${this.#cookie}=${this.#token}; Path=/; HttpOnly; SameSite=Strict`;
  }

  #isOwn(origin: string): boolean {
    return origin.startsWith("http://") && this.#hosts.has(origin.slice("http://".length));
  }

  #cookieIn(cookies: string): string {
    const start = `${this.#cookie}=`;
    return cookies.split(";").map((one) => one.trim()).find((one) => one.startsWith(start))?.slice(start.length) ?? "";
  }

  #isToken(given: string): boolean {
    const encoder = new TextEncoder();
    const [a, b] = [encoder.encode(given), encoder.encode(this.#token)];
    return a.length === b.length && timingSafeEqual(a, b);
  }
}

function refuse(status: 401 | 403 | 405, reason: string): Verdict {
  return { kind: "refuse", status, reason };
}

/** A token that nobody can guess. */
export function newToken(): string {
  return crypto.getRandomValues(new Uint8Array(24)).toBase64({ alphabet: "base64url", omitPadding: true });
}
