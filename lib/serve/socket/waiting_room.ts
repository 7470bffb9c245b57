/**
 * The connections that have not shown a key yet: a limited number, each for a few seconds only. When the room is full,
 * a new connection takes the place of the one that has waited longest, and first of those that have not sent a request.
 * So idle connections keep nobody out. It reads nothing.
 */
import type { Clock } from "../../clock.ts";
import { closeQuietly, type Line } from "./line.ts";

/** Most connections without a key at one time. */
const PLACES = 256;

/** The connections that wait. */
export class WaitingRoom {
  readonly #clock: Clock;
  readonly #limitMs: number;
  /** In the order in which they came, each with what stops its timer. */
  readonly #waiting = new Map<Line, () => void>();
  /** Connections whose request has arrived, in the order of the others. */
  readonly #asked = new Set<Line>();

  /** @param limitMs how long a connection may wait, in milliseconds */
  constructor(clock: Clock, limitMs: number) {
    this.#clock = clock;
    this.#limitMs = limitMs;
  }

  /** Lets a connection in. It is cut when its time is up, or when another takes its place. */
  enter(line: Line): void {
    if (this.#waiting.size >= PLACES) this.#cutLongest();
    // The time is in two halves: if this process was too busy to read, it reads what has arrived between them.
    this.#waitHalf(line, () => this.#waitHalf(line, () => this.#cut(line)));
  }

  #waitHalf(line: Line, then: () => void): void {
    this.#waiting.set(line, this.#clock.after(this.#limitMs / 2, then));
  }

  /** A connection's request has arrived: silent ones now lose their places before it does. */
  hear(line: Line): void {
    if (this.#waiting.has(line)) this.#asked.add(line);
  }

  /** A connection has shown its key, or is gone. */
  leave(line: Line): void {
    this.#waiting.get(line)?.();
    this.#waiting.delete(line);
    this.#asked.delete(line);
  }

  #cutLongest(): void {
    const silent = this.#waiting.keys().find((line) => !this.#asked.has(line));
    const longest = silent ?? this.#asked.values().next().value;
    if (longest !== undefined) this.#cut(longest);
  }

  #cut(line: Line): void {
    this.leave(line);
    closeQuietly(line);
  }
}
