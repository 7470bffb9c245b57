/** Third-party packages that only tests use. */

/** fast-check: property tests with shrinking; nothing in Deno does that. */
export { default as fc } from "npm:fast-check@4.10.2";
/** @cfworker/json-schema: judges JSON by JSON Schemas; nothing in Deno does that. */
export { Validator } from "npm:@cfworker/json-schema@4.1.6";
/** js-yaml 3, of which @std/yaml is a port: what stands in for that package where JSR is out of reach. */
export { default as jsYaml3 } from "npm:js-yaml@3.14.1";
/**
 * axe-core: judges pages as a reader who cannot see them would; nothing in Deno does that. Loaded late, since it asks for the
 * environment when it is, and the program itself loads this module where a stand-in is beneath it.
 */
export const loadAxe = async () => (await import("npm:axe-core@4.14.1")).default;
/** playwright-core: drives the Chromium of the system; loaded late, since it looks at the system when it is. */
export const loadPlaywright = () => import("npm:playwright-core@1.65.1");
/** hyparquet, the reader that goes with the writer of exports: Parquet files read back; nothing in Deno does that. */
export * as hyparquet from "npm:hyparquet@1.31.5";
/** fflate's reader, for the workbooks that its writer has made. */
export { unzipSync } from "npm:fflate@0.8.3";
