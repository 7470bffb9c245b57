/**
 * A PostgreSQL server that takes an export in one transaction: at the end all of it is there, or nothing.
 */
import { once } from "node:events";
import { connectPostgres, type PostgresTransaction } from "../../builtin/postgres_client.ts";
import { AnvilSqliteError } from "../../errors.ts";
import type { ServerAddress } from "./connect_url.ts";
import type { CopyRows, PostgresTarget } from "./postgres_target.ts";

/** Seconds to wait for a connection. */
const CONNECT_SECONDS = 15;

/** Characters that are buffered before they are sent. */
const PIECE = 1 << 17;

/**
 * Runs `body` in a transaction.
 * @param password asked for when the server wants one
 * @throws {AnvilSqliteError} `database-unreachable` (exit 10), `database-password` (exit 11), `database-error` (exit 1),
 * `destination-exists` (exit 21), and whatever `body` throws
 */
export async function inServer<T>(
  address: ServerAddress,
  password: () => string | Promise<string>,
  body: (target: PostgresTarget) => Promise<T>,
): Promise<T> {
  const { host, port, database, user, ssl } = address;
  /** The first failure on this side, as opposed to the server's. */
  let own: unknown = null;
  // Every option is set: otherwise the library reads variables of the environment.
  const sql = connectPostgres({
    host,
    port,
    database,
    user,
    password: async () => {
      try {
        return await password();
      } catch (error) {
        own = error;
        throw error;
      }
    },
    ssl: ssl === "disable" ? false : ssl === "require" ? { rejectUnauthorized: false } : { rejectUnauthorized: true },
    max: 1,
    idle_timeout: 0,
    connect_timeout: CONNECT_SECONDS,
    max_lifetime: 1_000_000,
    keep_alive: 60,
    prepare: false,
    debug: false,
    fetch_types: false,
    backoff: false,
    connection: { application_name: "anvil-sqlite" },
    onnotice: () => {},
  });
  try {
    const result = await sql.begin(async (transaction) => {
      await transaction.unsafe("SET LOCAL datestyle = 'ISO, YMD'");
      const target = new Transaction(transaction);
      try {
        return { value: await body(target) };
      } catch (error) {
        own ??= error;
        target.abort();
        throw error;
      }
    });
    return result.value;
  } catch (cause) {
    throw serverError(own ?? cause, address);
  } finally {
    await sql.end({ timeout: 5 });
  }
}

class Transaction implements PostgresTarget {
  readonly #sql: PostgresTransaction;

  /** The COPY that is running. */
  #stream: Awaited<ReturnType<ReturnType<PostgresTransaction["unsafe"]>["writable"]>> | null = null;

  constructor(sql: PostgresTransaction) {
    this.#sql = sql;
  }

  /** Ends a running COPY; otherwise the server would wait for it for ever. */
  abort(): void {
    this.#stream?.destroy(new Error("The export was stopped"));
  }

  async run(sql: string): Promise<void> {
    await this.#sql.unsafe(sql);
  }

  async copy(sql: string): Promise<CopyRows> {
    const stream = await this.#sql.unsafe(sql).writable();
    this.#stream = stream;
    let failure: unknown = null;
    stream.on("error", (error: unknown) => failure ??= error);
    // Joined when they are sent: a string that grows step by step costs three times as much to encode.
    let texts: string[] = [];
    let length = 0;
    const send = async () => {
      const piece = texts.join("");
      texts = [];
      length = 0;
      if (failure !== null) throw failure;
      if (piece !== "" && !stream.write(piece)) await once(stream, "drain");
    };
    return {
      put: (text) => {
        texts.push(text);
        length += text.length;
      },
      drain: async () => {
        if (length >= PIECE) await send();
      },
      end: async () => {
        await send();
        await new Promise<void>((resolve, reject) => {
          stream.on("error", reject);
          stream.on("finish", resolve);
          stream.end();
        });
        this.#stream = null;
      },
    };
  }
}

/** Failures of a connection, as Node names them. */
const UNREACHABLE =
  /^(?:ECONNREFUSED|ECONNRESET|ENOTFOUND|EHOSTUNREACH|ENETUNREACH|ETIMEDOUT|EAI_AGAIN|CONNECT_TIMEOUT|CONNECTION_CLOSED|CONNECTION_ENDED|CONNECTION_DESTROYED)$/;

/** Classes and codes of PostgreSQL (postgresql.org/docs/current/errcodes-appendix.html). */
const REFUSED = /^28/;
const EXISTS = /^42P0[67]$|^42710$/;
const DISK_FULL = /^53100$/;

function serverError(cause: unknown, { host, port, database, user }: ServerAddress): unknown {
  if (cause instanceof AnvilSqliteError || !(cause instanceof Error)) return cause;
  const code = "code" in cause && typeof cause.code === "string" ? cause.code : "";
  if (/certificate|TLS|SSL/i.test(cause.message)) {
    return new AnvilSqliteError(`No secure connection to ${host}:${port}: ${cause.message}`, {
      code: "database-unreachable",
      hint: "?sslmode=require encrypts without a check of the certificate, ?sslmode=disable does not encrypt.",
      cause,
    });
  }
  if (UNREACHABLE.test(code)) {
    return new AnvilSqliteError(`Cannot reach the PostgreSQL server ${host}:${port}: ${cause.message}`, {
      code: "database-unreachable",
      hint: "Check the address in --to, and that the server takes connections from here.",
      cause,
    });
  }
  if (REFUSED.test(code)) {
    return new AnvilSqliteError(`PostgreSQL refuses user '${user}': ${cause.message}`, {
      code: "database-password",
      hint: "Check the user in --to, and the password.",
      cause,
    });
  }
  if (EXISTS.test(code)) {
    return new AnvilSqliteError(`Database '${database}' has it already: ${cause.message}`, {
      code: "destination-exists",
      hint: "Nothing was written and nothing is overwritten: give an empty database.",
      cause,
    });
  }
  if (DISK_FULL.test(code)) {
    return new AnvilSqliteError(`The disk of the PostgreSQL server is full: ${cause.message}`, {
      code: "disk-full",
      hint: "Nothing was written. Free some space there.",
      cause,
    });
  }
  if (code === "") return cause;
  return new AnvilSqliteError(`PostgreSQL says: ${cause.message}`, {
    code: "database-error",
    hint: "Nothing was written.",
    cause,
  });
}
