/**
 * Reads what `deno coverage --lcov` writes: the functions of each file, and how often each was called.
 * It knows nothing of folders, and touches no file.
 */

/** A function of a file. */
export interface CountedFunction {
  readonly name: string;
  readonly line: number;
  readonly calls: number;
}

/** A file and its functions, in the order in which they stand in it. */
export interface CountedFile {
  readonly path: string;
  readonly functions: readonly CountedFunction[];
}

/**
 * Reads a report. Two functions of one name are told apart by their order, which is the same in the lines `FN` and
 * `FNDA` of a file. Source: the man page of geninfo, "TRACEFILE FORMAT".
 * @throws {SyntaxError} when a file has more counts than functions, or fewer
 */
export function readLcov(text: string): readonly CountedFile[] {
  const files: CountedFile[] = [];
  let path = "";
  let found: { readonly name: string; readonly line: number }[] = [];
  let counts: number[] = [];
  for (const row of text.split("\n")) {
    const [, kind = "", rest = ""] = /^(\w+):(.*)$/.exec(row.trim()) ?? [, row.trim()];
    const [number = "", ...name] = rest.split(",");
    switch (kind) {
      case "SF":
        [path, found, counts] = [rest, [], []];
        break;
      case "FN":
        found.push({ line: Number(number), name: name.join(",") });
        break;
      case "FNDA":
        counts.push(Number(number));
        break;
      case "end_of_record":
        if (found.length !== counts.length) {
          throw new SyntaxError(`${path} has ${found.length} functions and ${counts.length} counts`);
        }
        files.push({ path, functions: found.map((one, i) => ({ ...one, calls: counts[i] ?? 0 })) });
    }
  }
  return files;
}
