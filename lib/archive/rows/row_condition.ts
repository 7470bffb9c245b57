/**
 * Makes a user's SQL expression a condition on the rows of a table. The engine is open read-only with an untrusted
 * schema, so the expression can do no harm. SQL text; it runs nothing.
 */

/**
 * The condition as SQL. The newline ends a comment at the end of the expression. `CASE` makes a second statement in it
 * an error; otherwise it would be ignored silently.
 */
export function condition(expression: string): string {
  return `CASE WHEN (${expression}\n) THEN 1 ELSE 0 END`;
}
