/** The messages to and from the thread that takes nights out of a vault. Types only. */

/** To the thread. */
export type ToMaker =
  | { readonly kind: "make"; readonly night: string; readonly path: string; readonly number: number }
  /** Everything that was made can go. */
  | { readonly kind: "end" };

/** From the thread. */
export type FromMaker =
  | { readonly kind: "rows"; readonly night: string; readonly rows: number }
  | { readonly kind: "made"; readonly night: string; readonly path: string }
  | { readonly kind: "failed"; readonly night: string; readonly message: string }
  | { readonly kind: "ended" };
