/**
 * One group of writes: a transaction of the server with several calls in flight. It is committed when it has become
 * large or old enough. What it did counts once it is committed; otherwise the id map takes it back.
 */
import type { IdMap } from "../../id_map/id_map.ts";
import type { Clock } from "../../clock.ts";
import { type Isolation, openTransaction, type Transaction } from "../../tables/transaction.ts";
import type { Connection } from "../../uplink/connection.ts";
import { InFlight } from "../../uplink/in_flight.ts";
import type { RowId } from "../../value/row_id.ts";
import type { Target } from "../job/target.ts";
import { RemoteError } from "../../uplink/uplink_errors.ts";
import { checkDeletions, countAllRows, type RowCounts } from "./deletion_guard.ts";
import type { FileSetting } from "./write_cells.ts";
import { workText, writeBatch } from "./write_batch.ts";
import type { Work, WorkList } from "./work_list.ts";

/** Most calls in flight: a server runs twice as many calls as it has cores. Bytes of media count among the bytes. */
const AT_MOST = { count: 4, bytes: 16 * 1_048_576 } as const;
/** A group is closed when it has this many rows, this many bytes, or this age. */
export const GROUP_ROWS = 20_000;
const GROUP_BYTES = 64 * 1_048_576;
const GROUP_MS = 20_000;

/** What a group needs. */
interface GroupContext {
  readonly connection: Connection;
  readonly clock: Clock;
  readonly idMap: IdMap;
  readonly target: Target;
  readonly cells: FileSetting;
  readonly careful: boolean;
  /** A group is closed when it has this many rows. */
  readonly maxRows: number;
  readonly isolation: Isolation;
  readonly signal: AbortSignal;
  /** Called when a piece of work is done, but not committed yet. */
  readonly onWork: (work: Work) => void;
}

/** Rows of a table that are deleted; null for all of them. */
interface Deletion {
  readonly table: number;
  readonly name: string;
  readonly rows: readonly RowId[] | null;
}

/** Why a group was given up. */
export class GroupFailure {
  readonly error: unknown;
  /** What was being done; empty when that is not known. */
  readonly place: string;
  /** Whether media were on their way: some transactions of some servers do not take them. */
  readonly hadMedia: boolean;

  /** What was being deleted; null for any other work. */
  readonly deletion: Deletion | null;

  constructor(error: unknown, place: string, hadMedia: boolean, deletion: Deletion | null = null) {
    this.error = error;
    this.place = place;
    this.hadMedia = hadMedia;
    this.deletion = deletion;
  }
}

/**
 * Takes work until the group is full, and commits it.
 * @throws {GroupFailure} when it was given up, or its end is not known; `IdMap.groups.unresolved` says which
 */
export async function writeGroup(context: GroupContext, work: WorkList): Promise<void> {
  const { connection, clock, idMap, isolation } = context;
  let transaction: Transaction;
  try {
    transaction = await openTransaction(connection, clock, isolation);
  } catch (error) {
    throw new GroupFailure(error, "opening a transaction", false);
  }
  const group = idMap.groups.begin();
  const filler = new GroupFiller(context, transaction, group);
  try {
    await filler.fill(work);
  } catch (error) {
    await rollBack(transaction);
    idMap.groups.abandon(group);
    throw error;
  }
  idMap.groups.closing(group, clock.now());
  try {
    await transaction.close(false);
  } catch (error) {
    transaction.abandon();
    // If the server said so, the group is not in the app; otherwise only the app can tell.
    if (isRefusal(error)) idMap.groups.abandon(group);
    throw new GroupFailure(error, "committing", false);
  }
  idMap.groups.committed(group);
}

function isRefusal(error: unknown): boolean {
  return error instanceof RemoteError && error.kind !== "busy";
}

async function rollBack(transaction: Transaction): Promise<void> {
  try {
    await transaction.close(true);
  } catch {
    // The connection or the transaction is gone, which has the same effect.
    transaction.abandon();
  }
}

class GroupFiller {
  readonly #context: GroupContext;
  readonly #stack: string;
  readonly #group: bigint;
  readonly #startedAt: number;
  readonly #tasks = new InFlight();
  /** Rows of all tables before the first deletion of the group; null while it has deleted nothing. */
  #before: RowCounts | null = null;
  readonly #planned = new Map<number, { added: number; deleted: number }>();
  #rows = 0;
  #bytes = 0;

  constructor(context: GroupContext, transaction: Transaction, group: bigint) {
    this.#context = context;
    this.#stack = transaction.stack;
    this.#group = group;
    this.#startedAt = context.clock.monotonic();
  }

  async fill(work: WorkList): Promise<void> {
    while (this.#tasks.isOpen && !this.#isFull && !this.#context.signal.aborted) {
      const next = work.peek();
      if (next === null) break;
      const isDeletion = next.kind === "empty" || next.kind === "delete";
      const hasRoom = () => next.kind !== "barrier" && this.#tasks.hasRoom(AT_MOST, bytesOf(next));
      await this.#tasks.until(() => hasRoom() && !(isDeletion && this.#before === null && this.#tasks.count > 0));
      if (!this.#tasks.isOpen) break;
      if (isDeletion && this.#before === null) await this.#count();
      work.take();
      if (next.kind !== "barrier") this.#start(next);
    }
    await this.#tasks.until();
    await this.#checkDeletions();
  }

  /** Counts before the first deletion; the count includes what the group has done until then. */
  async #count(): Promise<void> {
    this.#planned.clear();
    this.#before = await this.#counted("counting rows before any is deleted");
  }

  async #checkDeletions(): Promise<void> {
    if (this.#before === null) return;
    const after = await this.#counted("counting rows after some were deleted");
    const { listed } = this.#context.target;
    try {
      checkDeletions(listed, this.#before, after, this.#planned);
    } catch (error) {
      throw new GroupFailure(error, "", false);
    }
  }

  async #counted(what: string): Promise<RowCounts> {
    const { connection, target } = this.#context;
    try {
      return await countAllRows({ connection, stack: this.#stack }, target.listed);
    } catch (error) {
      throw new GroupFailure(error, what, false);
    }
  }

  /** What a piece of work should add to a table and take away. */
  #plan(work: Exclude<Work, { kind: "barrier" }>): void {
    const id = work.kind === "cells" || work.kind === "delete" ? work.table.live.id : work.job.live.id;
    const change = this.#planned.get(id) ?? { added: 0, deleted: 0 };
    this.#planned.set(id, change);
    if (work.kind === "insert") change.added += work.rows.length;
    if (work.kind === "empty") change.deleted += this.#before?.get(id) ?? 0;
  }

  get #isFull(): boolean {
    return this.#rows >= this.#context.maxRows || this.#bytes >= GROUP_BYTES ||
      this.#context.clock.monotonic() - this.#startedAt >= GROUP_MS;
  }

  #start(work: Exclude<Work, { kind: "barrier" }>): void {
    const { connection, onWork } = this.#context;
    const bytes = bytesOf(work);
    this.#bytes += bytes;
    if (work.kind !== "empty") this.#rows += work.rows.length;
    this.#plan(work);
    const hasMedia = "weight" in work && work.weight.media > 0;
    const writing = async () => {
      try {
        const onDeleted = (table: number, rows: number) => {
          const change = this.#planned.get(table);
          if (change !== undefined) change.deleted += rows;
        };
        const context = { ...this.#context, onDeleted };
        await writeBatch({ connection, stack: this.#stack }, context, this.#group, work);
      } catch (error) {
        throw new GroupFailure(error, workText(work), hasMedia, deletedBy(work));
      }
      onWork(work);
    };
    this.#tasks.add(writing(), bytes);
  }
}

function bytesOf(work: Work): number {
  return "weight" in work ? work.weight.bytes + work.weight.mediaBytes : 0;
}

function deletedBy(work: Work): Deletion | null {
  if (work.kind === "delete") return { table: work.table.live.id, name: work.table.live.name, rows: work.rows };
  return work.kind === "empty" ? { table: work.job.live.id, name: work.job.name, rows: null } : null;
}
