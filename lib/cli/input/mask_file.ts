/**
 * What messages call the file of a mask. Only the words.
 */
import type { InputKind } from "./read_input.ts";

/** A file with the rules of a mask, in YAML or JSON. */
export const MASK_FILE: InputKind = {
  what: "mask",
  hint: "Give a YAML or JSON file with rules, as 'anvil-sqlite copy --help' describes it.",
};
