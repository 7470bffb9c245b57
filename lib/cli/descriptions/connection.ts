/**
 * Flags and variables of every command that connects to an app. Only descriptions.
 */
import type { Flag } from "../model/command.ts";
import type { EnvironmentName } from "../terminal/environment.ts";

/** Flags that say where to connect, and with what key. */
export const CONNECTION_FLAGS = {
  url: {
    kind: "text",
    value: "URL",
    is: "websocket-url",
    description: "The server's Uplink; ws://HOST:PORT/_/uplink for an App Server of your own.",
    env: "ANVIL_UPLINK_URL",
    default: "wss://anvil.works/uplink",
  },
  "key-file": {
    kind: "text",
    value: "FILE",
    description:
      "File that holds the Uplink key and nothing else. Without it the key comes from ANVIL_UPLINK_KEY or is " +
      "asked for; it is never taken from the command line, where others could see it.",
  },
} as const satisfies Readonly<Record<string, Flag>>;

/** How long to try, for commands that may run while nobody watches. */
export const WAIT_FLAG = {
  wait: {
    kind: "duration",
    value: "DURATION",
    description:
      "How long to try to reach the server at first, such as 90s, 10m or 2h; 0 for once. Without it: 10s on a terminal, " +
      "10m without one, since a computer that has just woken has no network yet.",
  },
} as const satisfies Readonly<Record<string, Flag>>;

/** How much is asked of the server at once, for commands that read a whole app. */
export const PACE_FLAG = {
  pace: {
    kind: "choice",
    choices: ["gentle", "fast"],
    description:
      "How hard to work the server. Gentle: an app in use answers its users nearly as before; rows come before media, and " +
      "less is asked for when the server becomes slow. Fast: as fast as the server gives, whoever else waits.",
    default: "gentle",
  },
} as const satisfies Readonly<Record<string, Flag>>;

/** Environment variables that are used when these flags are missing. */
export const CONNECTION_VARIABLES = [
  "ANVIL_UPLINK_KEY",
  "ANVIL_UPLINK_URL",
  "ANVIL_SQLITE_CONFIG",
  "NO_COLOR",
] as const satisfies readonly EnvironmentName[];
