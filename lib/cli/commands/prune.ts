/**
 * `prune`: says which old backups of a place can go, and removes them when asked.
 */
import type { Keep } from "../../apps/app_setup.ts";
import { EXIT, type ExitCode } from "../../exit_codes.ts";
import { planPrune, type PrunePlan } from "../../retention/plan_prune.ts";
import { removeFiles } from "../../retention/remove_files.ts";
import { pruneVault } from "../../vault/prune/prune_vault.ts";
import { byteSize } from "../../ui/text/byte_size.ts";
import { countOf } from "../../ui/text/count.ts";
import { jsonText } from "../../ui/text/json_text.ts";
import { momentText } from "../../ui/text/moment_text.ts";
import { plainText } from "../../ui/text/plain_text.ts";
import { textTable } from "../../ui/text/text_table.ts";
import type { PRUNE } from "../descriptions/prune.ts";
import { listedPlace, noBackup } from "../sources/listed_place.ts";
import { sourceContext } from "../sources/sources.ts";
import type { Invocation } from "../model/command.ts";
import { usageError } from "../model/usage_error.ts";

type PruneInvocation = Invocation<typeof PRUNE>;

/** Runs `prune` and returns its exit code. */
export async function run(invocation: PruneInvocation): Promise<ExitCode> {
  const { positionals, flags, terminal, signal } = invocation;
  const keep = keepOf(invocation);
  const { source, groups, passedOver } = await listedPlace(positionals.source, sourceContext(invocation));
  if (source.when !== null || source.place.kind === "file") {
    throw usageError(`'${source.text}' names one backup`, "Give a folder or a vault.");
  }
  const isVault = source.place.kind === "vault";
  if (flags.compact && !(isVault && flags.apply)) {
    throw usageError("Flag '--compact' rewrites a vault", "Give a vault, and --apply.");
  }
  if (groups.length === 0) throw noBackup(source);
  const plan = await planPrune(source, groups, passedOver, keep);
  const done = !flags.apply
    ? null
    : isVault
    ? await pruneNumbers(source.place.path, plan, flags.compact, signal)
    : { removed: await removeFiles(plan), bytes: plan.bytes };
  if (flags.json) terminal.out(`${jsonText(planJson(plan, source.place.path, done), 2)}\n`);
  else if (!flags.quiet) terminal.out(planText(plan, isVault, done));
  return EXIT.done;
}

/** What a pruning has done. */
interface Pruned {
  readonly removed: number;
  /** Bytes that are free again. */
  readonly bytes: number;
}

async function pruneNumbers(path: string, plan: PrunePlan, compact: boolean, signal: AbortSignal): Promise<Pruned> {
  const numbers = plan.groups.flatMap(({ gone }) => gone.flatMap(({ number }) => number ?? []));
  const onStep = () => signal.throwIfAborted();
  const { bytesBefore, bytesAfter } = await pruneVault(path, numbers, { compact, onStep });
  return { removed: numbers.length, bytes: Math.max(0, bytesBefore - bytesAfter) };
}

function keepOf({ flags }: PruneInvocation): Keep {
  const keep: Keep = {
    last: flags["keep-last"],
    daily: flags["keep-daily"],
    weekly: flags["keep-weekly"],
    monthly: flags["keep-monthly"],
    yearly: flags["keep-yearly"],
  };
  if (Object.values(keep).some((rule) => rule !== null && rule > 0)) return keep;
  throw usageError(
    "'prune' needs to know what is kept",
    "Give a rule: --keep-daily 7 --keep-weekly 5 --keep-monthly 12.",
  );
}

function planJson({ groups, unfinished }: PrunePlan, source: string, done: Pruned | null) {
  return {
    source,
    applied: done !== null,
    bytes_freed: done?.bytes ?? null,
    apps: groups.map(({ name, app, kept, gone }) => ({
      app: name,
      id: app.id,
      environment: app.environment,
      keep: kept.map(({ snapshot, reasons }) => ({
        name: snapshot.name,
        start: snapshot.start.toISOString(),
        reasons,
      })),
      remove: gone.map(({ name, start, bytes }) => ({ name, start: start.toISOString(), bytes })),
    })),
    unfinished: unfinished.map(({ path, bytes }) => ({ path, bytes })),
  };
}

function planText({ groups, unfinished, bytes }: PrunePlan, isVault: boolean, done: Pruned | null): string {
  const applied = done !== null;
  const lists = groups.map(({ name, kept, gone }) => {
    const rows = [
      ...kept.map(({ snapshot, reasons }) => ({ snapshot, what: `keep: ${reasons.join(", ")}` })),
      ...gone.map((snapshot) => ({ snapshot, what: applied ? "removed" : "would go" })),
    ].sort((a, b) => a.snapshot.start.getTime() - b.snapshot.start.getTime());
    const columns = [{ title: "TIME" }, { title: "BACKUP" }, { title: "" }];
    return `${plainText(name)}\n${
      textTable(columns, rows.map(({ snapshot: { start, name }, what }) => [momentText(start), name, what]))
    }`;
  });
  const partials = unfinished.map(({ path }) => plainText(`${applied ? "Removed" : "Would go"}: ${path} (unfinished)`));
  const what = isVault ? "snapshot" : "file";
  const count = groups.reduce((sum, { gone }) => sum + gone.length, 0) + unfinished.length;
  const last = count === 0
    ? "Nothing to remove."
    : done !== null
    ? `Removed ${countOf(done.removed, what)}; ${byteSize(done.bytes)} are free again.`
    : `${countOf(count, what)}${isVault ? "" : `, ${byteSize(bytes)},`} would go: add --apply to remove.`;
  return `${[...lists, ...(partials.length > 0 ? [partials.join("\n")] : []), last].join("\n\n")}\n`;
}
