/**
 * Hono: routes, escaping HTML templates and security headers, which Deno does not have. It is named here and nowhere
 * else. It depends on no other package, and works in a bundle and a compiled program.
 */
export { type Context, Hono } from "npm:hono@4.13.19";
export { html } from "npm:hono@4.13.19/html";
export { secureHeaders } from "npm:hono@4.13.19/secure-headers";
