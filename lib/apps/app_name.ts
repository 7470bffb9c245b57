/**
 * What an app may be called: a word that every system allows as a file name, and that does not look like a path or a
 * date. Pure.
 */

/** Longest name: file names of backups also have a time and an ending. */
const LONGEST = 40;

/** Names that Windows reserves for devices. */
const DEVICE = /^(?:con|prn|aux|nul|com\d|lpt\d)$/i;

/** Why a text cannot be a name, as the end of a sentence; null if it can. */
export function oddName(name: string): string | null {
  if (name === "") return "is empty";
  if (name.length > LONGEST) return `is longer than ${LONGEST} characters`;
  if (!/^[A-Za-z0-9][A-Za-z0-9_-]*$/.test(name)) return "may have only letters from a to z, digits, - and _";
  return DEVICE.test(name) ? "is the name of a device on Windows" : null;
}
