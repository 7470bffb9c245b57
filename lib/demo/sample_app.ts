/**
 * The demo's app: a small bookshop with every column type, links of every shape, and pictures.
 * Data only, always the same, so that two demos give the same digests.
 */
import type { ArchiveContent, MediaContent } from "../archive/making/build_archive.ts";
import type { WritableRow } from "../archive/rows/row_writer.ts";
import type { AppSchema, ColumnSchema, TableSchema } from "../schema/model/app_schema.ts";
import { columnKind } from "../schema/model/column_kind.ts";
import type { Cell } from "../value/cell.ts";
import { rowIdText } from "../value/row_id.ts";
import { coverPicture } from "./sample_pictures.ts";

const IDS = { authors: 101, books: 102, customers: 103, orders: 104 } as const;
type TableName = keyof typeof IDS;

const AUTHORS = ["Jane Austen", "Walter Scott", "Mary Shelley", "Émile Zola", "夏目 漱石", "Machado de Assis"];
const TITLES: readonly (readonly [title: string, author: number, year: number, price: Cell])[] = [
  ["Sense and Sensibility", 0, 1811, 8.5],
  ["Pride and Prejudice", 0, 1813, 9n],
  ["Emma", 0, 1815, 9.0],
  ["Waverley", 1, 1814, 7.25],
  ["Ivanhoe", 1, 1819, 11n],
  ["Frankenstein", 2, 1818, 6.99],
  ["The Last Man", 2, 1826, null],
  ["Thérèse Raquin", 3, 1867, 10.5],
  ["Germinal", 3, 1885, 12n],
  ["吾輩は猫である", 4, 1905, 15n],
  ["Dom Casmurro", 5, 1899, 13.75],
];
const CUSTOMERS = 40;
const ORDERS = 150;

/** Row ids come from one sequence for all tables, with gaps, as on a real server. */
const rowOf = (table: TableName, index: number) =>
  String({ authors: 1, books: 20, customers: 50, orders: 120 }[table] + index * 2);
const linkTo = (table: TableName, index: number) => rowIdText(IDS[table], rowOf(table, index));
const linksTo = (table: TableName, indexes: readonly number[]) =>
  JSON.stringify(indexes.map((index) => linkTo(table, index)));

function column(name: string, type: string, target: TableName | null = null): ColumnSchema {
  return {
    id: `c_${name}`,
    name,
    kind: columnKind(type),
    declaredType: type,
    target,
    targetId: target === null ? null : IDS[target],
    clientHidden: name === "password_hash",
    extra: {},
  };
}

function table(name: TableName, title: string, columns: readonly ColumnSchema[]): TableSchema {
  return { id: IDS[name], name, title, server: "full", client: "none", columns, extra: {} };
}

/** The bookshop's tables. */
const SAMPLE_SCHEMA: AppSchema = {
  source: "live",
  tables: [
    table("authors", "Authors", [
      column("name", "string"),
      column("born", "date"),
      column("friends", "link_multiple", "authors"),
    ]),
    table("books", "Books", [
      column("title", "string"),
      column("author", "link_single", "authors"),
      column("year", "number"),
      column("price", "number"),
      column("cover", "media"),
      column("tags", "simpleObject"),
      column("sequel_of", "link_single", "books"),
    ]),
    table("customers", "Customers", [
      column("email", "string"),
      column("password_hash", "string"),
      column("signed_up", "datetime"),
      column("newsletter", "bool"),
      column("favourites", "link_multiple", "books"),
    ]),
    table("orders", "Orders", [
      column("customer", "link_single", "customers"),
      column("items", "link_multiple", "books"),
      column("placed", "datetime"),
      column("total", "number"),
      column("paid", "bool"),
      column("note", "string"),
    ]),
  ],
};

function covers(): readonly MediaContent[] {
  return TITLES.map(([title], index) => ({
    contentType: "image/png",
    name: `${title}.png`,
    // Two editions share a cover, which is stored once.
    bytes: coverPicture(index === 2 ? 1 : index),
  }));
}

function rows(): ReadonlyMap<TableName, readonly WritableRow[]> {
  const make = (name: TableName, count: number, cells: (index: number) => readonly Cell[]) =>
    Array.from({ length: count }, (_, index): WritableRow => ({ id: rowOf(name, index), cells: cells(index) }));
  return new Map([
    [
      "authors",
      make("authors", AUTHORS.length, (i) => [
        AUTHORS[i] ?? "",
        i === 3 ? null : `17${70 + i}-0${1 + i}-1${i}`,
        i === 0 ? null : linksTo("authors", [i - 1, i]),
      ]),
    ],
    [
      "books",
      make("books", TITLES.length, (i) => {
        const [title = "", author = 0, year = 0, price = null] = TITLES[i] ?? [];
        return [
          title,
          linkTo("authors", author),
          BigInt(year),
          price,
          BigInt(i + 1),
          i === 6
            ? null
            : `{"genre":"${i % 2 ? "novel" : "romance"}","isbn":${9_780_000_000_000_000_000n + BigInt(i)},"stars":${
              i % 5
            }.0}`,
          i === 1 ? linkTo("books", 0) : null,
        ];
      }),
    ],
    [
      "customers",
      make("customers", CUSTOMERS, (i) => [
        `reader${i}@example.com`,
        `$2b$10$${"x".repeat(20)}${i}`,
        `2024-0${1 + i % 9}-1${i % 10}T0${i % 10}:30:00.00000${i % 10}+0${i % 4}:30`,
        i % 3 === 0 ? null : BigInt(i % 2),
        i % 4 === 0 ? "[]" : linksTo("books", [i % TITLES.length, (i * 3) % TITLES.length]),
      ]),
    ],
    [
      "orders",
      make("orders", ORDERS, (i) => [
        linkTo("customers", i % CUSTOMERS),
        linksTo("books", Array.from({ length: 1 + i % 3 }, (_, n) => (i + n * n) % TITLES.length)),
        `2025-${String(1 + i % 12).padStart(2, "0")}-15T12:00:00.000000+00:00`,
        i % 10 === 0 ? BigInt(i) : i + 0.25,
        BigInt(i % 2),
        i % 7 === 0 ? "01234" : i % 5 === 0 ? "" : null,
      ]),
    ],
  ]);
}

/** The bookshop with all its rows and pictures. */
export function sampleApp(): ArchiveContent {
  return {
    schema: SAMPLE_SCHEMA,
    rows: rows(),
    media: covers(),
    provenance: [["app_id", "DEMOBOOKSHOP0000"], ["branch", "published"], ["environment", '{"description":"Demo"}']],
  };
}
