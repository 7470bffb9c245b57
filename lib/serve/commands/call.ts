/**
 * One call that is being handled: what it asks for, who asks, and its snapshot of the archive. Commands work with this
 * and know neither sockets nor frames.
 */
import type { KeyKind } from "../../uplink/frames.ts";
import type { Capability } from "../../uplink/wire_object.ts";
import type { RowId } from "../../value/row_id.ts";
import { CapabilityValue, isList, isRecord, type Value } from "../protocol/arguments.ts";
import { readScope, RowSealer, type ScopeShape, type Sealer, type TableScope } from "../protocol/capabilities.ts";
import { internalError, permissionDenied } from "../protocol/errors.ts";
import type { IncomingMedia } from "../protocol/media_in.ts";
import type { MediaKeys, MediaSessions } from "../protocol/media_keys.ts";
import { lazyMediaEntry, type MediaToSend } from "../reply/media_out.ts";
import type { RowContext } from "../reply/table_data.ts";
import type { Writing } from "../write/writes.ts";
import type { TableView } from "../app/served_app.ts";
import type { ServedSnapshot } from "../app/snapshot.ts";
import type { Store, Touch } from "../app/store.ts";
import type { ServedTransaction } from "../app/transaction.ts";
import type { Transactions } from "../app/transactions.ts";
import type { SearchableView, Views } from "../app/views.ts";

/** The result of a command. */
export interface CallReply {
  /** JSON text. */
  readonly response: string;
  /** `objects` entries, joined by commas. */
  readonly objects?: string;
  /** Length of the whole reply, if it was too long to be kept. */
  readonly length?: number;
  readonly media?: MediaToSend;
}

/** What all calls of a server share. */
export interface CallServices {
  readonly store: Store;
  readonly sealer: Sealer;
  readonly transactions: Transactions;
  readonly mediaSessions: MediaSessions;
  /** Address of this server, such as `http://127.0.0.1:43210`. */
  readonly origin: string;
}

/** The client that calls. */
export interface Caller {
  readonly connection: number;
  readonly kind: KeyKind;
  /** Opens media on this connection only. */
  readonly mediaKeys: MediaKeys;
}

/** One call. */
export class Call {
  readonly command: string;
  readonly stack: string;
  readonly caller: Caller;
  readonly services: CallServices;
  readonly args: readonly Value[];
  readonly kwargs: { readonly [name: string]: Value };
  /** Media that arrive after the call, by the ids that the call names. */
  readonly incoming: ReadonlyMap<string, IncomingMedia>;

  constructor(parts: Pick<Call, "command" | "stack" | "caller" | "services" | "args" | "kwargs" | "incoming">) {
    this.command = parts.command;
    this.stack = parts.stack;
    this.caller = parts.caller;
    this.services = parts.services;
    this.args = parts.args;
    this.kwargs = parts.kwargs;
    this.incoming = parts.incoming;
  }

  /** An argument by its place. */
  arg(index: number): Value {
    return this.args[index] ?? null;
  }

  /** The scope of an argument that must be a capability of this shape. */
  scope(index: number, shape: ScopeShape): TableScope {
    const value = this.arg(index);
    // A listing shows this in place of a capability for a table without access.
    if (value === null) throw permissionDenied(`Cannot access this table from ${this.who}.`);
    return scopeOf(value, shape);
  }

  /** The caller, as messages name it. */
  get who(): string {
    return this.caller.kind === "client" ? "client code" : "server code";
  }

  #transaction: ServedTransaction | null | undefined;

  /** The transaction that the call runs in, if any. The first read of this counts as a use. */
  get transaction(): ServedTransaction | null {
    this.#transaction ??= this.services.transactions.find(this.caller.connection, this.stack);
    return this.#transaction;
  }

  /** Reads, inside the call's transaction or outside of any. */
  read<T>(body: (sight: Sight) => T): T | Promise<T> {
    const { store, transactions } = this.services;
    const { transaction } = this;
    if (transaction !== null) return body(this.#sight(transaction.snapshot()));
    return transactions.withConnection(false, () => body(this.#sight(store.current)));
  }

  /**
   * Writes, inside the call's transaction or in one of its own.
   * @throws {CallError} PermissionDenied when the archive is served for reading only
   */
  write<T>(body: (sight: WritingSight) => T): T | Promise<T> {
    const { store, transactions } = this.services;
    const { transaction } = this;
    const run = (snapshot: ServedSnapshot, touch: Touch) =>
      body({ ...this.#sight(snapshot), writing: { store, snapshot, touch } });
    if (!store.writable) {
      throw permissionDenied(
        "This is a backup, served for reading only. Serve it with --writable to try out writes.",
      );
    }
    if (transaction !== null) return transaction.write(run);
    return transactions.withConnection(false, () => store.write(run));
  }

  #sight(snapshot: ServedSnapshot): Sight {
    const { store, sealer } = this.services;
    const views = store.views(snapshot.app, this.caller.kind);
    return {
      snapshot,
      views,
      rows: {
        snapshot,
        sealer: (view) => new RowSealer(sealer, view.element),
        media: (cell, row, column, view) =>
          lazyMediaEntry(
            snapshot,
            cell,
            row,
            column,
            view.table,
            (manager, id) => this.caller.mediaKeys.keyOf(manager, id),
          ),
      },
      table: (scope) => views.ofScope(scope),
      rowEntry: ({ element }, row, path) => `${new RowSealer(sealer, element).entry(row)}${path}}`,
    };
  }
}

/** What a reading call sees. */
export interface Sight {
  readonly snapshot: ServedSnapshot;
  readonly views: Views;
  readonly rows: RowContext;
  /** The table or view that a scope names. */
  readonly table: (scope: TableScope) => SearchableView;
  /** `objects` entry of a row capability at a path. */
  readonly rowEntry: (view: TableView, row: RowId, path: string) => string;
}

/** What a writing call sees. */
interface WritingSight extends Sight {
  readonly writing: Writing;
}

/**
 * The scope of a value that must be a capability of this shape.
 * @throws {CallError} InternalError
 */
export function scopeOf(value: Value | undefined, shape: ScopeShape): TableScope {
  const capability: Capability | null = value instanceof CapabilityValue ? value.capability : null;
  if (capability === null) throw internalError(`Expected a capability of a ${shape}`);
  return readScope(capability, shape);
}

/** A value that must be an object of named values. */
export function recordOf(value: Value | undefined): { readonly [name: string]: Value } {
  return isRecord(value) ? value : {};
}

/** The items of a value that must be a list. */
export function listOf(value: Value): readonly Value[] {
  return isList(value) ? value : [];
}
