/** The module that a second thread runs, for work that takes long. */

/** The program's main module; none from elsewhere, which would be fetched anew, with permissions that nothing else needs. */
export function helperModule(mainModule: string): string | undefined {
  return mainModule.startsWith("file:") ? mainModule : undefined;
}
