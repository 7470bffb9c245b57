/**
 * `extract`: what its `--help` says and what it takes.
 */
import { EXIT } from "../../exit_codes.ts";
import type { Description } from "../model/command.ts";
import { COMMON_EXITS } from "../model/exit_status.ts";
import { SOURCE, WHICH_SNAPSHOT } from "./source.ts";

/** The description of `extract`: its arguments, flags, examples and help texts. */
export const EXTRACT = {
  name: "extract",
  summary: "Get one backup out of a vault, as a file of its own",
  description: [
    "Writes one snapshot as an ordinary backup, with the digest, the warnings and the broken links that it had when it " +
    "went into the vault. It is checked on the way: what comes out is what went in, or nothing comes out.",
    WHICH_SNAPSHOT,
  ],
  positionals: [SOURCE],
  flags: {
    output: { kind: "text", short: "o", value: "FILE", description: "The file to write, which must not be there yet." },
    json: { kind: "switch", description: "Print one JSON document." },
    quiet: { kind: "switch", short: "q", description: "Say nothing but what goes wrong." },
  },
  examples: [
    { text: "The newest backup of a vault", command: "extract app.vault -o app.sqlite" },
    { text: "How the app was on a day", command: "extract app.vault@2026-11-01 -o then.sqlite" },
  ],
  environment: ["NO_COLOR"],
  exits: [...COMMON_EXITS, EXIT.different, EXIT.notOurs, EXIT.destination],
} as const satisfies Description;
