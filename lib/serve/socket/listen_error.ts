/**
 * Why a server cannot listen, as an error with advice for the user. Deno has a class for each cause.
 */
import { AnvilSqliteError } from "../../errors.ts";
import type { ErrorCode } from "../../error_codes.ts";

/** The error of an address on which the server cannot listen; an unknown error is returned unchanged. */
export function listenError(hostname: string, port: number, cause: unknown): unknown {
  const { errors } = Deno;
  const refuse = (code: ErrorCode, what: string, hint: string) =>
    new AnvilSqliteError(`Cannot listen on ${hostname}:${port}: ${what}`, { code, hint, cause });
  if (cause instanceof errors.AddrInUse) {
    return refuse("address-in-use", "the port is in use", "Give --port another number, or 0 for any free port.");
  }
  if (cause instanceof errors.PermissionDenied) {
    return refuse("address-refused", "this port is not yours to use", "Give --port a number of 1024 or more.");
  }
  const isName = !(cause instanceof errors.AddrNotAvailable) && cause instanceof Error;
  if (cause instanceof errors.AddrNotAvailable || isName && /lookup|resolve|address/i.test(cause.message)) {
    const what = isName ? "no such host" : "this is not an address of this machine";
    return refuse("bad-address", what, "Give --host an address of this machine, such as 127.0.0.1.");
  }
  return cause;
}
