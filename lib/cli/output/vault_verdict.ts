/**
 * What a check of a whole vault says, for people.
 */
import { countOf } from "../../ui/text/count.ts";
import type { VaultFinding } from "../../vault/check/verify_vault.ts";
import type { VaultSnapshot } from "../../vault/store/snapshots.ts";

/** Numbers of the snapshots without a finding. */
export function goodSnapshots(
  snapshots: readonly VaultSnapshot[],
  findings: readonly VaultFinding[],
): readonly number[] {
  if (findings.some(({ snapshots: touched }) => touched === null)) return [];
  const bad = new Set(findings.flatMap(({ snapshots: touched }) => touched ?? []));
  return snapshots.map(({ number }) => number).filter((number) => !bad.has(number));
}

/** Lines that say whether a vault is good, and if not, what is left to do. */
export function vaultVerdict(
  file: string,
  snapshots: readonly VaultSnapshot[],
  findings: readonly VaultFinding[],
): readonly string[] {
  if (findings.length === 0) {
    return [`Good: ${countOf(snapshots.length, "snapshot")} of ${file}, each as it was taken in.`];
  }
  const good = goodSnapshots(snapshots, findings);
  const list = good.map((number) => `#${number}`).join(", ");
  return [
    `DAMAGED: ${file} is not as this program made it. Use a copy of it.`,
    good.length === 0
      ? "'extract' checks what it gives out: a snapshot that it writes is good."
      : `Still good, and to be had with 'extract': ${list}.`,
  ];
}
