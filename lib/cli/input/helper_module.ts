/**
 * The module that a second thread runs, for work that takes long.
 */

/**
 * The program's main module, but only from a disk: from elsewhere it would be fetched again, with permissions that
 * nothing else needs.
 */
export function helperModule(mainModule: string): string | undefined {
  return mainModule.startsWith("file:") ? mainModule : undefined;
}
