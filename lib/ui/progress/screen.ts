/**
 * What progress needs from a terminal: lines that stay, and one last line that changes. Types only.
 */

/** Where messages go. */
export interface Screen {
  /** Writes a line that stays, above the changing one. */
  line(text: string): void;
  /** Replaces the changing last line; null removes it. It does nothing without a terminal. */
  status(text: string | null): void;
  /** Width in columns. */
  readonly columns: number;
  /** Whether colours are wanted. */
  readonly color: boolean;
}
