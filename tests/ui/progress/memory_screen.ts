/** A screen that keeps what it was told. */
import type { Screen } from "../../../lib/ui/progress/screen.ts";

export class MemoryScreen implements Screen {
  /** Lines as written; the changing one as `~ text`, taken away as `~`. */
  readonly seen: string[] = [];
  readonly color = false;
  readonly columns: number;

  constructor(columns = 80) {
    this.columns = columns;
  }

  line(text: string): void {
    this.seen.push(text);
  }

  status(text: string | null): void {
    this.seen.push(text === null ? "~" : `~ ${text}`);
  }
}
