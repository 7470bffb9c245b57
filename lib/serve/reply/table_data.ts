/**
 * The table data of a reply (protocol, section 7.4): the page's own rows, then the linked rows, level by level, and the
 * names of rows beyond. It is built as text, row by row. Other files decide which rows a page has.
 */
import type { SelectedColumn } from "../../sqlite/engine.ts";
import { MAX_MESSAGE_BYTES } from "../../uplink/limits.ts";
import type { SqlRow, SqlValue } from "../../sqlite/sql_value.ts";
import type { RowId } from "../../value/row_id.ts";
import { type CellSink, type CellText, cellText, SILENT } from "../database/cell_text.ts";
import { type FetchTree, maskOf, treesWithin } from "./fetch_tree.ts";
import { linkQuery, type SelectedColumns, selection } from "./row_columns.ts";
import type { RowSealer } from "../protocol/capabilities.ts";
import { colsText, type ServedColumn, type TableView } from "../app/served_app.ts";
import { rowPart, type ServedSnapshot } from "../app/snapshot.ts";
import { wireString } from "../protocol/wire_text.ts";

/** Linked rows read by one statement. */
const ROWS_PER_READ = 100;

/** What the rows of a reply need from their connection. */
export interface RowContext {
  readonly snapshot: ServedSnapshot;
  readonly sealer: (view: TableView) => RowSealer;
  /** `LazyMedia` entry up to its type; null if the archive has no such medium. */
  readonly media: (id: SqlValue, row: RowId, column: ServedColumn, view: TableView) => string | null;
}

/** Text of table data with its `objects`. */
export interface TableDataText {
  readonly data: string;
  /** Entries, joined by commas. */
  readonly objects: string;
  /** Length of rows and objects together; a reply that is too long is not kept whole. */
  readonly length: number;
}

/** How the rows of one tree are read and written. */
interface RowShape extends SelectedColumns {
  readonly texts: readonly CellText[];
}

/** For links that are not followed: their rows come in another way, or not at all. */
function notFollowed(): void {}

/** What is collected of one table or view. */
interface Part {
  readonly view: TableView;
  readonly sealer: RowSealer;
  /** Path up to the row id. */
  readonly path: string;
  /** Mask of compact rows. */
  readonly cache: readonly boolean[];
  /** Cells of rows by index of column, if the reply fetches this table in more than one way. */
  readonly gathered: Map<RowId, SqlValue[]> | null;
  rows: string;
  readonly seen: Set<RowId>;
  readonly named: Set<RowId>;
}

/** Builds the table data of one reply. */
export class TableData implements CellSink {
  readonly #context: RowContext;
  readonly #tree: FetchTree;
  readonly #parts = new Map<string, Part>();
  readonly #shapes = new Map<FetchTree, RowShape>();
  readonly #visited = new Map<FetchTree, Set<RowId>>();
  #pending = new Map<FetchTree, Set<RowId>>();
  #objects = "";
  #length = 0;
  #row: RowId = "";

  /** @param path path of the table data in the reply, without brackets: `"response",3` */
  constructor(context: RowContext, tree: FetchTree, path: string) {
    this.#context = context;
    this.#tree = tree;
    const ways = Map.groupBy(treesWithin(tree), ({ view }) => view.key);
    for (const [key, trees] of ways) {
      const [first = tree] = trees;
      const full = trees.filter(({ namesOnly }) => !namesOnly);
      this.#parts.set(key, {
        view: first.view,
        sealer: context.sealer(first.view),
        path: `[${path},${wireString(key)},"rows","`,
        cache: (full[0] ?? first).wanted,
        gathered: new Set(full.map(maskOf)).size > 1 ? new Map() : null,
        rows: "",
        seen: new Set(),
        named: new Set(),
      });
    }
  }

  /** The columns to select for the page's own rows: the row id's text first. */
  get columns(): readonly SelectedColumn[] {
    return selection(this.#shape(this.#tree));
  }

  /** Adds rows of the page, read with {@link columns}, and returns their ids. */
  addRows(rows: readonly SqlRow[]): readonly RowId[] {
    const shape = this.#shape(this.#tree);
    const visited = this.#visitedBy(this.#tree);
    return rows.map((row) => {
      const id = rowPart(String(row[0]));
      visited.add(id);
      this.#add(shape, id, row);
      return id;
    });
  }

  /** Follows the links and returns the text. */
  finish(): TableDataText {
    while (this.#pending.size > 0) {
      const level = this.#pending;
      this.#pending = new Map();
      for (const [tree, rows] of level) this.#addLinked(tree, rows);
    }
    const parts = [...this.#parts.values()].map((part) => {
      this.#writeGathered(part);
      this.#writeNames(part);
      const spec = `{"cols":${colsText(part.view)},"cache":[${part.cache.map(Number).join(",")}]}`;
      const rows = part.rows === "" ? "" : `,"rows":{${part.rows}}`;
      return `${wireString(part.view.key)}:{"spec":${spec}${rows}}`;
    });
    const data = `{${parts.join(",")}}`;
    return { data, objects: this.#objects, length: this.#length };
  }

  object(entry: string): void {
    this.#length += entry.length + 1;
    if (this.#length > MAX_MESSAGE_BYTES) return;
    this.#objects += this.#objects === "" ? entry : `,${entry}`;
  }

  #addRowText(part: Part, id: RowId, text: string): void {
    const entry = `"${id}":${text}`;
    this.#length += entry.length + 1;
    if (this.#length > MAX_MESSAGE_BYTES) return;
    part.rows += part.rows === "" ? entry : `,${entry}`;
  }

  #add({ tree, indexes, texts }: RowShape, id: RowId, row: SqlRow): void {
    const part = this.#part(tree.view);
    if (part.gathered !== null) return this.#gather(part, id, tree, indexes, texts, row);
    const isNew = !part.seen.has(id);
    part.seen.add(id);
    this.#row = id;
    const rowPath = `${part.path}${id}",`;
    if (!isNew) {
      // This row came with another tree already; only its links are still to be followed.
      texts.forEach((text, i) => text(row[i + 1] ?? null, "", SILENT));
      return;
    }
    let values = "";
    for (let i = 0; i < texts.length; i++) {
      values += `${texts[i]?.(row[i + 1] ?? null, `${rowPath}${i}]`, this)},`;
    }
    this.object(`${part.sealer.entry(id)}${rowPath}${texts.length}]}`);
    this.#addRowText(part, id, `[${values}null]`);
  }

  #gather(
    part: Part,
    id: RowId,
    tree: FetchTree,
    indexes: readonly number[],
    texts: readonly CellText[],
    row: SqlRow,
  ): void {
    const cells = part.gathered?.get(id) ?? new Array<SqlValue>(tree.view.columns.length);
    part.gathered?.set(id, cells);
    part.seen.add(id);
    indexes.forEach((index, i) => {
      cells[index] = row[i + 1] ?? null;
      // The row is rendered later; now only its links are followed.
      texts[i]?.(row[i + 1] ?? null, "", SILENT);
    });
  }

  #addLinked(tree: FetchTree, wanted: ReadonlySet<RowId>): void {
    const { view } = tree;
    const part = this.#part(view);
    const covering = (tree.coveredBy?.() ?? [tree]).map((other) => this.#visitedBy(other));
    const ids = [...wanted].filter((id) => !covering.some((visited) => visited.has(id)));
    const visited = this.#visitedBy(tree);
    const shape = this.#shape(tree);
    if (!view.table.held) return ids.forEach((id) => part.named.add(id));
    for (let from = 0; from < ids.length; from += ROWS_PER_READ) {
      const batch = ids.slice(from, from + ROWS_PER_READ);
      const found = new Set<RowId>();
      for (const row of this.#readByIds(shape, batch)) {
        const id = rowPart(String(row[0]));
        found.add(id);
        visited.add(id);
        this.#add(shape, id, row);
      }
      for (const id of batch) if (!found.has(id)) part.named.add(id);
    }
  }

  #readByIds(shape: RowShape, ids: readonly RowId[]): readonly SqlRow[] {
    const { table } = shape.tree.view;
    const { snapshot } = this.#context;
    const places = Array.from({ length: ROWS_PER_READ }, (_, i) => `?${i + 1}`).join();
    const params = Array.from({ length: ROWS_PER_READ }, (_, i) => BigInt(ids[i] ?? ids[0] ?? 0));
    return snapshot.select(table, selection(shape), `FROM ${table.sql} WHERE ${table.rowid} IN (${places})`, params);
  }

  #writeGathered(part: Part): void {
    if (part.gathered === null) return;
    const cached = part.cache.flatMap((wanted, index) => wanted ? [index] : []);
    const texts = part.view.columns.map((column) => this.#text(part.view, column, notFollowed));
    for (const [id, cells] of part.gathered) {
      this.#row = id;
      const rowPath = `${part.path}${id}",`;
      const present = Object.keys(cells).map(Number);
      const isCompact = present.length === cached.length && cached.every((index) => index in cells);
      const members = present.map((index, place) => {
        const path = isCompact ? `${rowPath}${place}]` : `${rowPath}"${index}"]`;
        const text = texts[index]?.(cells[index] ?? null, path, this) ?? "null";
        return isCompact ? text : `"${index}":${text}`;
      });
      this.object(`${part.sealer.entry(id)}${rowPath}${isCompact ? present.length : `"c"`}]}`);
      this.#addRowText(
        part,
        id,
        isCompact ? `[${[...members, "null"].join()}]` : `{${[...members, `"c":null`].join()}}`,
      );
    }
  }

  #writeNames(part: Part): void {
    for (const id of part.named) {
      if (part.seen.has(id)) continue;
      this.object(`${part.sealer.entry(id)}${part.path}${id}","c"]}`);
      this.#addRowText(part, id, `{"c":null}`);
    }
  }

  #shape(tree: FetchTree): RowShape {
    const known = this.#shapes.get(tree);
    if (known !== undefined) return known;
    const indexes = tree.wanted.flatMap((wanted, index) => wanted ? [index] : []);
    const texts = indexes.flatMap((index) => {
      const column = tree.view.columns[index];
      return column === undefined ? [] : [this.#text(tree.view, column, this.#follower(tree.links.get(index)))];
    });
    const shape: RowShape = { tree, indexes, texts };
    this.#shapes.set(tree, shape);
    return shape;
  }

  #text(view: TableView, column: ServedColumn, follow: (row: RowId) => void): CellText {
    const { snapshot, media } = this.#context;
    const link = column.targetId === null ? "" : linkQuery(view, column);
    const target = column.targetId === null ? null : snapshot.app.table(column.targetId);
    return cellText(column.kind, {
      storage: snapshot.storage,
      media: (id) => media(id, this.#row, column, view),
      follow,
      missing: snapshot.missingTargets(view.table, link, target),
    });
  }

  #follower(linked: FetchTree | undefined): (row: RowId) => void {
    if (linked === undefined) return notFollowed;
    if (linked.namesOnly) {
      const { named } = this.#part(linked.view);
      return (row) => named.add(row);
    }
    return (row) => {
      const rows = this.#pending.get(linked) ?? new Set();
      rows.add(row);
      this.#pending.set(linked, rows);
    };
  }

  #visitedBy(tree: FetchTree): Set<RowId> {
    const known = this.#visited.get(tree) ?? new Set();
    this.#visited.set(tree, known);
    return known;
  }

  #part(view: TableView): Part {
    const part = this.#parts.get(view.key);
    if (part === undefined) throw new Error(`No part for ${view.key}`);
    return part;
  }
}
