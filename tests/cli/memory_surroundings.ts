/** A terminal, environment and clock in memory, for commands and what they stand on. */
import type { Surroundings } from "../../lib/cli/model/command.ts";
import type { EnvironmentName } from "../../lib/cli/terminal/environment.ts";
import { Secrets } from "../../lib/cli/terminal/secrets.ts";
import { StreamTerminal } from "../../lib/cli/terminal/terminal.ts";
import { ManualClock } from "../fixtures/clocks/manual_clock.ts";

export interface MemoryOptions {
  readonly variables?: Partial<Readonly<Record<EnvironmentName, string>>>;
  readonly outIsTerminal?: boolean;
  readonly errIsTerminal?: boolean;
  readonly color?: boolean;
  readonly askSecret?: (message: string) => string | null;
  readonly askLine?: (message: string) => Promise<string | null>;
  /** Width of the terminal. Default: 80. */
  readonly columns?: number;
  readonly standardInput?: string | Uint8Array<ArrayBuffer>;
}

/** Surroundings, and what was written so far. */
export class MemorySurroundings implements Surroundings {
  readonly secrets = new Secrets();
  readonly clock = new ManualClock();
  readonly mainModule = import.meta.resolve("../../main.ts");
  readonly stopping = new AbortController();
  readonly signal = this.stopping.signal;
  readonly terminal: StreamTerminal;
  readonly environment: Surroundings["environment"];
  readonly askSecret: Surroundings["askSecret"];
  readonly askLine: Surroundings["askLine"];
  readonly standardInput: Surroundings["standardInput"];
  out = "";
  err = "";

  constructor(options: MemoryOptions = {}) {
    const decoder = new TextDecoder();
    this.terminal = new StreamTerminal({
      out: (bytes) => this.out += decoder.decode(bytes),
      err: (bytes) => this.err += decoder.decode(bytes),
      outIsTerminal: options.outIsTerminal ?? false,
      errIsTerminal: options.errIsTerminal ?? false,
      columns: () => options.columns ?? 80,
      color: options.color ?? false,
    }, this.secrets);
    this.environment = { get: (name) => options.variables?.[name] || null };
    this.askSecret = options.askSecret ?? (() => null);
    this.standardInput = () => new Blob([options.standardInput ?? ""]).stream();
    this.askLine = options.askLine ?? (() => Promise.resolve(null));
  }
}
