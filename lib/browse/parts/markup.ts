/**
 * HTML as templates: inserted values are escaped, and the indentation of the source is left out, so that a page has no
 * useless bytes. Every attribute is in quotes: without them a value could add another attribute.
 */
import { html as escaped } from "../../builtin/hono.ts";

/** HTML that is escaped already. */
export type Markup = ReturnType<typeof escaped>;

/** Templates without the indentation of their source: each is made once. */
const tidied = new WeakMap<TemplateStringsArray, TemplateStringsArray>();

/** Makes HTML of a template; values are escaped, except those that are HTML already. */
export function html(strings: TemplateStringsArray, ...values: readonly unknown[]): Markup {
  let template = tidied.get(strings);
  if (template === undefined) {
    template = tidy(strings);
    tidied.set(strings, template);
  }
  return escaped(template, ...values);
}

function tidy(strings: TemplateStringsArray): TemplateStringsArray {
  const last = strings.length - 1;
  const parts = strings.map((part, at) => {
    // One blank stays at each end: the formatter treats a blank and a line end there as the same.
    const start = at === 0 ? part.replace(/^\s*\n\s*/, " ") : part;
    const end = at === last ? start.replace(/\s*\n\s*$/, " ") : start;
    return end.replace(/\s*\n\s*/g, "\n");
  });
  return Object.assign(parts, { raw: parts });
}
