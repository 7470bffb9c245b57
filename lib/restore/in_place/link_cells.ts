/**
 * The links that a cell should hold once lost rows are back, by the ids of the file and of the app. Pure.
 *
 * Source: seen on real servers. On classic storage a deletion leaves links as they are, so an empty cell is the owner's
 * doing. On split storage it empties single links and takes the row out of lists, and no dead id may be written.
 */
import type { Cell } from "../../value/cell.ts";

/** Row ids of a cell of links, `[table,row]` each. */
export function linksIn(kind: "link_single" | "link_multiple", cell: Cell): readonly string[] {
  if (typeof cell !== "string") return [];
  if (kind === "link_single") return [cell];
  const list: unknown = JSON.parse(cell);
  return Array.isArray(list) ? list.map(String) : [];
}

/** A cell of links, with each link renamed by `nameOf`; links for which it returns null are left out. */
export function renamedLinks(
  kind: "link_single" | "link_multiple",
  cell: Cell,
  nameOf: (link: string) => string | null,
): Cell {
  if (typeof cell !== "string") return cell;
  const links = linksIn(kind, cell).flatMap((link) => nameOf(link) ?? []);
  return kind === "link_single" ? links[0] ?? null : JSON.stringify(links);
}

/**
 * What an app's list of links becomes. It is the file's list, if the app's list is the file's without the lost rows.
 * Otherwise each lost entry goes behind the nearest entry before it that still exists, or to the beginning; repeats
 * count.
 * @param file the file's list, without links that cannot be written
 */
function relinkedList(
  live: readonly string[],
  file: readonly string[],
  isLost: (link: string) => boolean,
): readonly string[] {
  const remaining = file.filter((link) => !isLost(link));
  if (remaining.length === live.length && remaining.every((link, i) => link === live[i])) return file;
  const list = [...live];
  // An entry of the app stands for one link of the file: this counts how often each link has come in the file so far.
  const met = new Map<string, number>();
  let behind = -1;
  for (const link of file) {
    if (isLost(link)) {
      list.splice(++behind, 0, link);
      continue;
    }
    const count = (met.get(link) ?? 0) + 1;
    met.set(link, count);
    const place = placeOf(list, link, count);
    if (place >= 0) behind = place;
  }
  return list;
}

/** The place of a link's `count`-th occurrence. */
function placeOf(list: readonly string[], link: string, count: number): number {
  let place = -1;
  for (let n = 0; n < count; n++) {
    place = list.indexOf(link, place + 1);
    if (place < 0) return -1;
  }
  return place;
}

/** What becomes of a cell that linked to a lost row when the backup was made. */
type Relinking =
  /** It is set to this value. */
  | { readonly to: Cell }
  /** It stays: the owner has changed it since. */
  | "kept"
  /** It has the right links already. */
  | "done";

/**
 * Decides for a cell of an app.
 * @param file the file's cell in the ids of the app, without links that cannot be written
 */
export function relinked(
  storage: "classic" | "split",
  kind: "link_single" | "link_multiple",
  live: Cell,
  file: Cell,
  isLost: (link: string) => boolean,
): Relinking {
  const now = linksIn(kind, live);
  if (now.some(isLost)) return { to: live };
  if (live === file) return "done";
  if (storage === "classic") return "kept";
  if (kind === "link_single") return live === null ? { to: file } : "kept";
  return { to: JSON.stringify(relinkedList(now, linksIn(kind, file), isLost)) };
}
