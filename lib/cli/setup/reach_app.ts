/**
 * The URL and the key of an app that is being set up: from flags, kept from before, or asked for until they open an
 * app. It keeps no connection.
 */
import type { AppSetup } from "../../apps/app_setup.ts";
import type { AppStore } from "../../apps/app_store.ts";
import { resolve } from "../../deps.ts";
import { AnvilSqliteError, isKind } from "../../errors.ts";
import { SETUP } from "../descriptions/setup.ts";
import { readKey, typedKey } from "../input/key_source.ts";
import { checkUrl } from "../model/check_value.ts";
import type { Invocation } from "../model/command.ts";
import type { Questions } from "./questions.ts";
import { closeSession, firstSession } from "../../tables/session.ts";
import { stringOf } from "../../json/exact_json.ts";
import { countOf } from "../../ui/text/count.ts";
import { plainText } from "../../ui/text/plain_text.ts";
import { LIMITS } from "../../uplink/limits.ts";

type SetupInvocation = Invocation<typeof SETUP>;

const ANVIL = SETUP.flags.url.default;

/** How an app is reached. */
interface Reach {
  /** Null for Anvil's own servers. */
  readonly url: string | null;
  /** Where the key is, or will be. */
  readonly keyFile: string;
  /** The key, if it will be stored in that file. */
  readonly key: string | null;
}

/**
 * Finds out how the app is reached, and tries it.
 * @throws {AnvilSqliteError} when it cannot be reached, and nobody can be asked for more
 */
export async function chooseReach(
  run: SetupInvocation,
  store: AppStore,
  { name, before }: { readonly name: string; readonly before: AppSetup | null },
  ask: Questions | null,
): Promise<Reach> {
  const fallback = before?.url ?? ANVIL;
  const isAsked = ask !== null && !run.given.has("url");
  for (;;) {
    const url = isAsked ? await askUrl(ask, fallback) : run.given.has("url") ? run.flags.url : fallback;
    run.secrets.addFrom(url);
    try {
      const key = await chooseKey(run, url, { kept: store.keyPathOf(name), before }, ask);
      return { url: url === ANVIL ? null : url, ...key };
    } catch (error) {
      if (!isAsked || !isKind(error, "connection", "unanswered")) throw error;
      ask.sayWrong(error);
    }
  }
}

async function askUrl(ask: Questions, fallback: string): Promise<string> {
  const question = fallback === ANVIL
    ? "Where does it run? Enter for anvil.works, or the URL of your own App Server, such as ws://HOST:3030/_/uplink:"
    : `Where does it run? Enter for ${fallback}:`;
  return await ask.ask(question, fallback, (answer) => {
    checkUrl("This", answer);
    return answer;
  });
}

/** The key from `--key-file`, from the variable, from before, or typed; each is tried. */
async function chooseKey(
  run: SetupInvocation,
  url: string,
  { kept, before }: { readonly kept: string; readonly before: AppSetup | null },
  ask: Questions | null,
): Promise<Pick<Reach, "key" | "keyFile">> {
  const { flags, environment } = run;
  const tried = async (key: string) => {
    const found = await reachApp(run, url, key);
    if (!flags.json) run.terminal.line(`Connected: ${found}`);
    return key;
  };
  if (flags["key-file"] !== null) {
    await tried(await readKey(flags["key-file"], run));
    return { keyFile: resolve(flags["key-file"]), key: null };
  }
  if (environment.get("ANVIL_UPLINK_KEY") !== null) {
    return { keyFile: kept, key: await tried(await readKey(null, run)) };
  }
  const earlier = before?.keyFile ?? null;
  if (earlier !== null) {
    try {
      await tried(await readKey(earlier, run));
      return { keyFile: earlier, key: null };
    } catch (error) {
      if (ask === null || !(error instanceof AnvilSqliteError) || !isKind(error, "refused", "usage")) throw error;
      ask.sayWrong(error);
    }
  }
  if (ask === null) {
    throw new AnvilSqliteError("No Uplink key", {
      code: "no-key",
      hint: "Give --key-file FILE, or set ANVIL_UPLINK_KEY.",
    });
  }
  ask.say("The key: in the Anvil editor open the app's Uplink settings, enable the server Uplink, and copy its key.");
  const key = await ask.askHidden("Server Uplink key (paste it; it is not shown):", async (answer) => {
    return await tried(typedKey(answer, run));
  });
  return { keyFile: kept, key };
}

/**
 * A line about the app: `DEMOBOOKSHOP0000 (Published): 4 tables`.
 * @throws {AnvilSqliteError} as `openSession`
 */
async function reachApp(
  { clock, signal }: Pick<SetupInvocation, "clock" | "signal">,
  url: string,
  key: string,
): Promise<string> {
  const session = await firstSession({ url, key, clock, limits: LIMITS, signal, waitMs: 0 });
  try {
    const { welcome } = session.connection;
    const app = welcome.appId || `the app at ${new URL(url).host}`;
    const environment = stringOf(welcome.environment["description"]) ?? welcome.branch;
    const closed = session.listed.filter(({ capability }) => capability === null).length;
    return plainText(
      `${app}${environment ? ` (${environment})` : ""}: ${countOf(session.listed.length, "table")}` +
        (closed === 0 ? "" : `, of which server code may not read ${closed}`),
    );
  } finally {
    await closeSession(session);
  }
}
