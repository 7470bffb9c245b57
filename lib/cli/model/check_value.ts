/**
 * Refuses values that no argument may have, whatever it is for: an Uplink key, or a URL that is not valid. It opens
 * nothing, and never repeats a value that may hold a secret.
 */
import { holdsKey } from "../../redact.ts";
import { usageError } from "./usage_error.ts";

/**
 * Refuses a value that holds what looks like an Uplink key, before anything is opened or named by it.
 * @param what where the value was, such as `Flag '--key-file'`
 * @throws {AnvilSqliteError} `usage` (exit 2)
 */
export function refuseKey(what: string, value: string): void {
  if (!holdsKey(value)) return;
  throw usageError(
    `${what} holds what looks like an Uplink key`,
    "A key never goes on the command line, where others can see it: save it in a file, and name that with --key-file " +
      "FILE. If a file is really called so, rename it.",
  );
}

const SCHEMES: readonly string[] = ["wss:", "ws:"];

/**
 * Refuses what is not the URL of a WebSocket.
 * @throws {AnvilSqliteError} `usage` (exit 2)
 */
export function checkUrl(what: string, value: string): void {
  const url = URL.parse(value);
  if (url !== null && SCHEMES.includes(url.protocol)) return;
  const shown = url === null || url.host === "" ? "" : `: ${url.protocol}//${url.host}${url.pathname}`;
  throw usageError(
    `${what} is not a WebSocket URL${shown}`,
    "It begins with wss:// (or ws://), such as wss://anvil.works/uplink.",
  );
}
