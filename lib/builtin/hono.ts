/**
 * Hono: routes, escaping HTML templates and security headers, which nothing in Deno has. Named here alone; it has no
 * packages of its own, and goes into a bundle and a compiled program.
 */
export { type Context, Hono } from "npm:hono@4.13.19";
export { html } from "npm:hono@4.13.19/html";
export { secureHeaders } from "npm:hono@4.13.19/secure-headers";
