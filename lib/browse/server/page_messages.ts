/**
 * What whoever makes pages and whoever asks for them say to each other, in one thread or two. Types only.
 */
import type { Library } from "../model/night.ts";
import type { NightState } from "../model/night.ts";

/** To the thread. */
export type ToThread =
  /** First of all. */
  | { readonly kind: "library"; readonly library: Library }
  /** A page is wanted: path and query. */
  | { readonly kind: "ask"; readonly id: number; readonly path: string }
  /** The next piece of an answer is wanted. */
  | { readonly kind: "more"; readonly id: number }
  /** Nobody reads the answer any more. */
  | { readonly kind: "drop"; readonly id: number }
  /** How it is with the file of a night. */
  | { readonly kind: "file"; readonly night: string; readonly state: NightState }
  /** Nothing more is wanted: files can be closed. */
  | { readonly kind: "end" };

/** From the thread. */
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

/** How it is with the file of a night. */
export type StateOfNight = (key: string) => Promise<NightState>;
