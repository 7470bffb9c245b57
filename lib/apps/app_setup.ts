/**
 * What is stored about an app so that its name is enough: its address, its key, where its backups go, and what is done
 * with them. Plain data.
 */

/** Rules of retention, each a number of backups; null when there is no such rule. As `prune` has them. */
export const KEEP_RULES = ["last", "daily", "weekly", "monthly", "yearly"] as const;

/** How long backups are kept; all of them when there is no rule. */
export type Keep = Readonly<Record<typeof KEEP_RULES[number], number | null>>;

/** Keeps everything. */
export const KEEP_ALL: Keep = { last: null, daily: null, weekly: null, monthly: null, yearly: null };

/** An app as it was set up. */
export interface AppSetup {
  readonly name: string;
  /** URL of its Uplink; null for Anvil's own servers. */
  readonly url: string | null;
  /** File that holds its key; null when the key is given otherwise. */
  readonly keyFile: string | null;
  /** Folder or vault of its backups. */
  readonly to: string;
  readonly keep: Keep;
  /** After how many milliseconds a restore is tried again on this machine; null for never. */
  readonly drillMs: number | null;
  /** URL that is asked at the start and the end of each backup; it is a secret. */
  readonly ping: string | null;
  /** Columns that a row is called by, as `TABLE.COLUMN`. */
  readonly label: readonly string[];
  /** Tables whose rows are left out. */
  readonly exclude: readonly string[];
}
