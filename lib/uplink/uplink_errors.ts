/**
 * What can go wrong on the wire, as errors a user understands and a caller can tell apart.
 * It never holds a key, a session or a media key: only what the server said and what to do about it.
 */
import { AnvilSqliteError } from "../errors.ts";
import { REDACTED, withoutSecrets } from "../redact.ts";
import type { ErrorCode } from "../error_codes.ts";
import { isObject, type JsonObject } from "../json/exact_json.ts";

/**
 * The connection is gone, or as good as gone for this call (`no-answer`): calls in flight have no reply, and a new
 * connection may work.
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

/** A call was answered with an error; the connection lives on. */
export class RemoteError extends AnvilSqliteError {
  override readonly name = "RemoteError";
  /** Anvil's own type, such as `anvil.tables.TableError`; empty when the server gave none. */
  readonly type: string;
  /** Anvil's own message. */
  readonly remoteMessage: string;

  constructor(command: string, type: string, message: string) {
    const name = type === "" ? "" : ` (${type})`;
    const code = codeOf(command, type, message);
    super(`The server refused '${command}'${name}: ${message}`, { code, hint: HINTS[code] ?? null });
    this.type = type;
    this.remoteMessage = message;
  }
}

const HINTS: { readonly [code in ErrorCode]?: string } = {
  "permission-denied": "Use the app's server Uplink key, and give server code access to the table.",
  "quota": "Wait, or look at the app's usage in the Anvil editor.",
  "rate-limit": "Wait, or look at the app's usage in the Anvil editor.",
  "maintenance": "Try again in a few minutes.",
};

/** What an error means, by its type where the server has one for it, else by its words, which are the server's own. */
const MEANINGS: readonly (readonly [code: ErrorCode, type: RegExp | null, message: RegExp | null])[] = [
  ["permission-denied", /^anvil\.server\.PermissionDenied$/, null],
  ["permission-denied", null, /^Permission denied/],
  ["quota", /^anvil\.tables\.QuotaExceededError$/, null],
  ["rate-limit", /^RateLimitExceeded$/, null],
  ["maintenance", null, /down for maintenance/],
  ["transaction-conflict", /^anvil\.tables\.TransactionConflict$/, null],
  ["transaction-expired", /^anvil\.tables\.TransactionError$/, null],
  ["row-deleted", /^anvil\.tables\.RowDeleted$/, null],
  ["payload-too-large", null, /^Payload too large/],
  // A CSV export inside it, or the database itself, has ended the connection that the transaction lived on.
  ["transaction-lost", null, /transaction is aborted|connection (?:is|has been) closed/i],
  ["server-busy", null, /^Internal server error: |Too many transactions|timed out|deadlock/i],
  ["server-busy", /^anvil\.server\.RuntimeUnavailableError$/, null],
];

function codeOf(command: string, type: string, message: string): ErrorCode {
  // A transaction that a conflict has aborted stays open; its commit is refused with words that say nothing of it.
  if (command.endsWith(".close_transaction") && /runtime not available/i.test(message)) return "transaction-lost";
  if (command.endsWith(".fetch_lazy_media") && message.includes("does not exist")) return "media-gone";
  const meaning = MEANINGS.find(([, types, messages]) => types?.test(type) ?? messages?.test(message));
  return meaning?.[0] ?? "remote-error";
}

/**
 * Makes the error of an error reply.
 * @param clean takes out of the server's words what must not be repeated
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

/** Takes an Uplink key, and what looks like one, out of a text: a server may repeat it, and messages go into files. */
export function withoutKey(text: string, key: string): string {
  return withoutSecrets(key === "" ? text : text.replaceAll(key, REDACTED));
}

/** A frame that the protocol does not allow: a proxy, a broken server, or a protocol newer than this program. */
export function protocolError(what: string, cause?: unknown): AnvilSqliteError {
  return new AnvilSqliteError(`The server sent something that is not the Uplink protocol: ${what}`, {
    code: "protocol",
    hint: "Check the URL; if it is right, please report this with the program's version.",
    cause,
  });
}

/** The server turned the connection down in its greeting. */
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

/** The dialling failed; Deno tells the causes apart by message only. */
export function unreachableError(host: string, message: string): AnvilSqliteError {
  const [what, hint] = dialFailure(message);
  return new AnvilSqliteError(`Cannot reach the Anvil server at ${host}: ${what}`, {
    code: "unreachable",
    hint,
  });
}

function dialFailure(message: string): readonly [string, string] {
  if (/dns error|failed to lookup/i.test(message)) {
    return ["no such host", "Check the host name in --url or ANVIL_UPLINK_URL, and the network."];
  }
  if (/certificate|tls|ssl/i.test(message)) {
    return [
      `the secure connection failed (${message})`,
      "Check ws:// against wss://; for a certificate of a private authority set DENO_CERT to that authority's, as a file.",
    ];
  }
  const status = /status code:? ?(\d+)?/i.exec(message);
  if (status) {
    return [
      `it answers, but not as an Uplink${status[1] === undefined ? "" : ` (HTTP ${status[1]})`}`,
      "The URL ends in /uplink on anvil.works and in /_/uplink on a server of your own.",
    ];
  }
  if (/refused|tcp connect error/i.test(message)) {
    return [
      "no connection could be made",
      "Check host and port, that the server runs, and that no firewall is between.",
    ];
  }
  return [message === "" ? "the connection failed" : message, "Check the URL and the network."];
}
