/**
 * The messages to and from the thread that takes nights out of a vault. Types only.
 */

/** Messages to the thread. */
export type ToMaker =
  | { readonly kind: "make"; readonly night: string; readonly path: string; readonly number: number }
  /** All files that were made can be removed. */
  | { readonly kind: "end" };

/** Messages from the thread. */
export type FromMaker =
  | { readonly kind: "rows"; readonly night: string; readonly rows: number }
  | { readonly kind: "made"; readonly night: string; readonly path: string }
  | { readonly kind: "failed"; readonly night: string; readonly message: string }
  | { readonly kind: "ended" };
