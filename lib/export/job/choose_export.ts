/**
 * Chooses the tables and columns that a user asked for, and puts masks on them. Every name must exist: a misspelt one
 * could export what was meant to stay private. Pure.
 */
import { catalogueSchema, type CatalogueTable, isHeld } from "../../archive/catalogue/catalogue.ts";
import type { OpenArchive } from "../../archive/open_archive.ts";
import type { TableLayout } from "../../ddl/archive_layout.ts";
import { AnvilSqliteError } from "../../errors.ts";
import { secretColumns } from "../../label/secret_columns.ts";
import type { ColumnMask } from "../../mask/mask.ts";
import { readMask } from "../../mask/read_mask.ts";
import type { Choice, ExportContent, OutColumn, OutTable } from "./export_job.ts";

/** The part of a job that the user's choice decides. */
type Chosen = Omit<ExportContent, "archive" | "labels">;

/**
 * Chooses tables, columns and masks.
 * @throws {AnvilSqliteError} `no-such-table`, `bad-selection`, `bad-mask` (exit 2)
 */
export function chooseExport({ catalogue }: OpenArchive, choice: Choice): Chosen {
  const held = catalogue.tables.filter(isHeld);
  for (const name of [...choice.tables, ...choice.exclude]) {
    if (!held.some(({ plan }) => plan.table.name === name)) throw noSuchTable(name, catalogue.tables, held);
  }
  const named = held.filter(({ plan: { table } }) =>
    (choice.tables.length === 0 || choice.tables.includes(table.name)) && !choice.exclude.includes(table.name)
  );
  if (named.length === 0) {
    throw bad(
      held.length === 0 ? "The backup holds no tables" : "No table is selected",
      "Check --table and --exclude.",
    );
  }
  if ((choice.where !== null || choice.columns.length > 0) && named.length > 1) {
    const flag = choice.where === null ? "--columns" : "--where";
    throw bad(`'${flag}' needs one table to look in`, "Name it with --table.");
  }
  const { rule, secret, masks } = rulesOf(catalogueSchema(catalogue), choice);
  return {
    choice,
    held,
    rule,
    secret,
    masked: masks,
    tables: named.map(({ plan, rowsCopied }): OutTable => ({
      plan,
      rows: rowsCopied,
      where: choice.where,
      columns: columnsOf(plan, choice.columns).flatMap((index): OutColumn[] => {
        const column = plan.columns[index];
        if (column === undefined) return [];
        const mask = rule(plan.table.name, column.column.name);
        if (mask?.action === "drop") return [];
        return [{ index, plan: column, kind: column.column.kind, name: column.sqlName, mask }];
      }),
    })),
  };
}

const DROP: ColumnMask = { action: "drop", constant: null };

/** A rule of the owner's comes before the preset: it may ask for a hash where the preset would leave the column out. */
function rulesOf(
  schema: Parameters<typeof readMask>[2],
  { mask, noSecrets }: Choice,
): Pick<ExportContent, "rule" | "secret"> & { readonly masks: boolean } {
  const read = mask === null ? null : readMask(mask.text, mask.name, schema);
  const secrets = new Set(noSecrets ? secretColumns(schema).map(({ table, column }) => key(table, column)) : []);
  return {
    masks: read !== null || secrets.size > 0,
    secret: read?.secret ?? "",
    rule: (table, column) => read?.rule(table, column) ?? (secrets.has(key(table, column)) ? DROP : null),
  };
}

function key(table: string, column: string): string {
  return JSON.stringify([table, column]);
}

/** Places of the columns, in the order asked for. A name that contains a comma is found as a whole. */
function columnsOf(plan: TableLayout, wanted: readonly string[]): readonly number[] {
  if (wanted.length === 0) return plan.columns.map((_, index) => index);
  const find = (name: string) => {
    const named = plan.columns.findIndex(({ column }) => column.name === name);
    return named >= 0 ? named : plan.columns.findIndex(({ sqlName }) => sqlName === name);
  };
  const found = wanted.flatMap((text) => find(text) >= 0 ? [text] : text.split(",").map((name) => name.trim()));
  const places = found.filter((name) => name !== plan.rowIdSqlName).map((name) => {
    const place = find(name);
    if (place >= 0) return place;
    const names = plan.columns.map(({ column }) => column.name).join(", ");
    throw bad(
      `Table '${plan.table.name}' has no column '${name}'`,
      names === "" ? "It has none." : `It has: ${names}.`,
    );
  });
  return [...new Set(places)];
}

function noSuchTable(
  name: string,
  all: readonly CatalogueTable[],
  held: readonly CatalogueTable[],
): AnvilSqliteError {
  const listed = all.some(({ plan }) => plan.table.name === name);
  const names = held.map(({ plan }) => plan.table.name).sort();
  return new AnvilSqliteError(
    listed ? `The backup has no rows of table '${name}'` : `The backup has no table '${name}'`,
    { code: "no-such-table", hint: names.length === 0 ? "It holds no tables." : `It holds: ${names.join(", ")}.` },
  );
}

function bad(message: string, hint: string): AnvilSqliteError {
  return new AnvilSqliteError(message, { code: "bad-selection", hint });
}
