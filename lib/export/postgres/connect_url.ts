/**
 * The address of a PostgreSQL server as a user types it. A password in it is refused: addresses appear in histories of
 * shells and in lists of processes. Pure.
 */
import { AnvilSqliteError } from "../../errors.ts";

/** How a connection is secured. */
const SSL_MODES = ["disable", "require", "verify-full"] as const;

/** One of {@link SSL_MODES}. */
type SslMode = typeof SSL_MODES[number];

/** Where to connect, and how securely. */
export interface ServerAddress {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  readonly ssl: SslMode;
}

/** An address is shown without its user, which may be a secret. */
const EXAMPLE = "After postgres:// come the user, @, the server, / and the database.";
const LOOPBACK = /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

/**
 * Reads an address. Without `sslmode` in it, a connection beyond this machine is encrypted and the server's certificate
 * checked.
 * @throws {AnvilSqliteError} `bad-url` (exit 2); the text is not repeated, since it may hold a password
 */
export function readServerAddress(text: string): ServerAddress {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !/^postgres(?:ql)?:$/.test(url.protocol)) {
    throw bad("'--to' needs an address that begins with postgres://", EXAMPLE);
  }
  if (url.password !== "" || url.searchParams.has("password")) {
    throw bad("The password does not belong into the address", "Give --password-file, or leave it to be asked for.");
  }
  const database = decode(url.pathname.slice(1));
  const user = decode(url.username);
  if (url.hostname === "" || database === "" || user === "") {
    throw bad("'--to' needs a server, a user and a database", EXAMPLE);
  }
  for (const name of url.searchParams.keys()) {
    if (name !== "sslmode") throw bad(`'--to' knows no option '${name}'`, "There is sslmode.");
  }
  const mode = url.searchParams.get("sslmode") ?? (LOOPBACK.test(url.hostname) ? "disable" : "verify-full");
  const ssl = SSL_MODES.find((known) => known === mode);
  if (ssl === undefined) throw bad(`There is no sslmode '${mode}'`, `There are: ${SSL_MODES.join(", ")}.`);
  return { host: url.hostname.replace(/^\[|\]$/g, ""), port: Number(url.port || 5432), database, user, ssl };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw bad("'--to' has a % that begins no character", EXAMPLE);
  }
}

function bad(message: string, hint: string): AnvilSqliteError {
  return new AnvilSqliteError(message, { code: "bad-url", hint });
}
