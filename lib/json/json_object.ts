/**
 * Makes objects whose keys come from outside. Any key is an ordinary member, even `__proto__`, and no key slows V8's
 * JSON parser down. Pure.
 */

/**
 * An object with these members; of equal keys the last wins. Once V8 15.0 has seen an object with a backslash in a key,
 * its JSON parser takes keys with escapes in later texts for that key (github.com/nodejs/node/issues/63785). It does
 * not see objects in dictionary mode. An object that began without a prototype is in that mode and stays in it.
 */
export function jsonObject<T>(members: readonly (readonly [key: string, value: T])[]): { readonly [key: string]: T } {
  if (!members.some(([key]) => key.includes("\\"))) return Object.fromEntries(members);
  const object: { [key: string]: T } = Object.create(null);
  for (const [key, value] of members) object[key] = value;
  return Object.setPrototypeOf(object, Object.prototype);
}
