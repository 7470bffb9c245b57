/**
 * What a command is: how many positional arguments it takes, and what runs it. Each file beside this one has a table of
 * commands; `dispatch.ts` puts them together.
 */
import type { Call, CallReply } from "./call.ts";

/** A command of the wire. */
export interface WireCommand {
  /** Positional arguments, at least and at most. */
  readonly args: readonly [least: number, most: number];
  readonly run: (call: Call) => CallReply | Promise<CallReply>;
}

/** Commands by their whole names. */
export type CommandTable = Readonly<Record<string, WireCommand>>;

/** How the names of all commands of the second tables API begin. */
export const V2_PREFIX = "anvil.private.tables.v2.";

/** How the names of all commands of tables begin. */
export const TABLES_PREFIX = "anvil.private.tables.";
