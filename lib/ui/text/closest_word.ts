/**
 * "Did you mean": the known word that is closest to a mistyped one. Pure.
 */

/** The closest of the candidates, or null when none is close. */
export function closestWord(word: string, candidates: readonly string[]): string | null {
  let best: { readonly candidate: string; readonly distance: number } | null = null;
  for (const candidate of candidates) {
    const distance = isPart(word, candidate) ? 1 : editDistance(word, candidate);
    if (distance <= tolerance(word) && (best === null || distance < best.distance)) best = { candidate, distance };
  }
  return best?.candidate ?? null;
}

/** A third of the letters may be wrong, and at least one letter. */
function tolerance(word: string): number {
  return Math.max(1, Math.round(word.length / 3));
}

/** Whether a word is a part of a name: `media` of `no-media`, `key` of `key-file`. */
function isPart(word: string, candidate: string): boolean {
  return candidate.split("-").includes(word) || (word.length >= 3 && candidate.startsWith(word));
}

/**
 * The number of insertions, deletions, replacements and swaps of neighbours between two words (optimal string
 * alignment).
 */
export function editDistance(a: string, b: string): number {
  let beforeLast: readonly number[] = [];
  let last: readonly number[] = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = at(last, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
        ? at(beforeLast, j - 2) + 1
        : Infinity;
      row.push(Math.min(at(last, j) + 1, at(row, j - 1) + 1, replaced, swapped));
    }
    beforeLast = last;
    last = row;
  }
  return at(last, b.length);
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? Infinity;
}

/** A hint for a word that is not one of the names: it has the closest name, or all of them. */
export function namesHint(word: string, names: Iterable<string>, nothing: string): string {
  const sorted = [...names].sort();
  if (sorted.length === 0) return nothing;
  const close = closestWord(word, sorted);
  return close === null ? `It has: ${sorted.join(", ")}.` : `Did you mean '${close}'?`;
}
