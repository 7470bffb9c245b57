/**
 * The environment variables that this program reads, and the only place that reads them.
 * (`NO_COLOR` is read by Deno itself, see `terminal.ts`.)
 */

/** Names of the variables, with what `--help` says of them. */
export const ENVIRONMENT_VARIABLES = {
  ANVIL_UPLINK_KEY: "The Uplink key, where --key-file is not given. Anvil's own name for it.",
  ANVIL_UPLINK_URL: "The server's Uplink URL, where --url is not given. Anvil's own name for it.",
  ANVIL_SQLITE_CONFIG: "The folder where apps that were set up are kept, in place of the system's own.",
  HOME: "Your own folder, where apps are kept on Linux and macOS.",
  XDG_CONFIG_HOME: "The folder of settings on Linux, where it is not .config in HOME.",
  APPDATA: "The folder of settings on Windows.",
  USERPROFILE: "Your own folder on Windows.",
  TERM: "When it is 'dumb', nothing is coloured and no bar is drawn.",
  COLUMNS: "How wide help texts are, where no terminal says it.",
  NO_COLOR: "When set, nothing is coloured.",
} as const;

/** One of {@link ENVIRONMENT_VARIABLES}. */
export type EnvironmentName = keyof typeof ENVIRONMENT_VARIABLES;

/** The environment as a record of functions. */
export interface Environment {
  /** Value of a variable; null when it is not set or empty. */
  readonly get: (name: EnvironmentName) => string | null;
}

/** The environment of this process. */
export const processEnvironment: Environment = {
  // A variable that may not be read counts as not set. Deno does not ask for permission: most commands do not need it.
  get: (name) =>
    Deno.permissions.querySync({ name: "env", variable: name }).state === "granted" ? Deno.env.get(name) || null : null,
};
