/**
 * Values of the app in an id map: what a cell was, should be, and became. Each is one text that keeps the kind of a
 * number. Links are row ids; a medium is what is known of it. Pure.
 */
import { type Cell, numberText } from "../value/cell.ts";

/** A medium: what is known of it, and the hash of its bytes if they were read. */
export interface MappedMedium {
  readonly contentType: string | null;
  readonly name: string | null;
  /** Hexadecimal; null until the bytes were read. */
  readonly sha256: string | null;
  /** The server's own name for it, which classic storage never uses again; empty on other storage. */
  readonly serverId: string;
}

/** A value: a cell, or a medium. */
export type MappedValue = Cell | MappedMedium;

/** Whether a value is a medium. */
export function isMappedMedium(value: MappedValue): value is MappedMedium {
  return typeof value === "object" && value !== null;
}

/** The text of a value; null stays null. */
export function valueText(value: MappedValue): string | null {
  if (value === null) return null;
  if (typeof value === "string") return `s${value}`;
  if (typeof value === "bigint") return `i${value}`;
  if (typeof value === "number") return `r${numberText(value)}`;
  const { contentType, name, sha256, serverId } = value;
  return `m${JSON.stringify([contentType, name, sha256, serverId])}`;
}

/** The value of a text that {@link valueText} made. */
export function valueOf(text: string | null): MappedValue {
  if (text === null) return null;
  const rest = text.slice(1);
  switch (text[0]) {
    case "i":
      return BigInt(rest);
    case "r":
      return Number(rest);
    case "m": {
      const parts: unknown = JSON.parse(rest);
      const [contentType = null, name = null, sha256 = null, serverId = ""] = Array.isArray(parts) ? parts : [];
      return { contentType, name, sha256, serverId };
    }
    default:
      return rest;
  }
}
