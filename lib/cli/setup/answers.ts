/**
 * What is needed to set an app up: taken from flags, then from what was set up before; questions ask for the rest. It
 * stores nothing.
 */
import { oddName } from "../../apps/app_name.ts";
import { type AppSetup, type Keep, KEEP_ALL, KEEP_RULES } from "../../apps/app_setup.ts";
import type { AppStore } from "../../apps/app_store.ts";
import { readDestination, VAULT_ENDING } from "../../backup/destination.ts";
import { join, resolve } from "../../deps.ts";
import { shownWord, usageError } from "../model/usage_error.ts";
import type { SETUP } from "../descriptions/setup.ts";
import type { Invocation } from "../model/command.ts";
import { type Questions, wrongAnswer } from "./questions.ts";

type SetupInvocation = Invocation<typeof SETUP>;

/** Rules for keeping backups when the user sets none. */
const KEEP_DEFAULT: Keep = { last: null, daily: 7, weekly: 5, monthly: 12, yearly: 3 };

const WEEK_MS = 7 * 86_400_000;

/**
 * A valid name.
 * @throws {AnvilSqliteError} `usage` (exit 2)
 */
export function checkedName(name: string): string {
  const odd = oddName(name);
  if (odd === null) return name;
  throw usageError(`'${shownWord(name)}' cannot be a name: it ${odd}`, "Choose a short word, such as bookshop.");
}

/** Where backups go: from the flag, or by asking, or as before, or a folder of the user's own. */
export async function choosePlace(
  { flags }: SetupInvocation,
  store: AppStore,
  { name, before }: { readonly name: string; readonly before: AppSetup | null },
  ask: Questions | null,
): Promise<string> {
  if (flags.to !== null) return await checkedPlace(flags.to, store);
  const fallback = placeOf(store, name, before);
  if (ask !== null) {
    const enter = fallback === null ? "" : ` Enter for ${fallback}`;
    return await ask.ask(
      `Which folder do the backups go to?${enter}:`,
      fallback,
      (answer) => checkedPlace(answer, store),
    );
  }
  if (fallback !== null) return fallback;
  throw usageError("It is not known where backups are to go", "Give --to FOLDER.");
}

/**
 * Where backups go, as a whole path.
 * @throws {AnvilSqliteError} when it can be neither a folder nor a vault
 */
async function checkedPlace(answer: string, store: AppStore): Promise<string> {
  const [tilde, rest = ""] = /^~(?:[/\\](.*))?$/s.exec(answer) ?? [];
  const path = resolve(tilde !== undefined && store.home !== null ? join(store.home, rest) : answer);
  const { kind } = await readDestination(path);
  if (kind === "directory" || VAULT_ENDING.test(path)) return path;
  throw usageError(
    `'${path}' is the name of a file`,
    "Give a folder, in which every night makes a file of its own, or a vault: NAME.vault.",
  );
}

/** Where backups go by default; null when the user's own folder is not known. */
function placeOf(store: AppStore, name: string, before: AppSetup | null): string | null {
  if (before !== null) return before.to;
  return store.home === null ? null : join(store.home, "anvil-backups", name);
}

/** The rules in flags; null when no flag sets one. */
export function keepOfFlags({ flags, given }: SetupInvocation): Keep | null {
  const rules = KEEP_RULES.map((rule) => [rule, flags[`keep-${rule}`]] as const);
  const named = rules.filter(([rule]) => given.has(`keep-${rule}`));
  if (flags["keep-all"] && named.length > 0) {
    throw usageError(`Flags '--keep-all' and '--keep-${named[0]?.[0]}' exclude each other`, "Leave one of them out.");
  }
  if (flags["keep-all"]) return KEEP_ALL;
  return named.length === 0 ? null : { ...KEEP_ALL, ...Object.fromEntries(rules) };
}

/** The rules that are stored: from flags, or as before, or by asking. */
export async function chooseKeep(run: SetupInvocation, before: AppSetup | null, ask: Questions | null): Promise<Keep> {
  const given = keepOfFlags(run);
  if (given !== null) return given;
  const fallback = before?.keep ?? KEEP_DEFAULT;
  if (ask === null) return fallback;
  const question = `How long are backups kept? Enter for: ${keepText(fallback)}. Or days, weeks, months and years as ` +
    "four numbers, such as 14 8 24 5. Or 'all'.";
  return await ask.ask(question, fallback, readKeep);
}

function readKeep(answer: string): Keep {
  if (answer.toLowerCase() === "all") return KEEP_ALL;
  const numbers = answer.split(/[\s,]+/).map((word) => /^\d{1,5}$/.test(word) ? Number(word) : NaN);
  const [daily = 0, weekly = 0, monthly = 0, yearly = 0] = numbers;
  if (numbers.length > 4 || numbers.some(Number.isNaN) || daily + weekly + monthly + yearly === 0) {
    throw wrongAnswer(`'${answer}' is not understood`, "Type up to four numbers, such as 14 8 24 5; or all.");
  }
  const some = (value: number) => value === 0 ? null : value;
  return { last: null, daily: some(daily), weekly: some(weekly), monthly: some(monthly), yearly: some(yearly) };
}

const UNITS: Readonly<Record<keyof Keep, string>> = {
  last: "newest",
  daily: "days",
  weekly: "weeks",
  monthly: "months",
  yearly: "years",
};

/** Rules in words: `7 days, 5 weeks`. */
function keepText(keep: Keep): string {
  const rules = KEEP_RULES.filter((rule) => keep[rule] !== null).map((rule) => `${keep[rule]} ${UNITS[rule]}`);
  return rules.length === 0 ? "all of them" : rules.join(", ");
}

/** How often a restore is tried, in milliseconds; null for never. */
export async function chooseDrill(
  { flags }: SetupInvocation,
  before: AppSetup | null,
  ask: Questions | null,
): Promise<number | null> {
  if (flags.drill !== null) return flags.drill === 0 ? null : flags.drill;
  const fallback = before === null ? WEEK_MS : before.drillMs;
  if (ask === null) return fallback;
  const isWanted = await ask.askWhether(
    "Try out a restore on this machine every week, so that you know it works? Nothing leaves it.",
    fallback !== null,
  );
  return isWanted ? fallback ?? WEEK_MS : null;
}

/** The URL that each backup is reported to; null for none. */
export async function choosePing(
  { flags, secrets }: SetupInvocation,
  before: AppSetup | null,
  ask: Questions | null,
): Promise<string | null> {
  const checked = (text: string) => {
    secrets.add(text);
    if (["https:", "http:"].includes(URL.parse(text)?.protocol ?? "")) return text;
    throw usageError("The ping is not a URL", "It begins with https://, as the service shows it.");
  };
  if (flags.ping !== null) return checked(flags.ping);
  if (ask === null || before?.ping) return before?.ping ?? null;
  const question =
    "Is there a URL to ping, so that you hear of it when backups stop (healthchecks.io and others)? Enter " +
    "for none.";
  return await ask.ask(question, "", checked) || null;
}
