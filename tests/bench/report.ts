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

/** Runs something several times and takes the medians. */
export async function measure(
  part: string,
  name: string,
  runs: number,
  once: () => Promise<Figures>,
): Promise<Measurement> {
  const all: Figures[] = [];
  for (let run = 0; run < runs; run++) all.push(await once());
  const names = Object.keys(all[0] ?? {});
  const sorted = (figure: string) => all.map((figures) => figures[figure] ?? NaN).sort((a, b) => a - b);
  const summary = Object.fromEntries(names.map((figure) => {
    const values = sorted(figure);
    return [figure, { median: values[values.length >> 1] ?? NaN, spread: [values[0] ?? NaN, values.at(-1) ?? NaN] }];
  }));
  const measurement: Measurement = {
    part,
    name,
    runs,
    figures: Object.fromEntries(names.map((figure) => [figure, summary[figure]?.median ?? NaN])),
    spread: Object.fromEntries(names.map((figure) => [figure, [
      summary[figure]?.spread[0] ?? NaN,
      summary[figure]?.spread[1] ?? NaN,
    ]])),
  };
  console.log(line(measurement));
  return measurement;
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
