/** A command with a flag of every kind, for the tests of parsing and help. */
import type { Description } from "../../lib/cli/model/command.ts";
import { EXIT } from "../../lib/exit_codes.ts";

export const SAMPLE = {
  name: "fetch",
  summary: "Fetch one thing",
  description: [
    "Fetches one thing from somewhere.",
    "It is only a sample, with a sentence that is long enough to wrap once.",
  ],
  positionals: [{ name: "file", description: "What to fetch." }],
  flags: {
    output: { kind: "text", short: "o", value: "DIR", description: "Where to." },
    url: { kind: "text", value: "URL", description: "Where from.", env: "ANVIL_UPLINK_URL", default: "ws://sample" },
    table: { kind: "list", value: "NAME", description: "Only this one." },
    port: { kind: "integer", value: "N", min: 1, max: 65_535, description: "Which port." },
    jobs: { kind: "integer", value: "N", min: 1, max: 9, description: "How many at once.", default: 4 },
    format: { kind: "choice", choices: ["sql", "json"], description: "What comes out.", default: "sql" },
    "no-media": { kind: "switch", description: "Without media." },
    quiet: { kind: "switch", short: "q", description: "Say nothing." },
  },
  examples: [
    { text: "The usual", command: "fetch thing" },
    { text: "Two tables", command: "fetch thing --table a --table b" },
  ],
  environment: ["ANVIL_UPLINK_URL"],
  exits: [EXIT.interrupted, EXIT.done, EXIT.usage],
} as const satisfies Description;
