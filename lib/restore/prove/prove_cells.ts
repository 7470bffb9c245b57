/**
 * Reads back the cells that were set in existing rows, and compares them with what was written. A value that is neither
 * the written nor the earlier one was set by somebody later: it is reported, and is not a difference. It writes
 * nothing.
 */
import { isMappedMedium, type MappedMedium, type MappedValue } from "../../id_map/mapped_value.ts";
import type { IdMap } from "../../id_map/id_map.ts";
import type { MapCell } from "../../id_map/map_cells.ts";
import type { ColumnSchema } from "../../schema/model/app_schema.ts";
import { type Decoded, isCell, isMediaHandle } from "../../tables/cell_codec.ts";
import { fetchMedia } from "../../tables/fetch_media.ts";
import { readRowsById } from "../../tables/read/read_rows.ts";
import { tableReader } from "../../tables/read/table_reader.ts";
import { freshStack } from "../../tables/transaction.ts";
import { PATIENCE } from "../../uplink/limits.ts";
import { patiently } from "../../uplink/patience.ts";
import { type RowId, rowIdText } from "../../value/row_id.ts";
import { linksIn } from "../in_place/link_cells.ts";
import { type UsableTable, usableTable } from "../in_place/live_tables.ts";
import type { AppLink } from "../job/app_link.ts";
import { HashSink } from "../job/hash_sink.ts";
import { patienceOf, type RestoreOptions } from "../job/restore_options.ts";
import { sameInStorage } from "../job/storage_changes.ts";
import type { DifferenceList } from "./difference_list.ts";

/** Rows that are read back together. */
const ROWS = 1_000;

/** Compares all cells that were set. */
export async function proveCells(
  options: RestoreOptions,
  link: AppLink,
  idMap: IdMap,
  list: DifferenceList,
): Promise<void> {
  for (const id of idMap.cells.tables("written")) {
    const table = usableTable(link.target, id);
    if (table === null) continue;
    const proof = new CellProof(options, link, table, list);
    for (let after: RowId = "0";;) {
      options.signal.throwIfAborted();
      const cells = idMap.cells.page(id, "written", after, ROWS);
      const last = cells.at(-1);
      if (last === undefined) break;
      after = last.row;
      await proof.compare(cells);
    }
  }
}

class CellProof {
  readonly #options: RestoreOptions;
  readonly #link: AppLink;
  readonly #table: UsableTable;
  readonly #list: DifferenceList;

  constructor(options: RestoreOptions, link: AppLink, table: UsableTable, list: DifferenceList) {
    this.#options = options;
    this.#link = link;
    this.#table = table;
    this.#list = list;
  }

  async compare(cells: readonly MapCell[]): Promise<void> {
    const { live, columns: all } = this.#table;
    const names = new Set(cells.map(({ column }) => column));
    const columns = all.filter(({ name }) => names.has(name));
    const rows = Map.groupBy(cells, ({ row }) => row);
    const place = { connection: this.#link.connection, stack: freshStack("proof") };
    const found = await readRowsById(place, tableReader(live, columns), [...rows.keys()]);
    for (const [row, own] of rows) {
      const is = found.get(row);
      if (is === undefined) {
        this.#list.addLater({
          table: live.name,
          row: rowIdText(live.id, row),
          message: `Row ${rowIdText(live.id, row)} of table '${live.name}' was deleted after it was set`,
        });
        continue;
      }
      this.#list.rows++;
      for (const cell of own) {
        const at = columns.findIndex(({ name }) => name === cell.column);
        const column = columns[at];
        if (column !== undefined) await this.#cell(cell, column, is.cells[at] ?? null);
      }
    }
  }

  async #cell(cell: MapCell, column: ColumnSchema, is: Decoded): Promise<void> {
    const { kind } = column;
    if (kind === "link_single" || kind === "link_multiple") {
      this.#list.links += isMappedMedium(cell.wrote) ? 0 : linksIn(kind, cell.wrote).length;
    }
    if (await this.#isSame(kind, cell.wrote, is)) return;
    const { live } = this.#table;
    const row = rowIdText(live.id, cell.row);
    const where = `Row ${row} of table '${live.name}': column '${column.name}'`;
    if (await this.#isSame(kind, cell.was, is)) {
      this.#list.add({ table: live.name, row, message: `${where} still holds what it held before` });
    } else {
      this.#list.addLater({ table: live.name, row, message: `${where} was changed after it was set` });
    }
  }

  async #isSame(kind: ColumnSchema["kind"], value: MappedValue, is: Decoded): Promise<boolean> {
    if (isMappedMedium(value)) return await this.#isMedium(value, is);
    return isCell(is) && sameInStorage(this.#link.storageOf(this.#table.live.id), kind, is, value);
  }

  async #isMedium(value: MappedMedium, is: Decoded): Promise<boolean> {
    if (!isMediaHandle(is) || is.contentType !== value.contentType || is.name !== value.name) return false;
    if (value.sha256 === null) return value.serverId !== "" && value.serverId === is.id;
    const sink = new HashSink();
    const fetch = () => fetchMedia(this.#link.connection, is, sink);
    await patiently("reading a media file back", fetch, patienceOf(this.#options), PATIENCE.medium);
    this.#list.media++;
    this.#list.mediaBytes += sink.length;
    return sink.digest() === value.sha256;
  }
}
