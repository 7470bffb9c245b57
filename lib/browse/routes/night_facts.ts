/**
 * Facts about one night, from its file and from what is known of all nights. It only reads.
 */
import type { BackupDetails } from "../pages/details_page.ts";
import type { NightFacts } from "../pages/health_page.ts";
import type { HomeFacts } from "../pages/home_page.ts";
import type { Library, Night } from "../model/night.ts";
import { shortened } from "../model/cell_view.ts";
import { localDay } from "../parts/local_time.ts";
import { squaresOf } from "../parts/night_strip.ts";
import type { NightFile } from "../queries/night_file.ts";

/** Characters of a fact that are shown. */
const LONGEST = 2_000;

/** Facts for the first page. */
export function homeFacts(library: Library, file: NightFile, night: Night, now: number): HomeFacts {
  const [media] = file.engine.query(`
    SELECT count(*), (SELECT coalesce(sum(size), 0) FROM
      (SELECT max(length) AS size FROM _anvil_media_objects WHERE state = 'stored' GROUP BY sha256))
    FROM _anvil_media_objects WHERE state = 'stored'`);
  const count = (table: string) => Number(file.engine.query(`SELECT count(*) FROM ${table}`)[0]?.[0] ?? 0);
  return {
    library,
    night,
    media: { stored: Number(media?.[0] ?? 0), bytes: Number(media?.[1] ?? 0) },
    warnings: count("_anvil_warnings"),
    brokenLinks: count("_anvil_dangling_links"),
    now,
  };
}

/** What a backup over the Uplink never holds. */
const NOT_INSIDE = [
  "the app's code, forms and assets",
  "secrets and service settings",
  "scheduled and background tasks",
  "the data of other environments",
];

/** Facts about a night for the health page. */
export function nightFacts(library: Library, file: NightFile, night: Night): NightFacts {
  const missing = squaresOf(library.nights).filter(({ state }) => state === "missing")
    .flatMap(({ start }) => start === null ? [] : [localDay(new Date(start))]);
  return {
    isComplete: night.complete,
    sameMoment: night.sameMoment,
    missing: [
      ...night.looksWrong,
      ...missing.length === 0 ? [] : [`Nights without a backup: ${missing.slice(-20).join(", ")}`],
    ],
    notInside: file.fact("schema_file") === "" ? [...NOT_INSIDE, "access rules and indexes of tables"] : NOT_INSIDE,
  };
}

/** Facts for the page of details. */
export function detailsOf(file: NightFile, night: Night): BackupDetails {
  const { provenance, tables } = file.archive.catalogue;
  return {
    source: night.source,
    provenance: [...provenance].toSorted(([a], [b]) => a < b ? -1 : 1)
      .map(([key, value]) => [key, shortened(String(value ?? ""), LONGEST).text] as const),
    tables,
  };
}
