/**
 * The app that a restore writes to: connected, its tables listed and described, and whether the archive was made from
 * it. It only reads.
 */
import type { Catalogue } from "../../archive/catalogue/catalogue.ts";
import { openSession } from "../../tables/session.ts";
import { AnvilSqliteError, isKind } from "../../errors.ts";
import type { AppSchema } from "../../schema/model/app_schema.ts";
import { schemaFromLive } from "../../schema/from_live.ts";
import type { ListedTable } from "../../tables/listing.ts";
import type { Connection } from "../../uplink/connection.ts";
import { firstConnection } from "../../uplink/limits.ts";
import { patiently } from "../../uplink/patience.ts";
import { patienceOf, type TargetOptions } from "./restore_options.ts";

/** A capability as the listing has it. */
export type TableCapability = NonNullable<ListedTable["capability"]>;

/** An app that is connected, with its tables. */
export interface Target {
  readonly connection: Connection;
  readonly listed: readonly ListedTable[];
  readonly schema: AppSchema;
  readonly identity: AppIdentity;
}

/** What identifies an app. */
export interface AppIdentity {
  /** Empty on an App Server. */
  readonly appId: string;
  /** URL of the app; null if the server does not say it. */
  readonly origin: string | null;
  /** Ids of all columns of readable tables, sorted. */
  readonly columnIds: readonly string[];
}

/** Connects for the first time; it tries for as long as the options say. */
export function firstTarget(options: TargetOptions): Promise<Target> {
  return patiently("connection", () => openTarget(options), patienceOf(options), firstConnection(options.waitMs));
}

/**
 * Connects and lists.
 * @throws {AnvilSqliteError} as `openSession`; `not-writable-key` (exit 12) for a client or DB-read key
 */
export async function openTarget(options: TargetOptions): Promise<Target> {
  const { url, key, limits, signal } = options;
  signal.throwIfAborted();
  const session = await openSession({ url, key, limits, ...patienceOf(options), outlivesSignal: true });
  const { connection, listed } = session;
  try {
    if (connection.welcome.keyKind !== "uplink") throw notWritableKey();
    // The listing is one snapshot; writes come in transactions of their own.
    await session.transaction?.close(true).catch((error: unknown) => {
      // A transaction that is gone counts as closed.
      if (!isKind(error, "transaction")) throw error;
    });
    const { schema } = schemaFromLive(session.live);
    const identity = { appId: connection.welcome.appId, origin: session.origin, columnIds: columnIds(schema) };
    return { connection, listed, schema, identity };
  } catch (error) {
    session.transaction?.abandon();
    await connection.close();
    throw error;
  }
}

function notWritableKey(): AnvilSqliteError {
  return new AnvilSqliteError("This Uplink key can only read", {
    code: "not-writable-key",
    hint: "A restore needs the server Uplink key, from the app's Uplink settings.",
  });
}

function columnIds(schema: AppSchema): readonly string[] {
  return schema.tables.flatMap(({ columns }) => columns.flatMap(({ id }) => id ?? [])).sort();
}

/** What identifies an archive's app. */
export function archiveIdentity({ tables, provenance }: Catalogue): AppIdentity {
  const origin = provenance.get("app_origin");
  return {
    appId: String(provenance.get("app_id") ?? ""),
    origin: typeof origin === "string" ? origin : null,
    columnIds: tables.flatMap(({ plan }) => plan.columns.flatMap(({ column }) => column.id ?? [])).sort(),
  };
}

/**
 * Whether two identities are of the same app: by Anvil's id. On the App Server that is empty; there the origin and the
 * column ids decide. Anvil makes column ids at random, and an app may have gained and lost some since.
 */
export function isSameApp(a: AppIdentity, b: AppIdentity): boolean {
  if (a.appId !== "" || b.appId !== "") return a.appId === b.appId;
  const own = new Set(a.columnIds);
  const shared = b.columnIds.filter((id) => own.has(id)).length;
  return a.origin === b.origin && shared > 0 && shared * 2 >= Math.min(a.columnIds.length, b.columnIds.length);
}

/** What a user types to confirm the app: its id, or the host of its URL if the id is empty. */
export function appName({ appId, origin }: AppIdentity, url: string): string {
  return appId === "" ? new URL(origin ?? url).host : appId;
}
