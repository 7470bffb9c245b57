/**
 * The table of rooms for `.github/CONTRIBUTING.md`, made of `walls.ts`: `deno task rooms` writes it, a test compares it.
 */
import { ROOT } from "./source_tree.ts";
import { type Room, ROOMS } from "./walls.ts";

const BEGIN = "<!-- rooms: made by `deno task rooms` -->";
const END = "<!-- end of rooms -->";
const FILE = new URL(".github/CONTRIBUTING.md", ROOT);

function row({ name, is, never, knows }: Room): string {
  return `| \`lib/${name}\` | ${is} | ${never} | ${knows.join(", ") || "nothing"} |`;
}

/** The document with its table of rooms made anew. */
export function withRooms(document: string): string {
  const [before, rest = ""] = document.split(BEGIN);
  const [, after] = rest.split(END);
  if (after === undefined) throw new Error(`No place for the table of rooms: '${BEGIN}' … '${END}'`);
  const head = "| Room | Is | Never | Knows |\n| --- | --- | --- | --- |";
  return `${before}${BEGIN}\n\n${head}\n${ROOMS.map(row).join("\n")}\n\n${END}${after}`;
}

if (import.meta.main) Deno.writeTextFileSync(FILE, withRooms(Deno.readTextFileSync(FILE)));
