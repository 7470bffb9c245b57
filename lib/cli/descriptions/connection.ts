/**
 * Flags and variables of every command that connects to an app. Only descriptions.
 */
import type { Flag } from "../model/command.ts";
import type { EnvironmentName } from "../terminal/environment.ts";

/** Where to connect, and with what key. */
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

/** Variables that these flags stand before. */
export const CONNECTION_VARIABLES = [
  "ANVIL_UPLINK_KEY",
  "ANVIL_UPLINK_URL",
  "NO_COLOR",
] as const satisfies readonly EnvironmentName[];
