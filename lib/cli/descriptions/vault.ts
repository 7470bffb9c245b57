/**
 * `vault`: what its `--help` says and what it takes.
 */
import { EXIT } from "../../exit_codes.ts";
import type { Description } from "../model/command.ts";
import { COMMON_EXITS } from "../model/exit_status.ts";

/** The description of `vault`: its arguments, flags, examples and help texts. */
export const VAULT = {
  name: "vault",
  summary: "Keep every night in one file, row by row",
  description: [
    "A vault is one SQLite file that holds every backup of an app, each row once for as long as it did not change: a year " +
    "of nights takes about twice the space of one. 'vault add' takes finished backups in, the oldest first; one that is in " +
    "already is passed over. The vault is made when it is missing. Every backup can be had again with 'extract', with the " +
    "digest that it had.",
    "A file that is damaged is not taken in. Nothing is put into the past: a file that is older than the newest one in the " +
    "vault is refused. Any SQLite tool shows the app's tables as they are now.",
  ],
  positionals: [
    { name: "action", description: "What to do.", choices: ["add"] },
    { name: "vault", description: "The vault, such as app.vault." },
    { name: "file", description: "Backups: files, folders or patterns such as 'backups/*.sqlite'.", many: true },
  ],
  flags: {
    force: { kind: "switch", description: "Also take in a file that seems to be of another app." },
    json: { kind: "switch", description: "Print one JSON object a file." },
    quiet: { kind: "switch", short: "q", description: "Say nothing but what goes wrong." },
  },
  examples: [
    { text: "A folder of nightly backups as one file", command: "vault add app.vault backups" },
    { text: "One more night", command: "vault add app.vault backups/app-2026-11-01.sqlite" },
  ],
  environment: ["NO_COLOR"],
  exits: [...COMMON_EXITS, EXIT.different, EXIT.notOurs, EXIT.destination],
} as const satisfies Description;
