/**
 * A dump that `psql -f` loads in one transaction. Rows are in COPY blocks. Text in a COPY block is never run as SQL if
 * the COPY has begun; so `psql` must stop at the first error, since it would read the rows after it as commands.
 */
import type { ByteSink } from "../../place/partial_file.ts";
import { TextOutput } from "../text/text_output.ts";
import type { CopyRows, PostgresTarget } from "./postgres_target.ts";

const HEAD = `\\set ON_ERROR_STOP on
BEGIN;
SET LOCAL client_encoding = 'UTF8';
SET LOCAL standard_conforming_strings = on;
SET LOCAL datestyle = 'ISO, YMD';
`;

/** Writes statements and rows as a dump. */
export class DumpTarget implements PostgresTarget {
  readonly #out: TextOutput;

  /** @param about a line about the file that contains no text from the app: a name could end the comment */
  constructor(sink: ByteSink, about: string) {
    this.#out = new TextOutput(sink);
    this.#out.put(`-- ${about}\n${HEAD}`);
  }

  run(sql: string): Promise<void> {
    this.#out.put(`${sql};\n`);
    return Promise.resolve();
  }

  copy(sql: string): Promise<CopyRows> {
    this.#out.put(`${sql};\n`);
    return Promise.resolve({
      put: (text) => this.#out.put(text),
      drain: () => Promise.resolve(),
      end: () => Promise.resolve(this.#out.put("\\.\n")),
    });
  }

  /** Ends the transaction, and writes the remaining text. */
  finish(): void {
    this.#out.put("COMMIT;\n");
    this.#out.flush();
  }
}
