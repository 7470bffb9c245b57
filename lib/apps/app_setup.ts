/**
 * What is stored about an app so that its name is enough: its address, its key, where its backups go, and what is done
 * with them. Plain data.
 */

/** Rules of retention, each a number of backups; null when there is no such rule. The same as those of `prune`. */
export const KEEP_RULES = ["last", "daily", "weekly", "monthly", "yearly"] as const;

/** How long backups are kept; without a rule, all are kept. */
export type Keep = Readonly<Record<typeof KEEP_RULES[number], number | null>>;

/** Rules that keep everything. */
export const KEEP_ALL: Keep = { last: null, daily: null, weekly: null, monthly: null, yearly: null };

/** An app as it was set up. */
export interface AppSetup {
  readonly name: string;
  /** URL of its Uplink; null for Anvil's own servers. */
  readonly url: string | null;
  /** File with its key; null when the key comes from elsewhere. */
  readonly keyFile: string | null;
  /** Folder or vault of its backups. */
  readonly to: string;
  readonly keep: Keep;
  /** After how many milliseconds a restore is tried again on this machine; null for never. */
  readonly drillMs: number | null;
  /** URL that is called at the start and the end of each backup; it is a secret. */
  readonly ping: string | null;
  /** Columns for the labels of rows, as `TABLE.COLUMN`. */
  readonly label: readonly string[];
  /** Tables whose rows are left out. */
  readonly exclude: readonly string[];
}
