/**
 * Whether an archive may come into a vault: whole by its own seal and digests, of the same app, and not older than the
 * newest snapshot. It only reads. Rows are checked while they are taken in.
 */
import { isHeld } from "../../archive/catalogue/catalogue.ts";
import { DIGEST_ALGORITHM } from "../../archive/digest/canonical.ts";
import { computeSeal, SEAL_KEY } from "../../archive/digest/seal.ts";
import { fileDigest } from "../../archive/digest/table_digest.ts";
import type { OpenArchive } from "../../archive/open_archive.ts";
import { countStored } from "../../archive/rows/row_reader.ts";
import { AnvilSqliteError } from "../../errors.ts";
import { textOf } from "../../sqlite/sql_value.ts";
import type { Provenance } from "../store/known_lines.ts";
import type { VaultSnapshot } from "../store/snapshots.ts";

/**
 * Checks what an archive says about itself.
 * @throws {AnvilSqliteError} `not-an-archive` (exit 20) for a file without rows of an app, `damaged` (exit 4)
 */
export function checkArchive({ engine, catalogue }: OpenArchive): void {
  const { tables, provenance } = catalogue;
  if (textOf(provenance.get("backup_start")) === null) {
    throw new AnvilSqliteError(`'${engine.path}' is not a backup: it has no rows of an app`, {
      code: "not-an-archive",
      hint: "Give files that 'anvil-sqlite backup' has written.",
    });
  }
  if (provenance.get("digest_algorithm") !== DIGEST_ALGORITHM) {
    throw damaged(engine.path, "its digests are of another kind");
  }
  if (provenance.get(SEAL_KEY) !== computeSeal(engine)) {
    throw damaged(engine.path, "its catalogue is not as it was when the file was finished");
  }
  const digests = tables.flatMap(({ plan, digest }) => digest === null ? [] : [{ id: plan.tableId, digest }]);
  if (provenance.get("digest") !== fileDigest(digests)) {
    throw damaged(engine.path, "its digest is not that of its tables");
  }
  for (const { plan, state, digest } of tables.filter(isHeld)) {
    if (state === "copied" ? digest === null : countStored(engine, plan) > 0) {
      throw damaged(engine.path, `table '${plan.table.name}' has no digest`);
    }
  }
}

function damaged(path: string, what: string): AnvilSqliteError {
  return new AnvilSqliteError(`DAMAGED: '${path}' is not what was backed up: ${what}`, {
    code: "damaged",
    hint: "It was not taken in, and the vault is as it was. 'verify' says more about the file.",
  });
}

/** The snapshot of this same archive, if it was taken in before; otherwise null. */
export function sameSnapshot(snapshots: readonly VaultSnapshot[], provenance: Provenance): VaultSnapshot | null {
  const [start, digest] = [provenance.get("backup_start"), provenance.get("digest")];
  return snapshots.find(({ takenAt, digest: known }) => takenAt === start && known === digest) ?? null;
}

/**
 * Checks that an archive is newer than the newest snapshot, and of the same app.
 * @throws {AnvilSqliteError} `older-snapshot`, `other-app` (exit 2)
 */
export function checkFollows(
  path: string,
  newest: VaultSnapshot,
  before: Provenance,
  now: Provenance,
  force: boolean,
): void {
  const start = String(now.get("backup_start"));
  if (start < newest.takenAt) {
    throw new AnvilSqliteError(`'${path}' is of ${start}, and the vault's newest snapshot is of ${newest.takenAt}`, {
      code: "older-snapshot",
      hint: "Nothing is put into the past of a vault. Begin a new vault: 'vault add' sorts the files that it is given.",
    });
  }
  if (force || appOf(before) === appOf(now)) return;
  throw new AnvilSqliteError(`'${path}' is of another app: ${appOf(now)}; the vault has ${appOf(before)}`, {
    code: "other-app",
    hint: "Give each app a vault of its own. If it is the same app after all, add --force.",
  });
}

/** What identifies an app: its id and environment, otherwise the host that served it. */
function appOf(provenance: Provenance): string {
  const text = (key: string) => textOf(provenance.get(key)) ?? "";
  const id = text("app_id");
  return [id === "" ? hostOf(text("url")) : id, text("environment")].filter((part) => part !== "").join(", ");
}

function hostOf(url: string): string {
  return URL.parse(url)?.host ?? url;
}
