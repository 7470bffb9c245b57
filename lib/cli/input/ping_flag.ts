/**
 * Reads `--ping` for the pings: a checked URL that is kept secret. It sends nothing.
 */
import type { PingOptions } from "../../ping/pinged.ts";
import { usageError } from "../model/usage_error.ts";
import { warningLine } from "../terminal/warning_line.ts";
import { reportError } from "../terminal/report.ts";
import type { Surroundings } from "../model/command.ts";

/**
 * Options of pings; null when none are wanted.
 * @throws {AnvilSqliteError} `usage` (exit 2) for a value that is not a URL of the web; the value is not repeated
 */
export function pingOptions(
  url: string | null,
  { terminal, clock, secrets }: Pick<Surroundings, "terminal" | "clock" | "secrets">,
): PingOptions | null {
  if (url === null) return null;
  secrets.add(url);
  const address = URL.canParse(url) ? new URL(url) : null;
  if (address === null || !/^https?:$/.test(address.protocol)) {
    throw usageError("What --ping names is not a URL of the web", "It begins with https://, as the service shows it.");
  }
  secrets.add(address.href);
  secrets.add(address.pathname.slice(1));
  return {
    url: address.href,
    clock,
    warn: (message) => terminal.line(warningLine(message, terminal.color)),
    exitCodeOf: (error) => reportError(error, false).exitCode,
  };
}
