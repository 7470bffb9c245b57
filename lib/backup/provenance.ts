/**
 * What a backup notes about where its rows come from. It keeps the forum script's keys, with their meanings. It never
 * notes the Uplink key, a session, or anything else that would open the app.
 */
import type { SqlValue } from "../sqlite/sql_value.ts";
import { FORMAT_VERSION } from "../archive/catalogue/identity.ts";
import type { AppSchema } from "../schema/model/app_schema.ts";
import type { Drift } from "../schema/drift.ts";
import { schemaToJson } from "../schema/schema_json.ts";
import { displayUrl, type Welcome } from "../uplink/handshake.ts";
import { canonicalJson, type Json, stringifyExact } from "../json/exact_json.ts";
import { withoutSecrets } from "../redact.ts";
import { FULL_VERSION, PROGRAM } from "../version.ts";
import type { Snapshot } from "../tables/session.ts";

type Entry = readonly [string, SqlValue];

/** A schema file from `--schema`. */
export interface SchemaFile {
  readonly name: string;
  readonly text: string;
  readonly schema: AppSchema;
}

/** Entries of a file that has no rows yet: which program makes it, and from which schema. */
export function schemaProvenance(schema: AppSchema, source: string, createdAt: Date): readonly Entry[] {
  return [
    ["program", `${PROGRAM} ${FULL_VERSION}`],
    ["format_version", BigInt(FORMAT_VERSION)],
    ["schema_created_at", createdAt.toISOString()],
    ["schema_source", withoutSecrets(source)],
    ["source_schema_json", stringifyExact(schemaToJson(schema))],
  ];
}

/** Entries that say which app is being copied, when, and with what options. */
export function sourceProvenance(
  welcome: Welcome,
  url: string,
  origin: string | null,
  options: Json,
  start: Date,
  appName: string | null,
): readonly Entry[] {
  return [
    ["app_name", appName === null ? null : withoutSecrets(appName)],
    ["app_id", welcome.appId],
    ["branch", welcome.branch],
    ["environment", stringifyExact(welcome.environment)],
    ["app_origin", origin === null ? null : withoutSecrets(origin)],
    ["key_kind", welcome.keyKind],
    ["url", displayUrl(url)],
    ["options", canonicalJson(options)],
    ["backup_start", start.toISOString()],
  ];
}

/**
 * Entries about a schema file: how the live app differs from it, and which parts of the catalogue come only from the
 * file, since the app does not say them (`completeSchema` has the form of that list).
 */
export async function schemaFileProvenance(
  file: SchemaFile,
  drift: readonly Drift[],
  taken: Json,
): Promise<readonly Entry[]> {
  const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(file.text));
  return [
    ["schema_file", withoutSecrets(file.name)],
    ["schema_file_text", withoutSecrets(file.text)],
    ["schema_file_sha256", new Uint8Array(hash).toHex()],
    ["schema_file_json", stringifyExact(schemaToJson(file.schema))],
    ["schema_file_taken", stringifyExact(taken)],
    ["drift", JSON.stringify(drift)],
  ];
}

/** Entries known only at the end. */
export function finalProvenance(end: {
  readonly end: Date;
  /** How long the run that finished the file took, in seconds. */
  readonly seconds: number;
  readonly snapshot: Snapshot;
  readonly complete: boolean;
  readonly engine: string;
  /** Media taken from an earlier backup. */
  readonly reused: { readonly media: number; readonly bytes: number };
}): readonly Entry[] {
  return [
    ["backup_end", end.end.toISOString()],
    ["backup_dur", end.seconds],
    ["snapshot_kind", end.snapshot.kind],
    ["snapshot_reason", end.snapshot.reason],
    ["complete", end.complete ? "yes" : "no"],
    ["sqlite", end.engine],
    ["media_reused", BigInt(end.reused.media)],
    ["media_reused_bytes", BigInt(end.reused.bytes)],
  ];
}
