/**
 * Errors as a caller sees them: type, message and the decoration that a real server adds. Any other error while a call
 * runs becomes an internal error without details; its cause is reported to the operator.
 */
import { wireString } from "./wire_text.ts";

const TABLES_DOC = { docId: "data_tables", docLinkTitle: "Learn more about Data tables" } as const;
const PERMISSIONS_DOC = {
  docId: "data_tables_permissions",
  docLinkTitle: "Learn about Data Table permissions",
} as const;

/** A failure that is the reply to a call. */
export class CallError extends Error {
  override readonly name = "CallError";
  /** Anvil's name of the error; null if the server sends none. */
  readonly type: string | null;
  readonly doc: { readonly docId: string; readonly docLinkTitle: string } | null;
  /** Whether the reply has a `trace`; internal errors without details have none. */
  readonly traced: boolean;
  /** Whether it came from the database, which then refuses all other calls of the transaction. */
  readonly fromDatabase: boolean;
  /** Whether it undoes all that the transaction has written before; the transaction can go on. */
  readonly undoesTransaction: boolean;

  constructor(
    type: string | null,
    message: string,
    parts: Partial<Pick<CallError, "doc" | "traced" | "fromDatabase" | "undoesTransaction">> = {},
  ) {
    super(message);
    this.type = type;
    this.doc = parts.doc ?? null;
    this.traced = parts.traced ?? true;
    this.fromDatabase = parts.fromDatabase ?? false;
    this.undoesTransaction = parts.undoesTransaction ?? false;
  }
}

/** Closes the connection without a reply: bad JSON, no id, a MAC that does not fit. */
export class DropConnection extends Error {
  override readonly name = "DropConnection";
}

/** General table error. */
export function tableError(message: string): CallError {
  return new CallError("anvil.tables.TableError", message, { doc: TABLES_DOC });
}

/** An error of the database, which aborts its transaction. */
export function databaseError(message: string): CallError {
  return new CallError("anvil.tables.TableError", `Internal database error: ${message}`, {
    doc: TABLES_DOC,
    fromDatabase: true,
  });
}

/** Unknown column in a query or a write. */
export function noSuchColumn(name: string): CallError {
  return new CallError("anvil.tables.NoSuchColumnError", `No such column '${name}'`, { doc: TABLES_DOC });
}

/** A row to fetch that does not exist. */
export function rowDeleted(): CallError {
  return new CallError("anvil.tables.RowDeleted", "This row has been deleted", { doc: TABLES_DOC });
}

/**
 * A row to update that does not exist. In classic storage a server then rolls its connection back, and with it all that
 * the transaction has written. Source: the App Server's code, not seen in use.
 */
export function updatedRowDeleted(storage: "classic" | "split"): CallError {
  if (storage === "split") return tableError("This row cannot be updated: it has been deleted");
  return new CallError("anvil.tables.RowDeleted", "This row has been deleted", {
    doc: TABLES_DOC,
    undoesTransaction: true,
  });
}

/** Rows that cannot be deleted as long as others link to them. */
export function rowsReferenced(): CallError {
  return new CallError("anvil.tables.TableError", "These rows cannot be deleted: other rows link to them", {
    doc: TABLES_DOC,
    fromDatabase: true,
  });
}

/** A call to a function that does not exist, and a commit that is impossible. The error has no type. */
export function runtimeUnavailable(): CallError {
  return new CallError(null, "Internal server error: Server runtime not available.", { traced: false });
}

/** The server has closed the transaction because the client was silent for too long. */
export function transactionExpired(): CallError {
  return new CallError("anvil.tables.TransactionError", "This transaction has expired", { doc: TABLES_DOC });
}

/** Another transaction was faster. */
export function transactionConflict(): CallError {
  return new CallError(
    "anvil.tables.TransactionConflict",
    "Another transaction has changed this data; aborting",
    { doc: TABLES_DOC, fromDatabase: true },
  );
}

/** The key or the table's access does not allow it. */
export function permissionDenied(message: string): CallError {
  return new CallError("anvil.server.PermissionDenied", message, { doc: PERMISSIONS_DOC });
}

/** An internal error whose message callers may see. */
export function internalError(message: string): CallError {
  return new CallError("anvil.server.InternalError", message);
}

/** An internal error that shows a code and nothing else; the operator gets its cause under that code. */
export function opaqueError(code: string = errorCode()): CallError {
  return new CallError("anvil.server.InternalError", `Internal server error: ${code}`, { traced: false });
}

/** Twelve hexadecimal digits. */
export function errorCode(): string {
  return crypto.getRandomValues(new Uint8Array(6)).toHex();
}

/** Wrong number of positional arguments. */
export function wrongArity(command: string, count: number): CallError {
  return new CallError(
    "TypeError",
    `Wrong number of arguments (${count}) passed to ${command}(). ` +
      "Did you pass keyword arguments as positional arguments, or vice versa?",
  );
}

/** The reply that reports an error. */
export function errorReply(id: string, error: CallError): string {
  return `{"error":${errorText(error)},"id":${wireString(id)},"objects":[]}`;
}

/** The `error` object of a reply or a `MEDIA_ERROR`. */
function errorText({ type, doc, message, traced }: CallError): string {
  const members = [
    ...(type === null ? [] : [`"type":${wireString(type)}`]),
    ...(doc === null ? [] : [`"docId":"${doc.docId}"`, `"docLinkTitle":"${doc.docLinkTitle}"`]),
    `"message":${wireString(message)}`,
    ...(traced ? [`"trace":[["<rpc>",0]]`] : []),
  ];
  return `{${members.join(",")}}`;
}
