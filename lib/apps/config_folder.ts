/**
 * The folder where each system keeps apps, from environment variables alone. Pure.
 */
import { join } from "../deps.ts";

/** The variables that decide; null for one that is not set. */
export interface ConfigVariables {
  /** Names another folder, on any system. */
  readonly ANVIL_SQLITE_CONFIG: string | null;
  readonly APPDATA: string | null;
  readonly HOME: string | null;
  readonly USERPROFILE: string | null;
  readonly XDG_CONFIG_HOME: string | null;
}

/** The user's own folder; null when no variable names it. */
export function homeFolder(os: string, variables: ConfigVariables): string | null {
  return os === "windows" ? variables.USERPROFILE ?? variables.HOME : variables.HOME;
}

/** The folder of apps and keys; null when no variable names one. */
export function configFolder(os: string, variables: ConfigVariables): string | null {
  if (variables.ANVIL_SQLITE_CONFIG !== null) return variables.ANVIL_SQLITE_CONFIG;
  const below = (folder: string | null, ...rest: string[]) => folder === null ? null : join(folder, ...rest);
  switch (os) {
    case "windows":
      return below(variables.APPDATA, "anvil-sqlite");
    case "darwin":
      return below(variables.HOME, "Library", "Application Support", "anvil-sqlite");
    default:
      return below(variables.XDG_CONFIG_HOME ?? below(variables.HOME, ".config"), "anvil-sqlite");
  }
}
