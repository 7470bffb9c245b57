/**
 * Project files of 5 MB, as text: all schema, and a usual schema among much code. Data only.
 */
const SIZE = 5_000_000;

function tables(enough: (length: number) => boolean): string {
  let text = "";
  for (let t = 0; !enough(text.length); t++) {
    text += `  table_${t}:\n    client: none\n    server: full\n    title: Table ${t}\n    columns:\n`;
    for (let c = 0; c < 50; c++) {
      const type = c % 10 === 0 ? "link_single\n      target: table_0" : "string";
      text += `    - admin_ui: {order: ${c}, width: 200}\n      name: column ${c}\n      type: ${type}\n`;
    }
  }
  return text;
}

function modules(): string {
  const line = '    x = call(1, "text: with a colon") # comment\n';
  let text = "modules:\n";
  for (let m = 0; text.length < SIZE; m++) text += `- name: module_${m}\n  code: |\n${line.repeat(200)}`;
  return text;
}

/** Name and text of each. */
export function largeSchemas(): readonly (readonly [name: string, text: string])[] {
  return [
    ["all schema", `name: big\ndb_schema:\n${tables((length) => length > SIZE)}`],
    ["mostly code", `${modules()}db_schema:\n${tables((length) => length > 50_000)}`],
  ];
}
