/**
 * Makes a user's SQL expression a condition on the rows of a table. The engine is open read-only with an untrusted
 * schema, so the expression can do no harm. SQL text; it runs nothing.
 */

/**
 * The condition. A newline ends a comment that the expression may end with, and `CASE` makes a second statement in it an
 * error, where it would be passed over in silence.
 */
export function condition(expression: string): string {
  return `CASE WHEN (${expression}\n) THEN 1 ELSE 0 END`;
}
