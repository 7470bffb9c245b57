/**
 * Compares a fetch spec with the app's tables: which columns come, and how far links are followed. Without a spec all
 * columns come, with linked rows two levels deep; `{}` for a link asks for its ids alone. Pure.
 */
import { jsonObject } from "../../json/json_object.ts";
import { isLink } from "../../schema/model/column_kind.ts";
import { isArray, isObject, type Json, stringOf } from "../../json/exact_json.ts";
import { tableError } from "../protocol/errors.ts";
import type { TableView } from "../app/served_app.ts";

/** How many links are followed one after the other if the spec does not say. */
const DEFAULT_DEPTH = 2;

/** What to fetch of a table's rows. */
export interface FetchTree {
  readonly view: TableView;
  /** Whether each of the view's columns comes. */
  readonly wanted: readonly boolean[];
  /** What to fetch of the rows that a wanted link names, by index of the column. */
  readonly links: ReadonlyMap<number, FetchTree>;
  /** Whether no columns come: the rows are only named. */
  readonly namesOnly: boolean;
  /**
   * Returns the trees that fetch all that this one does, including itself: a row that came with one of them is done.
   * Null: only itself.
   */
  readonly coveredBy: (() => readonly FetchTree[]) | null;
}

/** Returns the view of a linked table. */
type ViewOfTable = (tableId: number) => TableView;

/** Resolves fetch specs of one call; equal parts of the result are the same object. */
export class FetchResolver {
  readonly #viewOf: ViewOfTable;
  readonly #whole = new Map<string, FetchTree>();
  readonly #names = new Map<string, FetchTree>();

  constructor(viewOf: ViewOfTable) {
    this.#viewOf = viewOf;
  }

  /**
   * Resolves a spec: null, an object, or a list of names.
   * @throws {CallError} TableError for an unknown column
   */
  resolve(view: TableView, spec: Json): FetchTree {
    if (isArray(spec)) return this.#partial(view, jsonObject(spec.map((name) => [String(name), true])), DEFAULT_DEPTH);
    return isObject(spec) ? this.#partial(view, spec, DEFAULT_DEPTH) : this.#all(view, DEFAULT_DEPTH);
  }

  #all(view: TableView, depth: number): FetchTree {
    if (depth < 0) return this.#namesOnly(view);
    const key = `${depth} ${view.key}`;
    const known = this.#whole.get(key);
    if (known !== undefined) return known;
    const links = new Map<number, FetchTree>();
    view.columns.forEach(({ targetId }, index) => {
      if (targetId !== null) links.set(index, this.#all(this.#viewOf(targetId), depth - 1));
    });
    const tree: FetchTree = {
      view,
      wanted: view.columns.map(() => true),
      links,
      namesOnly: false,
      coveredBy: () => this.#deeper(view, depth),
    };
    this.#whole.set(key, tree);
    return tree;
  }

  #deeper(view: TableView, depth: number): readonly FetchTree[] {
    const depths = Array.from({ length: DEFAULT_DEPTH - depth + 1 }, (_, i) => depth + i);
    return depths.flatMap((d) => this.#whole.get(`${d} ${view.key}`) ?? []);
  }

  #partial(view: TableView, spec: { readonly [name: string]: Json }, depth: number): FetchTree {
    const wanted = view.columns.map(() => false);
    const links = new Map<number, FetchTree>();
    for (const [name, part] of Object.entries(spec)) {
      const index = view.columns.findIndex((column) => column.name === name);
      const column = view.columns[index];
      if (column === undefined) {
        throw tableError(`No such column '${name}' exists in table '${view.table.title}'`);
      }
      if (part === false || part === null) continue;
      wanted[index] = true;
      if (column.targetId === null || !isLink(column.kind)) continue;
      const target = this.#viewOf(column.targetId);
      links.set(index, isObject(part) ? this.#linked(target, part, depth - 1) : this.#all(target, depth - 1));
    }
    return { view, wanted, links, namesOnly: false, coveredBy: null };
  }

  #linked(view: TableView, spec: { readonly [name: string]: Json }, depth: number): FetchTree {
    return Object.keys(spec).length === 0 ? this.#namesOnly(view) : this.#partial(view, spec, depth);
  }

  #namesOnly(view: TableView): FetchTree {
    const known = this.#names.get(view.key);
    if (known !== undefined) return known;
    const tree: FetchTree = {
      view,
      wanted: view.columns.map(() => false),
      links: new Map(),
      namesOnly: true,
      coveredBy: null,
    };
    this.#names.set(view.key, tree);
    return tree;
  }
}

/** The same tree with more columns: the columns that a page is ordered by come even if the spec omits them. */
export function withColumns(tree: FetchTree, names: readonly string[]): FetchTree {
  if (names.length === 0) return tree;
  const wanted = tree.view.columns.map(({ name }, i) => (tree.wanted[i] ?? false) || names.includes(name));
  return { ...tree, wanted, coveredBy: null };
}

/** All trees within a tree, itself first, each once. */
export function treesWithin(tree: FetchTree): readonly FetchTree[] {
  const found = new Set<FetchTree>([tree]);
  for (const each of found) for (const linked of each.links.values()) found.add(linked);
  return [...found];
}

/** A text that is equal for trees with the same columns. */
export function maskOf(tree: FetchTree): string {
  return tree.wanted.map((wanted) => wanted ? "1" : "0").join();
}

/** Reads the spec of a `fetch_only` value. */
export function fetchOnlySpec(content: Json): Json {
  if (!isObject(content) || !isObject(content["spec"])) throw tableError("fetch_only needs a spec");
  return content["spec"];
}

/** Whether a value may be a fetch spec at all: null, an object, or a list of column names. */
export function isFetchSpec(spec: Json): boolean {
  return spec === null || isObject(spec) || isArray(spec) && spec.every((name) => stringOf(name) !== null);
}
