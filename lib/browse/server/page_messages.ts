/**
 * The messages between the maker of pages and those who ask for pages, in one thread or two. Types only.
 */
import type { Library } from "../model/night.ts";
import type { NightState } from "../model/night.ts";

/** Messages to the thread. */
export type ToThread =
  /** The first message. */
  | { readonly kind: "library"; readonly library: Library }
  /** Asks for a page: path and query. */
  | { readonly kind: "ask"; readonly id: number; readonly path: string }
  /** Asks for the next piece of an answer. */
  | { readonly kind: "more"; readonly id: number }
  /** Nobody reads the answer any more. */
  | { readonly kind: "drop"; readonly id: number }
  /** The state of a night's file. */
  | { readonly kind: "file"; readonly night: string; readonly state: NightState }
  /** No more pages are wanted: files can be closed. */
  | { readonly kind: "end" };

/** Messages from the thread. */
export type FromThread =
  | {
    readonly kind: "answer";
    readonly id: number;
    readonly status: number;
    readonly headers: readonly (readonly [string, string])[];
    /** All of it, or its first piece. */
    readonly body: Uint8Array<ArrayBuffer>;
    /** Whether there is more. */
    readonly more: boolean;
  }
  | {
    readonly kind: "piece";
    readonly id: number;
    readonly bytes: Uint8Array<ArrayBuffer> | null;
    readonly failed: boolean;
  }
  | { readonly kind: "want"; readonly night: string };

/** Returns the state of a night's file, by the night's key. */
export type StateOfNight = (key: string) => Promise<NightState>;
