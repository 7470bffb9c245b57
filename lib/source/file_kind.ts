/**
 * What kind of file a path leads to, by its first hundred bytes. It opens no database, so that a folder of hundreds of
 * files is sorted at once.
 */
import { APPLICATION_ID, VAULT_APPLICATION_ID } from "../archive/catalogue/identity.ts";
import { ID_MAP_APPLICATION_ID } from "../id_map/id_map.ts";
import { applicationIdAt } from "../sqlite/application_id.ts";

/** Kinds of files; `other` is any file that is not ours. */
type FileKind = "archive" | "vault" | "id-map" | "other";

/** The kind of a regular file. `other` for a file that cannot be read; the code that opens it reports why. */
export async function fileKind(path: string): Promise<FileKind> {
  const id = await applicationIdAt(path);
  if (id === APPLICATION_ID) return "archive";
  if (id === VAULT_APPLICATION_ID) return "vault";
  return id === ID_MAP_APPLICATION_ID ? "id-map" : "other";
}
