/**
 * Keeps what `verify` and `drill` found beside the backup, so that `status` and `prune` know of it. When that cannot be
 * written, the backup is as good as before: only a warning is shown.
 */
import type { BackupCheck } from "../../source/checks.ts";
import { checksFolder, recordCheck } from "../../source/checks.ts";
import type { ChosenSnapshot } from "../../source/choose_snapshot.ts";
import { plainText } from "../../ui/text/plain_text.ts";
import type { Surroundings } from "../model/command.ts";
import { warningLine } from "../terminal/warning_line.ts";

/** What was checked, and the result. */
interface Checked {
  readonly digest: string;
  readonly kind: BackupCheck["kind"];
  readonly isGood: boolean;
}

/** Adds a line about a backup, with the backup's digest. */
export async function keepCheck(
  { clock, terminal }: Pick<Surroundings, "clock" | "terminal">,
  { source }: Pick<ChosenSnapshot, "source">,
  { digest, kind, isGood }: Checked,
): Promise<void> {
  if (digest === "") return;
  try {
    await recordCheck(checksFolder(source), {
      digest,
      time: new Date(clock.now()),
      kind,
      result: isGood ? "good" : "bad",
    });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    terminal.line(warningLine(plainText(`What was found cannot be kept beside the backup: ${reason}`), terminal.color));
  }
}
