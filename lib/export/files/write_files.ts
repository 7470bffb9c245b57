/**
 * Writes media as files into folders, and `index.csv`, which describes each. Bytes are compared with the SHA-256 in the
 * archive. It overwrites nothing, and no name leads out of the folder.
 */
import type { MediaReader, StoredMedium } from "../../archive/media/media_reader.ts";
import { FolderNames } from "../../naming/folder_names.ts";
import { type PartialFolder, SUMS_FILE } from "../../place/partial_folder.ts";
import { freeBytes } from "../../release_memory.ts";
import { rowIdText } from "../../value/row_id.ts";
import type { ExportJob, OutTable, TableResult } from "../job/export_job.ts";
import { OutContext } from "../rows/out_context.ts";
import { exportRows } from "../rows/export_rows.ts";
import { damagedMedium } from "../rows/medium_bytes.ts";
import { LabelLookup } from "../rows/label_lookup.ts";
import { csvText } from "../text/csv_cell.ts";
import { TextOutput } from "../text/text_output.ts";
import { filePath, type Naming } from "./media_names.ts";

/** Name of the file that describes the others. */
const INDEX = "index.csv";

const HEADINGS = ["table", "column", "row", "label", "name", "type", "bytes", "sha256", "file"];

/** How many files and bytes there are. */
interface MediaTally {
  files: number;
  bytes: number;
}

/** Writes all media of a job. `rows` of the results are files. */
export async function writeFiles(
  job: ExportJob,
  naming: Naming,
  folder: PartialFolder,
): Promise<readonly TableResult[]> {
  const indexFile = folder.file([INDEX]);
  const index = new TextOutput(indexFile);
  const style = { none: "", excel: false };
  const line = (fields: readonly string[]) => index.put(`${fields.map((field) => csvText(field, style)).join(",")}\n`);
  line(HEADINGS);
  using context = new OutContext(job);
  using labels = new LabelLookup(job);
  const top = new FolderNames([INDEX, SUMS_FILE, "export.json", "sha256"]);
  const tally: MediaTally = { files: 0, bytes: 0 };
  const results: TableResult[] = [];
  for (const table of job.tables) {
    const media = mediaColumns(table);
    if (media.columns.length === 0) continue;
    const name = media.plan.table.name;
    const below = top.give(name);
    const inside = new FolderNames();
    const folders = media.columns.map((column): [string, string] => [below, inside.give(column.plan.column.name)]);
    const before = tally.files;
    for await (const batch of exportRows(job, media)) {
      for (const { row, cells } of batch) {
        const id = rowIdText(media.plan.tableId, String(row));
        for (let i = 0; i < cells.length; i++) {
          const [column, facts] = [media.columns[i], context.medium(cells[i] ?? null)];
          if (column === undefined || facts === null) continue;
          const { stored } = facts;
          if (stored === null) {
            job.shortfalls.add("media-missing", name, column.plan.column.name, id);
            continue;
          }
          const label = labels.label(id);
          const path = filePath(naming, folders[i] ?? ["", ""], stored, { id, label });
          await writeMedium(folder, path, context.media, stored);
          tally.files++;
          tally.bytes += stored.length;
          job.progress.report({ type: "media", done: tally.files, total: tally.files, bytes: tally.bytes });
          line([
            name,
            column.plan.column.name,
            id,
            label ?? "",
            stored.name ?? "",
            stored.contentType ?? "",
            String(stored.length),
            stored.sha256,
            path.join("/"),
          ]);
        }
      }
    }
    results.push({ name, rows: tally.files - before, file: naming === "hash" ? "sha256" : below });
  }
  index.flush();
  await folder.finishFile(indexFile, [INDEX]);
  return results;
}

/** The table with its media alone. */
function mediaColumns(table: OutTable): OutTable {
  return { ...table, columns: table.columns.filter(({ kind }) => kind === "media") };
}

/** The file's own SHA-256 proves its bytes: computing it twice would cost a sixth of the time. */
async function writeMedium(
  folder: PartialFolder,
  path: readonly string[],
  reader: MediaReader,
  medium: StoredMedium,
): Promise<void> {
  // Only files that are named by their bytes can come twice.
  if (folder.has(path)) return;
  const file = folder.file(path);
  for (const piece of reader.bytes(medium)) {
    file.write(piece);
    freeBytes(piece);
  }
  const { sha256 } = await folder.finishFile(file, path, false);
  if (sha256 !== medium.sha256) throw damagedMedium(medium);
}
