/**
 * Draws the changing line of a run: state and width in, text out. Pure. When there is too little room, the least
 * important parts are left out first.
 */
import { byteSize } from "../text/byte_size.ts";
import { count } from "../text/count.ts";
import { clockTime } from "../text/duration.ts";
import { plainText } from "../text/plain_text.ts";
import type { BarState } from "./progress_tally.ts";
import { fitText, textWidth } from "../text/text_width.ts";

const GAP = "  ";
const BAR = { min: 10, max: 30 } as const;
const TABLE_WIDTH = 24;

/** The line, at most `width` columns: the figures, and a bar if there is room and the total is known. */
export function renderProgressBar(state: BarState, width: number): string {
  const pieces = [...figures(state)];
  while (pieces.length > 1 && lineWidth(pieces) > width) {
    pieces.splice(pieces.indexOf(pieces.reduce((a, b) => a.rank > b.rank ? a : b)), 1);
  }
  const line = join(pieces);
  const free = width - textWidth(line) - GAP.length - 2;
  const done = fraction(state);
  if (done === null || free < BAR.min) return fitText(line, width);
  return `${bar(done, Math.min(BAR.max, free))}${GAP}${line}`;
}

/** All figures without a limit of width, for a log. */
export function renderProgressFigures(state: BarState): string {
  return join(figures(state));
}

interface Piece {
  /** Parts with the highest number are left out first when there is too little room. */
  readonly rank: number;
  readonly text: string;
}

/** In the order in which they are shown. */
function figures(state: BarState): readonly Piece[] {
  const { table, rows, totalRows, rowsPerSecond, bytes, media, secondsLeft } = state;
  const done = fraction(state);
  return [
    { rank: 0, text: done === null ? "" : `${String(Math.floor(done * 100)).padStart(3)} %` },
    { rank: 3, text: table === null ? "" : fitText(plainText(table), TABLE_WIDTH) },
    { rank: 1, text: `${count(rows)}${totalRows === null ? "" : `/${count(totalRows)}`} rows` },
    { rank: 2, text: rowsPerSecond === null ? "" : `${count(rowsPerSecond)} rows/s` },
    { rank: 6, text: byteSize(bytes) },
    { rank: 5, text: media.total === 0 ? "" : `files ${count(media.done)}/${count(media.total)}` },
    { rank: 4, text: secondsLeft === null ? "" : `${clockTime(secondsLeft)} left` },
  ].filter((piece) => piece.text !== "");
}

function fraction({ rows, totalRows }: BarState): number | null {
  return totalRows === null || totalRows === 0 ? null : Math.min(1, rows / totalRows);
}

function join(pieces: readonly Piece[]): string {
  return pieces.map((piece) => piece.text).join(GAP);
}

function lineWidth(pieces: readonly Piece[]): number {
  return textWidth(join(pieces));
}

/** `[####......]`, `width` columns between the brackets. */
function bar(fraction: number, width: number): string {
  const full = Math.floor(fraction * width);
  return `[${"#".repeat(full)}${".".repeat(width - full)}]`;
}
