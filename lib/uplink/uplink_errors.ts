/**
 * What can go wrong on the wire, as errors that a user understands and a caller can distinguish. They never hold a key,
 * a session or a media key: only what the server said and what to do about it.
 */
import { AnvilSqliteError } from "../errors.ts";
import { REDACTED, withoutSecrets } from "../redact.ts";
import type { ErrorCode } from "../error_codes.ts";
import { isObject, type JsonObject } from "../json/exact_json.ts";

/**
 * The connection is lost, or useless for this call (`no-answer`): calls in flight have no reply, and a new connection
 * may work.
 */
export class ConnectionLostError extends AnvilSqliteError {
  override readonly name = "ConnectionLostError";
  constructor(what: string, cause?: unknown, code: "connection-lost" | "no-answer" = "connection-lost") {
    super(`Connection to the Anvil server lost: ${what}`, {
      code,
      hint: "Check the network and run the command again; an interrupted backup can be resumed.",
      cause,
    });
  }
}

/** The reply to a call is an error; the connection still works. */
export class RemoteError extends AnvilSqliteError {
  override readonly name = "RemoteError";
  /** Anvil's own type, such as `anvil.tables.TableError`; empty when the server sent none. */
  readonly type: string;
  /** Anvil's own message. */
  readonly remoteMessage: string;

  constructor(command: string, type: string, message: string) {
    const name = type === "" ? "" : ` (${type})`;
    const code = codeOf(command, type, message);
    super(SENTENCES[code]?.(message) ?? `The server refused '${command}'${name}: ${message}`, {
      code,
      hint: HINTS[code] ?? null,
    });
    this.type = type;
    this.remoteMessage = message;
  }
}

/** Sentences of failures that are no call's fault. */
const SENTENCES: { readonly [code in ErrorCode]?: (message: string) => string } = {
  "server-full": fullSentence,
};

function fullSentence(said: string): string {
  return `Others use all database connections of the app's server (it says: ${said})`;
}

const HINTS: { readonly [code in ErrorCode]?: string } = {
  "permission-denied": "Use the app's server Uplink key, and give server code access to the table.",
  "quota": "Wait, or look at the app's usage in the Anvil editor.",
  "rate-limit": "Wait, or look at the app's usage in the Anvil editor.",
  "maintenance": "Try again in a few minutes.",
  "server-full":
    "Try again when less is going on in the app. Each backup, restore or long transaction uses one of them.",
};

/** What an error means: by its type if the server has one for it, otherwise by the server's own words. */
const MEANINGS: readonly (readonly [code: ErrorCode, type: RegExp | null, message: RegExp | null])[] = [
  ["permission-denied", /^anvil\.server\.PermissionDenied$/, null],
  ["permission-denied", null, /^Permission denied/],
  ["quota", /^anvil\.tables\.QuotaExceededError$/, null],
  ["rate-limit", /^RateLimitExceeded$/, null],
  ["maintenance", null, /down for maintenance/],
  ["transaction-conflict", /^anvil\.tables\.TransactionConflict$/, null],
  ["transaction-expired", /^anvil\.tables\.TransactionError$/, null],
  ["row-deleted", /^anvil\.tables\.RowDeleted$/, null],
  // Split storage reports the same as a TableError.
  ["row-deleted", null, /^This row .*has been deleted/i],
  // The same in split storage's database, for a link to a deleted row.
  ["row-deleted", null, /insert or update on table.*violates foreign key/i],
  ["payload-too-large", null, /^Payload too large/],
  // A CSV export inside it, or the database itself, has ended the transaction's connection.
  ["transaction-lost", null, /transaction is aborted|connection (?:is|has been) closed/i],
  ["server-full", null, /Too many transactions|request timed out/i],
  ["server-busy", null, /^Internal server error: |timed out|deadlock/i],
  ["server-busy", /^anvil\.server\.RuntimeUnavailableError$/, null],
];

function codeOf(command: string, type: string, message: string): ErrorCode {
  // A transaction that a conflict has aborted stays open; the server refuses its commit with words that do not mention
  // the conflict.
  if (command.endsWith(".close_transaction") && /runtime not available/i.test(message)) return "transaction-lost";
  if (command.endsWith(".fetch_lazy_media") && message.includes("does not exist")) return "media-gone";
  const meaning = MEANINGS.find(([, types, messages]) => types?.test(type) ?? messages?.test(message));
  return meaning?.[0] ?? "remote-error";
}

/**
 * Makes the error for an error reply.
 * @param clean removes from the server's words what must not be repeated
 */
export function remoteError(command: string, frame: JsonObject, clean: (text: string) => string): RemoteError {
  const error = frame["error"];
  if (!isObject(error)) return new RemoteError(command, "", clean(String(error)));
  return new RemoteError(
    command,
    typeof error["type"] === "string" ? clean(error["type"]) : "",
    typeof error["message"] === "string" ? clean(error["message"]) : "no message",
  );
}

/** Removes an Uplink key, and what looks like one, from a text: a server may repeat it, and messages go into files. */
export function withoutKey(text: string, key: string): string {
  return withoutSecrets(key === "" ? text : text.replaceAll(key, REDACTED));
}

/**
 * A call that failed as calls do when all database connections of the server are in use; the server itself does not say
 * so.
 */
export function serverFullError(cause: AnvilSqliteError): AnvilSqliteError {
  return new AnvilSqliteError(fullSentence(cause.message), {
    code: "server-full",
    hint: HINTS["server-full"] ?? null,
    cause,
  });
}

/** A frame that the protocol does not allow: from a proxy, a broken server, or a protocol newer than this program. */
export function protocolError(what: string, cause?: unknown): AnvilSqliteError {
  return new AnvilSqliteError(`The server sent something that is not the Uplink protocol: ${what}`, {
    code: "protocol",
    hint: "Check the URL; if it is right, please report this with the program's version.",
    cause,
  });
}

/** The server refused the connection in its greeting. */
export function refusedError(message: string): AnvilSqliteError {
  if (/incorrect uplink key/i.test(message)) {
    return new AnvilSqliteError("The Anvil server does not know this Uplink key", {
      code: "key-refused",
      hint: "Copy the server Uplink key again from the app's Uplink settings; a reset makes the old key useless.",
    });
  }
  if (/maintenance/i.test(message)) {
    return new AnvilSqliteError(`The app is locked: ${message}`, {
      code: "maintenance",
      hint: "Try again in a few minutes.",
    });
  }
  if (/outdated/i.test(message)) {
    return new AnvilSqliteError(`The server asks for a newer protocol: ${message}`, {
      code: "outdated",
      hint: "Get the newest version of anvil-sqlite.",
    });
  }
  return new AnvilSqliteError(`The server turned the connection down: ${message}`, {
    code: "refused",
  });
}

/** The server that is used without a URL. */
const ANVIL_WORKS = "wss://anvil.works/uplink";

/**
 * No connection was made; Deno's message is the only way to distinguish the causes.
 * @param host the URL as it may be shown
 */
export function unreachableError(host: string, message: string): AnvilSqliteError {
  const { code, what, hint } = dialFailure(message, host !== ANVIL_WORKS);
  return new AnvilSqliteError(`Cannot reach the Anvil server at ${host}: ${what}`, { code, hint });
}

/** Whether something answered that is not an Uplink. */
export function isHttpAnswer(error: unknown): boolean {
  return error instanceof AnvilSqliteError && (error.code === "not-an-uplink" || error.code === "server-down");
}

interface DialFailure {
  readonly code: "unreachable" | "not-an-uplink" | "server-down";
  readonly what: string;
  readonly hint: string;
}

/** @param wasGiven whether the URL comes from the user, so that it may be wrong */
function dialFailure(message: string, wasGiven: boolean): DialFailure {
  const failure = (what: string, ownHint: string, hint: string, code: DialFailure["code"] = "unreachable") => ({
    code,
    what,
    hint: wasGiven ? ownHint : hint,
  });
  const network = "Check this machine's network.";
  if (/dns error|failed to lookup/i.test(message)) {
    return failure("no such host", "Check the host name in --url or ANVIL_UPLINK_URL, and the network.", network);
  }
  if (/certificate|tls|ssl/i.test(message)) {
    return failure(
      `the secure connection failed (${message})`,
      "Check ws:// against wss://; for a certificate of a private authority set DENO_CERT to that authority's, as a file.",
      "Check this machine's network and its clock.",
    );
  }
  const status = /status code:? ?(\d+)?/i.exec(message);
  if (status) {
    const number = status[1];
    return failure(
      `it answers, but not as an Uplink${number === undefined ? "" : ` (HTTP ${number})`}`,
      "The URL ends in /uplink on anvil.works and in /_/uplink on a server of your own.",
      "Try again in a few minutes.",
      // A proxy answers like this while the server behind it starts.
      Number(number) >= 500 ? "server-down" : "not-an-uplink",
    );
  }
  if (/refused|tcp connect error/i.test(message)) {
    return failure(
      "no connection could be made",
      "Check host and port, that the server runs, and that no firewall is between.",
      `${network} A firewall may be between.`,
    );
  }
  return failure(message === "" ? "the connection failed" : message, "Check the URL and the network.", network);
}

/** The error of a connection to this machine that would go through a proxy, and cannot be made to avoid it. */
export function proxyBetween(host: string, proxied: "yes" | "unknown"): AnvilSqliteError {
  return proxied === "yes"
    ? new AnvilSqliteError(`A proxy that the environment names is between this program and ${host}, on this machine`, {
      code: "proxy-between",
      hint: "Take this machine out of it: NO_PROXY=localhost,127.0.0.1",
    })
    : new AnvilSqliteError(`Cannot tell whether a proxy is between this program and ${host}, on this machine`, {
      code: "proxy-between",
      hint: "Run it again with --allow-net=127.0.0.1,localhost, with which it can find out.",
    });
}
