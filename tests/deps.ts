/** Third-party packages that only tests use. */

/** fast-check: property tests with shrinking; nothing in Deno does that. */
export { default as fc } from "npm:fast-check@4.10.2";
/** js-yaml 3, of which @std/yaml is a port: what stands in for that package where JSR is out of reach. */
export { default as jsYaml3 } from "npm:js-yaml@3.14.1";
