/** Third-party packages that only tests use. */

/** fast-check: property tests with shrinking; nothing in Deno does that. */
export { default as fc } from "npm:fast-check@4.10.2";
