/**
 * Names of files for headers and in a ZIP. They come from the backup, so they may be anything. A name made here leads
 * to no other folder, ends no header, and is allowed on every system. Pure.
 */

/** Names that Windows keeps for devices. */
const DEVICE = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i;
const LONGEST = 120;

/** A name that is safe for a file: no path, no controls, no marks that change the direction of writing. */
function safeName(name: string): string {
  const plain = name.toWellFormed().replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}<>:"/\\|?*]+|\.{2,}/gu, "_").trim().replace(
    /^[.~]+|[. ]+$/g,
    "",
  );
  const [, stem = "", extension = ""] = /^(.*?)(\.[\p{L}\p{N}]{1,10})?$/su.exec(plain) ?? [];
  const short = `${[...stem].slice(0, LONGEST).join("")}${extension}`;
  return short === "" ? "file" : DEVICE.test(short) ? `_${short}` : short;
}

/** `Content-Disposition` of a download. Source: RFC 6266 and 8187. */
export function attachment(name: string): string {
  return `attachment; ${fileName(name)}`;
}

/** `Content-Disposition` of what a browser may show. */
export function inline(name: string): string {
  return `inline; ${fileName(name)}`;
}

function fileName(name: string): string {
  const safe = safeName(name);
  const ascii = safe.replace(/[^\x20-\x7e]|[%"\\]/g, "_");
  const encoded = encodeURIComponent(safe).replace(/['()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
  return `filename="${ascii}"; filename*=UTF-8''${encoded}`;
}

/** Name of a medium in a ZIP: its table, its row and its own name; no name is used twice. */
export function zipName(table: string, row: string, name: string, taken: Set<string>): string {
  const safe = safeName(name);
  for (let n = 1;; n++) {
    const free = `${safeName(table)}/${row}${n === 1 ? "" : `-${n}`} ${safe}`;
    if (taken.has(free.toLowerCase())) continue;
    taken.add(free.toLowerCase());
    return free;
  }
}
