/**
 * What can go wrong on the wire, as errors a user understands and a caller can tell apart.
 * It never holds a key, a session or a media key: only what the server said and what to do about it.
 */
import { AnvilSqliteError, EXIT, type ExitCode, REDACTED } from "../errors.ts";
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
      exitCode: EXIT.unreachable,
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
    const { code, exitCode, hint } = meaningOf(type, message);
    const name = type === "" ? "" : ` (${type})`;
    super(`The server refused '${command}'${name}: ${message}`, { code, exitCode, ...(hint === null ? {} : { hint }) });
    this.type = type;
    this.remoteMessage = message;
  }
}

interface Meaning {
  readonly code: string;
  readonly exitCode: ExitCode;
  readonly hint: string | null;
}

function meaningOf(type: string, message: string): Meaning {
  if (type === "anvil.server.PermissionDenied" || message.startsWith("Permission denied")) {
    return {
      code: "permission-denied",
      exitCode: EXIT.notAllowed,
      hint: "Use the app's server Uplink key, and give server code access to the table.",
    };
  }
  if (type === "anvil.tables.QuotaExceededError" || type === "RateLimitExceeded") {
    return { code: "quota", exitCode: EXIT.unavailable, hint: "Wait, or look at the app's usage in the Anvil editor." };
  }
  if (message.includes("down for maintenance")) {
    return { code: "maintenance", exitCode: EXIT.unavailable, hint: "Try again in a few minutes." };
  }
  if (type === "anvil.tables.TransactionConflict") return plain("transaction-conflict");
  if (type === "anvil.tables.TransactionError") return plain("transaction-expired");
  if (type === "anvil.tables.RowDeleted") return plain("row-deleted");
  if (message.startsWith("Payload too large")) return plain("payload-too-large");
  return plain("remote-error");
}

function plain(code: string): Meaning {
  return { code, exitCode: EXIT.failed, hint: null };
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

/** Takes an Uplink key out of a text: a server may repeat it in a message, and messages go into logs and files. */
export function withoutKey(text: string, key: string): string {
  return key === "" ? text : text.replaceAll(key, REDACTED);
}

/** A frame that the protocol does not allow: a proxy, a broken server, or a protocol newer than this program. */
export function protocolError(what: string, cause?: unknown): AnvilSqliteError {
  return new AnvilSqliteError(`The server sent something that is not the Uplink protocol: ${what}`, {
    code: "protocol",
    hint: "Check the URL; if it is right, please report this with the program's version.",
    exitCode: EXIT.unreachable,
    cause,
  });
}

/** The server turned the connection down in its greeting. */
export function refusedError(message: string): AnvilSqliteError {
  if (/incorrect uplink key/i.test(message)) {
    return new AnvilSqliteError("The Anvil server does not know this Uplink key", {
      code: "key-refused",
      hint: "Copy the server Uplink key again from the app's Uplink settings; a reset makes the old key useless.",
      exitCode: EXIT.keyRefused,
    });
  }
  if (/maintenance/i.test(message)) {
    return new AnvilSqliteError(`The app is locked: ${message}`, {
      code: "maintenance",
      hint: "Try again in a few minutes.",
      exitCode: EXIT.unavailable,
    });
  }
  if (/outdated/i.test(message)) {
    return new AnvilSqliteError(`The server asks for a newer protocol: ${message}`, {
      code: "outdated",
      hint: "Get the newest version of anvil-sqlite.",
      exitCode: EXIT.unreachable,
    });
  }
  return new AnvilSqliteError(`The server turned the connection down: ${message}`, {
    code: "refused",
    exitCode: EXIT.unreachable,
  });
}

/** The dialling failed; Deno tells the causes apart by message only. */
export function unreachableError(host: string, message: string): AnvilSqliteError {
  const [what, hint] = dialFailure(message);
  return new AnvilSqliteError(`Cannot reach the Anvil server at ${host}: ${what}`, {
    code: "unreachable",
    hint,
    exitCode: EXIT.unreachable,
  });
}

function dialFailure(message: string): readonly [string, string] {
  if (/dns error|failed to lookup/i.test(message)) {
    return ["no such host", "Check the host name in --url or ANVIL_UPLINK_URL, and the network."];
  }
  if (/certificate|tls|ssl/i.test(message)) {
    return [`the secure connection failed (${message})`, "Check the server's certificate, and ws:// against wss://."];
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

/** Whether the error says that asking for less would work. */
export function isPayloadTooLarge(error: unknown): boolean {
  return error instanceof RemoteError && error.code === "payload-too-large";
}

/** Whether the transaction that the call ran in is gone. */
export function isTransactionGone(error: unknown): boolean {
  if (!(error instanceof RemoteError)) return false;
  return error.code === "transaction-expired" || error.code === "transaction-conflict" ||
    /transaction is aborted|Connection is closed/i.test(error.remoteMessage);
}

/** Whether only this call is known to have failed: it was not answered in time, and the connection lives on. */
export function isUnanswered(error: unknown): boolean {
  return error instanceof ConnectionLostError && error.code === "no-answer";
}

/** Whether a read that failed so may succeed when asked again: an opaque internal error, or an empty pool. */
export function isTransient(error: unknown): boolean {
  if (!(error instanceof RemoteError)) return false;
  return /^Internal server error: |Too many transactions|timed out|deadlock/i.test(error.remoteMessage) ||
    error.type === "anvil.server.RuntimeUnavailableError" || error.type === "RateLimitExceeded";
}
