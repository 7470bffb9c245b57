/**
 * Datetimes between the wire's form and ISO 8601. Text to text, so that no digit and no offset is ever lost. Pure.
 * Wire: `2024-03-04 05:06:07.000008+0130`, wall-clock time in its own offset, as the server sends and takes it.
 */

const WIRE = /^(\d{4,}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:?\d\d)$/;

/** ISO 8601 with six digits and `±HH:MM` for a datetime of the wire, or null for another text. */
export function isoFromWire(text: string): string | null {
  // The form in which every server sends table values, read by position: this runs for every datetime of a table.
  if (text.length === 31 && text.charCodeAt(10) === 32 && text.charCodeAt(19) === 46 && isSign(text.charCodeAt(26))) {
    return `${text.slice(0, 10)}T${text.slice(11, 29)}:${text.slice(29)}`;
  }
  const match = WIRE.exec(text);
  if (match === null) return null;
  const [, date, time, fraction = "", zone = ""] = match;
  const offset = zone === "Z" ? "+00:00" : zone.length === 5 ? `${zone.slice(0, 3)}:${zone.slice(3)}` : zone;
  return `${date}T${time}.${fraction.padEnd(6, "0").slice(0, 6)}${offset}`;
}

function isSign(code: number): boolean {
  return code === 43 || code === 45;
}

/** The wire's form of an ISO 8601 datetime with offset, or null for another text. */
export function wireFromIso(text: string): string | null {
  const iso = isoFromWire(text);
  return iso === null ? null : `${iso.slice(0, -3).replace("T", " ")}${iso.slice(-2)}`;
}
