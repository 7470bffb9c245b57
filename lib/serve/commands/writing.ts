/**
 * The table commands that write. Each checks access and every value first, and waits for media that are still on their
 * way. Then it writes all of the call or nothing.
 */
import { DataMediaValue, isList, isRecord, LazyMediaValue, type Value } from "../protocol/arguments.ts";
import { type Call, type CallReply, scopeOf, type Sight } from "./call.ts";
import { type CommandTable, V2_PREFIX } from "./command.ts";
import type { TableScope } from "../protocol/capabilities.ts";
import { noSuchColumn, opaqueError, tableError } from "../protocol/errors.ts";
import { findMedia } from "../reply/media_out.ts";
import { findRows } from "../reply/search.ts";
import { colsText, type ServedColumn, type TableView } from "../app/served_app.ts";
import { type CheckedValue, checkValue } from "../write/value_check.ts";
import type { SearchableView } from "../app/views.ts";
import { emptyTable, removeRows } from "../write/deletes.ts";
import { checkWithinView, fixedCells } from "../query/view_values.ts";
import { insertRows, type NewCell, type NewCells, updateRow } from "../write/writes.ts";

/** Checked values of a row, by column. */
type CheckedRow = ReadonlyMap<ServedColumn, CheckedValue>;

/** `table.add_row` */
async function addRow(call: Call): Promise<CallReply> {
  const scope = call.scope(0, "table");
  const { ids, sight, view } = await addAll(call, scope, [call.arg(1)]);
  const [id = "0"] = ids;
  return { response: `[${id},null,${bareSpec(view)}]`, objects: sight.rowEntry(view, id, `["response",1]`) };
}

/** `table.add_rows` */
async function addRows(call: Call): Promise<CallReply> {
  const scope = call.scope(0, "table");
  const list = call.arg(1);
  if (!isList(list)) throw tableError("add_rows needs a list of dicts");
  const { ids, sight, view } = await addAll(call, scope, list);
  const rows = ids.map((id) => `[${id},null]`);
  const objects = ids.map((id, i) => sight.rowEntry(view, id, `["response",0,${i},1]`));
  return { response: `[[${rows.join(",")}],${bareSpec(view)}]`, objects: objects.join(",") };
}

async function addAll(call: Call, scope: TableScope, rows: readonly Value[]) {
  const checked = await call.read((sight) => {
    const searchable = sight.table(scope);
    sight.views.check(searchable, "write");
    const fixed = fixedCells(searchable, sight.snapshot.storage);
    return rows.map((row): CheckedRow => new Map([...fixed, ...checkRow(sight, searchable.view, row)]));
  });
  await arrived(call, checked);
  const cells = await resolveMedia(call, checked);
  return await call.write((sight) => {
    const searchable = sight.table(scope);
    const { view } = searchable;
    const ids = insertRows(sight.writing, view.table, cells);
    checkWithinView(sight.snapshot, searchable, view.table, ids);
    return { sight, view, ids };
  });
}

/** `row.update` */
async function updateOne(call: Call): Promise<CallReply> {
  const [spec = "null"] = await updateAll(call, [[call.arg(0), call.arg(1)]]);
  return { response: spec };
}

/** `row.batch_update` */
async function batchUpdate(call: Call): Promise<CallReply> {
  const list = call.arg(0);
  const updates = (isList(list) ? list : []).map((entry): readonly [Value, Value] => {
    if (!isList(entry)) throw tableError("batch_update needs a list of updates");
    return [entry[0] ?? null, entry[1] ?? null];
  });
  return { response: `[${(await updateAll(call, updates)).join(",")}]` };
}

async function updateAll(
  call: Call,
  updates: readonly (readonly [row: Value, values: Value])[],
): Promise<readonly string[]> {
  const scopes = updates.map(([row]) => scopeOf(row, "row"));
  const checked = await call.read((sight) =>
    updates.map(([, values], i) => {
      const searchable = tableOf(sight, scopes[i]);
      sight.views.check(searchable, "write");
      return checkRow(sight, searchable.view, values);
    })
  );
  await arrived(call, checked);
  const cells = await resolveMedia(call, checked);
  return await call.write((sight) =>
    scopes.map((scope, i) => {
      const searchable = tableOf(sight, scope);
      const { view } = searchable;
      const row = scope.row ?? "0";
      updateRow(sight.writing, view.table, row, cells[i] ?? new Map());
      checkWithinView(sight.snapshot, searchable, view.table, [row]);
      return bareSpec(view);
    })
  );
}

function tableOf(sight: Sight, scope: TableScope | undefined): SearchableView {
  if (scope === undefined) throw opaqueError();
  return sight.table(scope);
}

/** `row.delete` */
function deleteOne(call: Call): Promise<CallReply> {
  return deleteAll(call, [call.arg(0)]);
}

/** `row.batch_delete` takes rows; `row.batch_delete_2` takes pairs of a row and overrides. */
function batchDelete(call: Call): Promise<CallReply> {
  const list = call.arg(0);
  return deleteAll(call, (isList(list) ? list : []).map((entry) => isList(entry) ? entry[0] ?? null : entry));
}

async function deleteAll(call: Call, rows: readonly Value[]): Promise<CallReply> {
  const scopes = rows.map((row) => scopeOf(row, "row"));
  await call.read((sight) => scopes.forEach((scope) => sight.views.check(sight.table(scope), "write")));
  await call.write((sight) => {
    const ways = Map.groupBy(scopes, (scope) => sight.table(scope).view.table);
    for (const [table, ofTable] of ways) removeRows(sight.writing, table, ofTable.map(({ row }) => row ?? "0"));
  });
  return { response: "null" };
}

/** `table.delete_all_rows` and `search.delete_all` */
async function deleteFound(call: Call, shape: "table" | "search"): Promise<CallReply> {
  const scope = call.scope(0, shape);
  const search = scope.search?.search ?? null;
  await call.read((sight) => {
    const searchable = sight.table(scope);
    sight.views.check(searchable, "write");
    if (searchable.view.element["cols"] !== undefined) throw tableError("Cannot delete all rows of a view");
  });
  await call.write((sight) => {
    const searchable = sight.table(scope);
    const { table } = searchable.view;
    if (search === null && searchable.restrict === null) return emptyTable(sight.writing, table);
    removeRows(sight.writing, table, findRows(sight.snapshot, searchable, search, Infinity));
  });
  return { response: "null" };
}

function checkRow({ snapshot }: Sight, view: TableView, values: Value): CheckedRow {
  if (!isRecord(values)) throw tableError("A row's values must be a dict");
  return new Map(
    Object.entries(values).map(([name, value]): [ServedColumn, CheckedValue] => {
      const column = view.columns.find((candidate) => candidate.name === name);
      if (column === undefined) throw noSuchColumn(name);
      return [column, checkValue(column, value, snapshot.storage)];
    }),
  );
}

/** Waits for all media that the rows name; the transaction's idle time goes on meanwhile. */
async function arrived(call: Call, rows: readonly CheckedRow[]): Promise<void> {
  for (const row of rows) {
    for (const value of row.values()) {
      if (value instanceof DataMediaValue) await call.incoming.get(value.id)?.arrived;
    }
  }
}

/** Turns media that arrived, and media that the archive has already, into media to store. */
async function resolveMedia(call: Call, rows: readonly CheckedRow[]): Promise<readonly NewCells[]> {
  const resolved: NewCells[] = [];
  for (const row of rows) {
    const cells = new Map<ServedColumn, NewCell>();
    for (const [column, value] of row) cells.set(column, await resolveValue(call, value));
    resolved.push(cells);
  }
  return resolved;
}

async function resolveValue(call: Call, value: CheckedValue): Promise<NewCell> {
  if (value instanceof DataMediaValue) {
    const source = await call.incoming.get(value.id)?.arrived;
    if (source === undefined) throw opaqueError();
    return { contentType: value.contentType, name: value.name, source };
  }
  if (!(value instanceof LazyMediaValue)) return value;
  if (!call.caller.mediaKeys.opens(value.manager, value.id, value.key)) throw opaqueError();
  return await call.read(({ snapshot }) => {
    const { contentType, name, sha256, length } = findMedia(snapshot, value.manager, value.id);
    return { contentType, name, source: { sha256, length } };
  });
}

/** The fetch spec of the answer to a write: all columns, none of them cached. */
function bareSpec(view: TableView): string {
  return `{"cols":${colsText(view)},"cache":[${view.columns.map(() => 0).join(",")}]}`;
}

/** Whether unknown columns are made on the fly: never here. */
function canAutoCreate(): CallReply {
  return { response: "false" };
}

/** These commands by name, with the number of their arguments. */
export const WRITE_COMMANDS: CommandTable = {
  [`${V2_PREFIX}table.add_row`]: { args: [2, 4], run: addRow },
  [`${V2_PREFIX}table.add_rows`]: { args: [2, 3], run: addRows },
  [`${V2_PREFIX}table.delete_all_rows`]: { args: [1, 1], run: (call) => deleteFound(call, "table") },
  [`${V2_PREFIX}search.delete_all`]: { args: [1, 1], run: (call) => deleteFound(call, "search") },
  [`${V2_PREFIX}row.update`]: { args: [2, 3], run: updateOne },
  [`${V2_PREFIX}row.batch_update`]: { args: [1, 1], run: batchUpdate },
  [`${V2_PREFIX}row.delete`]: { args: [1, 2], run: deleteOne },
  [`${V2_PREFIX}row.batch_delete`]: { args: [1, 1], run: batchDelete },
  [`${V2_PREFIX}row.batch_delete_2`]: { args: [1, 1], run: batchDelete },
  [`${V2_PREFIX}row.can_auto_create`]: { args: [0, 1], run: canAutoCreate },
};
