/**
 * Safe and unique SQL names, for names that Anvil allows and SQLite does not, or that SQLite takes for the same.
 * Deterministic: the same names in the same order give the same SQL names. It knows names only, no schema.
 *
 * The scheme: a name that SQLite can hold unchanged keeps its spelling. Otherwise, in this order,
 * 1. NUL and lone surrogates become U+FFFD, an empty name `unnamed`, and what exceeds 120 characters is cut;
 * 2. a table name that begins like one of ours or SQLite's (`_anvil`, `_provenance`, `sqlite_`) gets `t_` before it, and
 *    one that ends like a view of ours (`_readable`, `_history`) gets `_table` behind it;
 * 3. a name that is taken already, letters A to Z compared without case as SQLite does, gets `_2`, `_3`… behind it;
 *    the first column of a name keeps it unchanged, so that no suffix takes the name of another column.
 */

/** Longest name in code points, without a suffix. SQLite has no limit for names, but each is in many statements. */
export const MAX_NAME_LENGTH = 120;

/**
 * SQLite's names for the numeric row key; a data table leaves one of them free, so that the archive can write the key.
 */
export const ROWID_NAMES = ["rowid", "oid", "_rowid_"] as const;

/** `sqlite` alone too: with a suffix it would be one of SQLite's. */
const RESERVED_START = /^(?:_anvil|_provenance$|sqlite(?:_|$))/;

/** Views beside data tables: `_readable` in every file, `_history` in a vault. */
const RESERVED_END = /_(?:readable|history)$/;

/** A name as SQLite compares it: it ignores the case of A to Z only. */
export function foldName(name: string): string {
  return name.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

/** Step 1: a name that SQLite can hold. */
export function holdableName(name: string): string {
  const whole = name.toWellFormed().replaceAll("\0", "\uFFFD");
  if (whole === "") return "unnamed";
  return whole.length <= MAX_NAME_LENGTH ? whole : [...whole].slice(0, MAX_NAME_LENGTH).join("");
}

/** Steps 1 and 2: a name that a table of ours may have. */
export function tableName(name: string): string {
  const holdable = holdableName(name);
  const folded = foldName(holdable);
  return `${RESERVED_START.test(folded) ? "t_" : ""}${holdable}${RESERVED_END.test(folded) ? "_table" : ""}`;
}

/**
 * Names that must differ from each other: those of a file's tables, junctions and indexes, or of one table's columns.
 */
export class NameSpace {
  readonly #taken = new Set<string>();

  /** Whether a name is used already, in upper or lower case. */
  has(name: string): boolean {
    return this.#taken.has(foldName(name));
  }

  /** Returns a name unchanged if it is free, otherwise with the first suffix that makes it free. */
  give(name: string): string {
    return this.has(name) ? this.#giveSuffixed(name) : this.#add(name);
  }

  /** Several names: first all that are free unchanged, in order, then the others with suffixes. */
  giveAll(names: readonly string[], mayStand: (name: string) => boolean = () => true): readonly string[] {
    const given = names.map((name) => !this.has(name) && mayStand(name) ? this.#add(name) : null);
    return given.map((done, i) => done ?? this.#giveSuffixed(names[i] ?? ""));
  }

  #giveSuffixed(name: string): string {
    let n = 2;
    while (this.has(`${name}_${n}`)) n++;
    return this.#add(`${name}_${n}`);
  }

  #add(name: string): string {
    this.#taken.add(foldName(name));
    return name;
  }
}

/**
 * SQL names of one table's columns, and of its row id column, which gets a suffix if the app has a column of that name.
 */
export function columnNames(names: readonly string[]): { readonly columns: readonly string[]; readonly rowId: string } {
  const space = new NameSpace();
  const wanted = names.map(holdableName);
  const columns = space.giveAll(wanted, (name) => !takesLastRowidName(name, space));
  return { columns, rowId: space.give("_anvil_row_id") };
}

function takesLastRowidName(name: string, space: NameSpace): boolean {
  const folded = foldName(name);
  return ROWID_NAMES.some((it) => it === folded) && ROWID_NAMES.every((it) => it === folded || space.has(it));
}
