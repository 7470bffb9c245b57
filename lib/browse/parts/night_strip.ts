/**
 * Nights as a row of squares, and their sizes as small plots. Pure: data in, HTML out. Colours come from classes and
 * positions from SVG's attributes, since no style is allowed in a page.
 */
import { html, type Markup } from "./markup.ts";
import { byteSize } from "../../ui/text/byte_size.ts";
import { count } from "../../ui/text/count.ts";
import { hrefOf } from "../address/place.ts";
import type { Library, Night } from "../model/night.ts";
import { localTime } from "./local_time.ts";
import type { Frame } from "./page_frame.ts";

/** Nights that the strip shows. */
const SHOWN = 120;
/** When this much time passes without a snapshot, a night is missing. */
const MISSING_MS = 36 * 3_600_000;
const DAY_MS = 86_400_000;

/** The look of each kind of night. */
const STATES = {
  complete: { sign: "✓", word: "complete" },
  incomplete: { sign: "!", word: "incomplete" },
  wrong: { sign: "?", word: "looks wrong" },
  missing: { sign: "·", word: "missing" },
} as const;

type State = keyof typeof STATES;

/** A square of the strip; it has no night if one is missing there. */
interface Square {
  readonly state: State;
  readonly night: Night | null;
  readonly start: number | null;
}

/** The squares of some nights, the oldest first. */
export function squaresOf(nights: readonly Night[]): readonly Square[] {
  const squares: Square[] = [];
  let last: number | null = null;
  for (const night of nights.toReversed()) {
    const { start } = night;
    if (start !== null && last !== null && start - last > MISSING_MS) {
      const missing = Math.min(SHOWN, Math.round((start - last) / DAY_MS) - 1);
      for (let n = 1; n <= missing; n++) squares.push({ state: "missing", night: null, start: last + n * DAY_MS });
    }
    squares.push({ state: stateOf(night), night, start });
    last = start ?? last;
  }
  return squares.slice(-SHOWN);
}

function stateOf({ complete, looksWrong }: Night): State {
  if (!complete) return "incomplete";
  return looksWrong.length > 0 ? "wrong" : "complete";
}

/** The whole strip as HTML. */
export function nightStrip(frame: Frame, { nights, newest }: Library): Markup {
  const squares = squaresOf(nights);
  const used = new Set(squares.map(({ state }) => state));
  return html`<ol class="strip">${squares.map((square) => squareMarkup(frame, square, newest))}</ol>
<p class="legend">${
    (Object.keys(STATES) as State[]).filter((state) => used.has(state)).map((state) =>
      html`<span>${STATES[state].sign} ${STATES[state].word}</span>`
    )
  }</p>`;
}

function squareMarkup({ place, night: shown }: Frame, { state, night, start }: Square, newest: string): Markup {
  const { sign, word } = STATES[state];
  const when = start === null ? "no time" : localTime(new Date(start));
  const text = state === "missing" ? `${when.slice(0, 10)}: no backup` : `${when}: ${word}`;
  if (night === null) {
    return html`<li><span class="night-square missing" title="${text}" role="img" aria-label="${text}">${sign}</span></li>`;
  }
  const href = hrefOf({ ...place, night: night.key === newest ? null : night.key }, []);
  return html`<li><a class="${state}" href="${href}" title="${text}" aria-label="${text}" ${
    night.key === shown ? html`aria-current="true"` : html``
  }>${sign}</a></li>`;
}

/** Rows and sizes over time. */
export function nightPlots(nights: readonly Night[]): Markup {
  const inOrder = nights.toReversed().filter(({ start }) => start !== null);
  return html`<div class="plots">${plot("Rows", inOrder, ({ rows }) => rows, count)}${
    plot("Size", inOrder, ({ bytes }) => bytes, byteSize)
  }</div>`;
}

const WIDTH = 600;
const HEIGHT = 110;

function plot(
  title: string,
  nights: readonly Night[],
  valueOf: (night: Night) => number | null,
  shown: (value: number) => string,
): Markup {
  const points = nights.flatMap((night) => {
    const value = valueOf(night);
    return value === null || night.start === null ? [] : [{ at: night.start, value }];
  });
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined || points.length < 2) return html``;
  const most = Math.max(1, ...points.map(({ value }) => value));
  const x = (at: number) => Math.round((at - first.at) / Math.max(1, last.at - first.at) * WIDTH * 10) / 10;
  const y = (value: number) => Math.round((HEIGHT - 4 - value / most * (HEIGHT - 12)) * 10) / 10;
  const line = points.map(({ at, value }) => `${x(at)},${y(value)}`).join(" ");
  const summary = `${title}: ${shown(first.value)} at first, ${shown(last.value)} at last, ${shown(most)} at most`;
  return html`
    <figure>
      <figcaption>${summary}</figcaption>
      <svg class="plot" viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" height="${HEIGHT}" role="img"
        aria-label="${summary}">
        <polygon class="area" points="0,${HEIGHT} ${line} ${WIDTH},${HEIGHT}"></polygon>
        <polyline class="line" points="${line}"></polyline>
        <line class="axis" x1="0" y1="${HEIGHT}" x2="${WIDTH}" y2="${HEIGHT}"></line>
      </svg>
    </figure>
  `;
}
