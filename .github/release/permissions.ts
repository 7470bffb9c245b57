/**
 * What a compiled program may do, and no more; baked in by `build.ts` and asserted by the tests, which run every command
 * with exactly this. Only constants.
 */

/** Variables that the program reads. (`NO_COLOR` is Deno's own.) */
const VARIABLES = [
  "ANVIL_UPLINK_KEY",
  "ANVIL_UPLINK_URL",
  "ANVIL_SQLITE_CONFIG",
  "HOME",
  "XDG_CONFIG_HOME",
  "APPDATA",
  "USERPROFILE",
  "TERM",
  "COLUMNS",
] as const;

/** `doctor` asks how much room a disk has. */
const FREE_SPACE = "--allow-sys=statfs";

/** The host and the paths are the user's to choose, so those three have no list; nothing is imported, run or asked. */
export const PERMISSIONS: readonly string[] = [
  "--no-prompt",
  "--allow-net",
  "--allow-read",
  "--allow-write",
  `--allow-env=${VARIABLES.join()}`,
  FREE_SPACE,
  "--deny-import",
];

/** The same for the program with `@db/sqlite`: its module reads where its library lies, and loads it. */
export const FFI_PERMISSIONS: readonly string[] = [
  "--no-prompt",
  "--allow-net",
  "--allow-read",
  "--allow-write",
  `--allow-env=${[...VARIABLES, "DENO_SQLITE_PATH", "DENO_SQLITE_LOCAL"].join()}`,
  FREE_SPACE,
  "--allow-ffi",
];
