/**
 * The newest complete backup of an app, where its backups go. It reads only the catalogue of each file, and closes it
 * at once.
 */
import { listPlace, placeAt } from "../../source/find_source.ts";
import { inOrder, type SourceSnapshot } from "../../source/snapshot.ts";
import type { Surroundings } from "../model/command.ts";
import { sourceContext } from "./sources.ts";

/** The newest complete backup, or null when there is none. Other files there are passed over silently. */
export async function newestBackup(
  run: Pick<Surroundings, "clock" | "terminal" | "environment" | "signal">,
  to: string,
  app: string,
): Promise<SourceSnapshot | null> {
  const place = await placeAt(to);
  if (place === null) return null;
  const { snapshots } = await listPlace(place, sourceContext(run));
  // Files that were made before the app had a name do not contain one.
  const own = snapshots.filter(({ complete, app: { name } }) => complete && (name === null || name === app));
  return inOrder(own).at(-1) ?? null;
}
