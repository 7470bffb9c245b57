/**
 * Sources for a command: what reading them needs from the run. Vaults and names of apps are connected here and nowhere
 * else. It chooses nothing.
 */
import type { SourceContext } from "../../source/context.ts";
import { vaultReader } from "../../vault/as_source/vault_reader.ts";
import { plainText } from "../../ui/text/plain_text.ts";
import { appStore } from "../input/apps.ts";
import type { Surroundings } from "../model/command.ts";

/** What is needed from the run. */
interface SourceRun extends Pick<Surroundings, "clock" | "terminal" | "signal" | "environment"> {
  readonly flags?: Readonly<Record<string, unknown>>;
}

/** The context of a run; what was passed over is reported on stderr. */
export function sourceContext(
  { clock, terminal, signal, environment, flags }: SourceRun,
): SourceContext {
  const now = new Date(clock.now());
  const store = appStore({ environment });
  return {
    now,
    vaults: vaultReader({ now, onStep: () => signal.throwIfAborted() }),
    apps: {
      placeOf: async (name) => (await store.find(name))?.to ?? null,
      names: () => store.names(),
    },
    quiet: flags?.["quiet"] === true,
    note: (line) => terminal.line(plainText(line)),
  };
}
