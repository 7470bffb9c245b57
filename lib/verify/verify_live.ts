/**
 * Whether a file is what the app holds now: the app is read once more, and both are compared as `diff` does. The file
 * itself is only read.
 */
import { type ArchiveDifference, compareArchives, type DiffSide } from "../diff/archives/compare_archives.ts";
import { changedCellText, rowText, totalsText } from "../diff/archives/difference_text.ts";
import { RowNames } from "../diff/archives/row_names.ts";
import type { BackupResult } from "../backup/run_backup.ts";
import type { ReturnedRows } from "../id_map/read_id_map.ts";
import type { Finding } from "./finding.ts";
import { type LiveOptions, readLive } from "./read_live.ts";

/** The result of a comparison. */
interface LiveComparison {
  readonly findings: readonly Finding[];
  /** How the app was read; its own exit code says whether all of it could be. */
  readonly read: BackupResult;
}

/** What is compared. */
interface LiveChecks {
  /** Whether media are read again. */
  readonly media: boolean;
  /** Whether the digests in the file were checked and are right. */
  readonly digestsChecked: boolean;
  /** Rows that came back under a new id, by id maps. Default: none. */
  readonly returned?: readonly ReturnedRows[];
}

/** Compares a file with the live app. */
export async function verifyLive(file: DiffSide, options: LiveOptions, checks: LiveChecks): Promise<LiveComparison> {
  await using live = await readLive(file, options, checks.media);
  const { archive: now, media, read } = live;
  using names = new RowNames(now, file);
  const trustDigests = checks.digestsChecked && media === checks.media;
  const findings: Finding[] = [];
  for (
    const difference of compareArchives(file, now, { media, trustDigests, tables: [], returned: checks.returned ?? [] })
  ) {
    findings.push(...findingOf(difference, names));
  }
  return { findings, read };
}

function findingOf(difference: ArchiveDifference, names: RowNames): readonly Finding[] {
  const { kind, table } = difference;
  switch (kind) {
    case "schema":
      return [{ kind, table, row: null, message: difference.message }];
    case "not-compared":
      // What could not be read of the app is in the result of reading it.
      return [];
    case "table":
      return [{ kind: "rows", table, row: null, message: `Table '${table}': rows ${totalsText(difference)}` }];
    case "row": {
      const { change, row, newRow, cells } = difference;
      const name = `Row ${rowText(difference)} of table '${table}'`;
      const values = cells.map((cell) => changedCellText(cell, change, (link) => names.of(link))).join("; ");
      const what = {
        added: "is new",
        deleted: "is gone",
        changed: `changed: ${values}`,
        returned: `came back as ${newRow}${values === "" ? "" : `, changed: ${values}`}`,
      }[change];
      return [{ kind: "rows", table, row, message: `${name} ${what}` }];
    }
  }
}
