/**
 * Figures of a bench: medians of several runs, as a table for people and as JSON for machines. Pure but for printing.
 */

/** Figures of one run, by name. */
export type Figures = { readonly [figure: string]: number };

/** What was measured in one way, several times. */
export interface Measurement {
  readonly part: string;
  readonly name: string;
  readonly runs: number;
  /** Medians. */
  readonly figures: Figures;
  /** Smallest and largest of each figure. */
  readonly spread: { readonly [figure: string]: readonly [least: number, most: number] };
}

/** Something to be measured, by its name. */
export type Measured = readonly [name: string, once: () => Promise<Figures>];

/** Runs something several times and takes the medians. */
export async function measure(part: string, name: string, runs: number, once: Measured[1]): Promise<Measurement> {
  const [measurement] = await measureInTurn(part, runs, [[name, once]]);
  if (measurement === undefined) throw new Error("Nothing was measured");
  return measurement;
}

/** The same for several things in turn, so that a machine whose speed changes changes it for all of them. */
export async function measureInTurn(
  part: string,
  runs: number,
  things: readonly Measured[],
): Promise<readonly Measurement[]> {
  const found = new Map<string, Figures[]>(things.map(([name]) => [name, []]));
  for (let run = 0; run < runs; run++) {
    for (const [name, once] of things) found.get(name)?.push(await once());
  }
  const measurements = [...found].map(([name, all]) => summary(part, name, all));
  for (const measurement of measurements) console.log(line(measurement));
  return measurements;
}

function summary(part: string, name: string, all: readonly Figures[]): Measurement {
  const sorted = (figure: string) => all.map((figures) => figures[figure] ?? NaN).sort((a, b) => a - b);
  const names = Object.keys(all[0] ?? {});
  return {
    part,
    name,
    runs: all.length,
    figures: Object.fromEntries(names.map((figure) => [figure, sorted(figure)[all.length >> 1] ?? NaN])),
    spread: Object.fromEntries(
      names.map((figure) => [figure, [sorted(figure)[0] ?? NaN, sorted(figure).at(-1) ?? NaN]]),
    ),
  };
}

/** A heading above the lines of a part. */
export function heading(text: string): void {
  console.log(`\n${text}`);
}

/** One measurement as a line of text. */
function line({ name, figures }: Measurement): string {
  const shown = Object.entries(figures).map(([figure, value]) => `${rounded(value)} ${figure}`);
  return `  ${name.padEnd(44)} ${shown.join(", ")}`;
}

function rounded(value: number): string {
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return value.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });
}
