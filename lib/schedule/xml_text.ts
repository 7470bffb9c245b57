/**
 * XML for the two systems that need it: text with its special characters escaped, and elements, indented. Pure.
 */

/** An element: its name, its attributes as they are written, and its text or its elements. */
export type Xml = readonly [name: string, content: string | readonly Xml[], attributes?: string];

/** An element and all inside it, each on a line of its own. */
export function xmlText([name, content, attributes = ""]: Xml, indent = ""): string {
  const open = attributes === "" ? name : `${name} ${attributes}`;
  if (content.length === 0) return `${indent}<${open}/>\n`;
  if (typeof content === "string") return `${indent}<${open}>${escaped(content)}</${name}>\n`;
  return `${indent}<${open}>\n${content.map((one) => xmlText(one, `${indent}  `)).join("")}${indent}</${name}>\n`;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
