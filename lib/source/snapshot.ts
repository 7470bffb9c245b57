/**
 * One snapshot of an app as a source has it: a finished file, or one night of a vault. Plain data, and how to read it.
 */
import { isObject, parseExact, stringOf } from "../json/exact_json.ts";

/** Whose rows they are. */
export interface SnapshotApp {
  /** Anvil's id; empty on an App Server. */
  readonly id: string;
  /** The name it was set up under; null when it had none. */
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

/** How many rows of each table changed since the snapshot before, by Python name; only tables that changed. */
export type SnapshotChanges = Readonly<
  Record<string, { readonly added: number; readonly changed: number; readonly removed: number }>
>;

/** One snapshot. */
export interface SourceSnapshot {
  readonly app: SnapshotApp;
  /** How a user names this very snapshot: a path, or `app.vault@#12`. */
  readonly name: string;
  /** Its number in a vault, for ever the same; null for a file. */
  readonly number: number | null;
  /** When its rows began to be read. */
  readonly start: Date;
  /** Whether all that was asked for is in it. */
  readonly complete: boolean;
  /** Whether all rows are from the same moment. */
  readonly sameMoment: boolean;
  /** Hexadecimal, of all rows; empty when it has none. */
  readonly digest: string;
  readonly rows: number;
  /** Bytes of its file; what it added to a vault; null when that is not known. */
  readonly bytes: number | null;
  /** Messages of its `looks-wrong` warnings. */
  readonly looksWrong: readonly string[];
  /** Where they are kept, as in a vault; null for the first one. */
  readonly changes?: SnapshotChanges | null;
  /** A file of it: the file itself, or a temporary one that a vault extracts. */
  open(): Promise<SnapshotFile>;
}

/** Key of the group that snapshots of one app and environment are in. */
export function groupKey({ id, host, environment }: SnapshotApp): string {
  return JSON.stringify([id === "" ? host : id, environment]);
}

/** What a group is called in messages: `bookshop (Published)`. */
export function groupName({ id, name, host, environment }: SnapshotApp): string {
  const app = name ?? (id || host || "an app without a name");
  return environment === "" ? app : `${app} (${environment})`;
}

/** The app that a file's provenance names; values are those of its keys, null when it has none. */
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

/** The oldest first; files of one second by their names. */
export function inOrder(snapshots: readonly SourceSnapshot[]): readonly SourceSnapshot[] {
  return [...snapshots].sort((a, b) =>
    a.start.getTime() - b.start.getTime() || (a.number ?? 0) - (b.number ?? 0) || (a.name < b.name ? -1 : 1)
  );
}
