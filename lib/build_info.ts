/**
 * Which build of the program this is; a checkout and a run from a URL are not builds. `.github/release/build.ts`
 * replaces this module by one of the same shape, by an import map. So no source is changed and nothing is read at run
 * time.
 */

/** Where a program was built from. */
interface BuildInfo {
  /** Abbreviated commit; it ends with `-dirty` when files differed from it. */
  readonly commit: string;
  /** Day of that commit, `YYYY-MM-DD`, so that the same commit always makes the same program. */
  readonly date: string;
  /** Packages of JSR and npm inside, such as `@std/yaml 1.2.0`. */
  readonly packages: readonly string[];
}

/** This build; null when it runs from source code. */
export const BUILD: BuildInfo | null = null;
