/**
 * Apps for a command: the store that the environment points to, and how to reach an app. The command line comes first,
 * then the environment, then what was set up, then the default.
 */
import type { AppSetup } from "../../apps/app_setup.ts";
import { AppStore } from "../../apps/app_store.ts";
import type { Surroundings } from "../model/command.ts";
import { readKey } from "./key_source.ts";

/** The store with the apps of the user who runs this. */
export function appStore({ environment }: Pick<Surroundings, "environment">): AppStore {
  return new AppStore({
    ANVIL_SQLITE_CONFIG: environment.get("ANVIL_SQLITE_CONFIG"),
    APPDATA: environment.get("APPDATA"),
    HOME: environment.get("HOME"),
    USERPROFILE: environment.get("USERPROFILE"),
    XDG_CONFIG_HOME: environment.get("XDG_CONFIG_HOME"),
  });
}

/** What is needed from a run to reach an app. */
interface Reaching extends Pick<Surroundings, "terminal" | "environment" | "secrets" | "askSecret"> {
  readonly flags: { readonly url: string; readonly "key-file": string | null };
  readonly given: ReadonlySet<string>;
}

/** The app that the user named; null when no app was named. */
export async function namedApp(run: Pick<Surroundings, "environment">, name: string | null): Promise<AppSetup | null> {
  return name === null ? null : await appStore(run).get(name);
}

/** The URL of an app, or the one from the command line. */
export function urlOf({ flags, given }: Pick<Reaching, "flags" | "given">, app: AppSetup | null): string {
  return given.has("url") ? flags.url : app?.url ?? flags.url;
}

/**
 * Where an app is, and its key.
 * @throws {AnvilSqliteError} as `readKey`
 */
export async function readReach(
  run: Reaching,
  app: AppSetup | null,
): Promise<{ readonly url: string; readonly key: string }> {
  const url = urlOf(run, app);
  run.secrets.addFrom(url);
  return { url, key: await readKey(run.flags["key-file"], run, app?.keyFile ?? null) };
}
