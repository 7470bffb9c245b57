/**
 * One group of writes: a transaction of the server, filled with several calls in flight, committed when it has become
 * large or old enough. What it did counts once it is committed; otherwise the id map takes it back.
 */
import type { IdMap } from "../../id_map/id_map.ts";
import type { Clock } from "../../clock.ts";
import { type Isolation, openTransaction, type Transaction } from "../../tables/transaction.ts";
import type { Connection } from "../../uplink/connection.ts";
import { InFlight } from "../../uplink/in_flight.ts";
import { RemoteError } from "../../uplink/uplink_errors.ts";
import { workText, writeBatch } from "./write_batch.ts";
import type { Work, WorkList } from "./work_list.ts";

/** In flight at most: a server runs twice as many calls as it has cores. Media count among the bytes. */
const AT_MOST = { count: 4, bytes: 16 * 1_048_576 } as const;
/** A group is closed when it has this many rows, this many bytes, or is this old. */
const GROUP_ROWS = 20_000;
const GROUP_BYTES = 64 * 1_048_576;
const GROUP_MS = 20_000;

/** What a group needs. */
interface GroupContext {
  readonly connection: Connection;
  readonly clock: Clock;
  readonly idMap: IdMap;
  readonly isolation: Isolation;
  readonly signal: AbortSignal;
  /** Called when a piece of work is done, though not yet committed. */
  readonly onWork: (work: Work) => void;
}

/** Why a group was given up. */
export class GroupFailure {
  readonly error: unknown;
  /** What was being done; empty when that is not known. */
  readonly place: string;
  /** Whether media were on their way: not every kind of transaction of every server takes them. */
  readonly hadMedia: boolean;

  constructor(error: unknown, place: string, hadMedia: boolean) {
    this.error = error;
    this.place = place;
    this.hadMedia = hadMedia;
  }
}

/**
 * Takes work until the group is full, and commits it.
 * @throws {GroupFailure} when it was given up, or its end is not known: `IdMap.groups.unresolved` tells
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
    // Told so by the server, it is not in the app; otherwise only the app can tell.
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
    // The connection or the transaction is gone, which comes to the same.
    transaction.abandon();
  }
}

class GroupFiller {
  readonly #context: GroupContext;
  readonly #stack: string;
  readonly #group: bigint;
  readonly #startedAt: number;
  readonly #tasks = new InFlight();
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
      await this.#tasks.until(() => next.kind !== "barrier" && this.#tasks.hasRoom(AT_MOST, bytesOf(next)));
      work.take();
      if (next.kind !== "barrier") this.#start(next);
    }
    await this.#tasks.until();
  }

  get #isFull(): boolean {
    return this.#rows >= GROUP_ROWS || this.#bytes >= GROUP_BYTES ||
      this.#context.clock.monotonic() - this.#startedAt >= GROUP_MS;
  }

  #start(work: Exclude<Work, { kind: "barrier" }>): void {
    const { connection, idMap, onWork } = this.#context;
    const bytes = bytesOf(work);
    this.#bytes += bytes;
    if (work.kind !== "empty") this.#rows += work.rows.length;
    const writing = async () => {
      try {
        await writeBatch({ connection, stack: this.#stack }, idMap, this.#group, work);
      } catch (error) {
        throw new GroupFailure(error, workText(work), work.kind !== "empty" && work.weight.media > 0);
      }
      onWork(work);
    };
    this.#tasks.add(writing(), bytes);
  }
}

function bytesOf(work: Work): number {
  return work.kind === "barrier" || work.kind === "empty" ? 0 : work.weight.bytes + work.weight.mediaBytes;
}
