/** How long a 5 MB project file takes from text to DDL: all schema, and a usual schema among much code. */
import { planArchive, planDdlText } from "../../lib/ddl/plan_archive.ts";
import { readSchemaText } from "../../lib/schema/read_schema_text.ts";

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

const allSchema = `name: big\ndb_schema:\n${tables((length) => length > SIZE)}`;
const mostlyCode = `${modules()}db_schema:\n${tables((length) => length > 50_000)}`;

for (const [name, text] of [["all schema", allSchema], ["mostly code", mostlyCode]] as const) {
  Deno.bench(`5 MB project file, ${name}: text to schema`, () => {
    readSchemaText(text, "big.yaml");
  });
  Deno.bench(`5 MB project file, ${name}: text to DDL`, () => {
    planDdlText(planArchive(readSchemaText(text, "big.yaml").schema).plan);
  });
}
