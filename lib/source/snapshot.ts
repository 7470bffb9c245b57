/**
 * One snapshot of an app as a source has it: a finished file, or one night of a vault. Plain data, and how to read it.
 */
import { isObject, parseExact, stringOf } from "../json/exact_json.ts";

/** The app that the rows are from. */
export interface SnapshotApp {
  /** Anvil's id; empty on an App Server. */
  readonly id: string;
  /** The name under which it was set up; null for none. */
  readonly name: string | null;
  /** Description of the environment, such as `Published`; empty when it is not known. */
  readonly environment: string;
  /** Host of the server; empty when it is not known. */
  readonly host: string;
}

/** An archive that can be opened by its path until it is disposed of. */
export interface SnapshotFile extends AsyncDisposable {
  readonly path: string;
}

/** Number of rows of each table that changed since the snapshot before, by Python name; only tables that changed. */
export type SnapshotChanges = Readonly<
  Record<string, { readonly added: number; readonly changed: number; readonly removed: number }>
>;

/** One snapshot. */
export interface SourceSnapshot {
  readonly app: SnapshotApp;
  /** The name that a user can type for exactly this snapshot: a path, or `app.vault@#12`. */
  readonly name: string;
  /** Its number in a vault, which never changes; null for a file. */
  readonly number: number | null;
  /** When the reading of its rows began. */
  readonly start: Date;
  /** Whether everything that was asked for is in it. */
  readonly complete: boolean;
  /** Whether all rows are from the same moment. */
  readonly sameMoment: boolean;
  /** Digest of all rows, hexadecimal; empty when it has none. */
  readonly digest: string;
  readonly rows: number;
  /** Bytes of its file, or what it added to a vault; null when that is not known. */
  readonly bytes: number | null;
  /** Messages of its `looks-wrong` warnings. */
  readonly looksWrong: readonly string[];
  /** Changes, if they are stored, as in a vault; null for the first snapshot. */
  readonly changes?: SnapshotChanges | null;
  /** Its file: the file itself, or a temporary one that a vault extracts. */
  open(): Promise<SnapshotFile>;
}

/** Key of its group: snapshots of one app and environment have the same. */
export function groupKey({ id, host, environment }: SnapshotApp): string {
  return JSON.stringify([id === "" ? host : id, environment]);
}

/** The name of a group in messages: `bookshop (Published)`. */
export function groupName({ id, name, host, environment }: SnapshotApp): string {
  const app = name ?? (id || host || "an app without a name");
  return environment === "" ? app : `${app} (${environment})`;
}

/** The app that a file's provenance names; the values are those of its keys, null for a missing key. */
export function appOf(provenance: (key: string) => string | null): SnapshotApp {
  return {
    id: provenance("app_id") ?? "",
    name: provenance("app_name"),
    environment: environmentName(provenance("environment")),
    host: hostOf(provenance("url")),
  };
}

function environmentName(json: string | null): string {
  const environment = json === null || json === "" ? null : parseExact(json);
  return isObject(environment) ? stringOf(environment["description"]) ?? "" : "";
}

function hostOf(url: string | null): string {
  return url !== null && URL.canParse(url) ? new URL(url).host : "";
}

/** The oldest first; files of the same second by their names. */
export function inOrder(snapshots: readonly SourceSnapshot[]): readonly SourceSnapshot[] {
  return [...snapshots].sort((a, b) =>
    a.start.getTime() - b.start.getTime() || (a.number ?? 0) - (b.number ?? 0) || (a.name < b.name ? -1 : 1)
  );
}
