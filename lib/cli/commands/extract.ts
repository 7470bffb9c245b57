/**
 * `extract`: writes one snapshot of a source into a file of its own.
 */
import { openArchive } from "../../archive/open_archive.ts";
import { AnvilSqliteError } from "../../errors.ts";
import { EXIT, type ExitCode } from "../../exit_codes.ts";
import { chooseSnapshot } from "../../source/choose_snapshot.ts";
import { byteSize } from "../../ui/text/byte_size.ts";
import { jsonText } from "../../ui/text/json_text.ts";
import { plainText } from "../../ui/text/plain_text.ts";
import { vaultReader } from "../../vault/as_source/vault_reader.ts";
import type { EXTRACT } from "../descriptions/extract.ts";
import { sourceContext } from "../sources/sources.ts";
import type { Invocation } from "../model/command.ts";
import { usageError } from "../model/usage_error.ts";

/** Runs `extract` and returns its exit code. */
export async function run(invocation: Invocation<typeof EXTRACT>): Promise<ExitCode> {
  const { positionals, flags, terminal, signal } = invocation;
  const { output } = flags;
  if (output === null) throw usageError("Flag '--output' is missing", "Say where the file goes: -o FILE.sqlite.");
  await refuseExisting(output);
  const context = sourceContext(invocation);
  const vaults = vaultReader({ now: context.now, onStep: () => signal.throwIfAborted(), into: output });
  const chosen = await chooseSnapshot(positionals.source, { ...context, vaults });
  await using file = await chosen.open();
  const { digest, complete } = await factsOf(file.path);
  if (file.path !== output) await putFile(file.path, output);
  const { size } = await Deno.stat(output);
  if (flags.json) {
    terminal.out(`${jsonText({ source: chosen.name, file: output, bytes: size, complete, digest }, 2)}\n`);
  } else if (!flags.quiet) {
    terminal.line(plainText(`${chosen.name}, ${byteSize(size)}, digest ${digest}`));
    terminal.out(`${plainText(output)}\n`);
  }
  return EXIT.done;
}

async function factsOf(path: string) {
  using archive = await openArchive(path);
  const { provenance } = archive.catalogue;
  return { digest: String(provenance.get("digest") ?? ""), complete: provenance.get("complete") !== "no" };
}

async function refuseExisting(path: string): Promise<void> {
  const exists = await Deno.lstat(path).then(() => true, () => false);
  if (!exists) return;
  throw new AnvilSqliteError(`The file exists already: ${path}`, {
    code: "destination-exists",
    hint: "Choose another name with -o; nothing is overwritten.",
  });
}

/** Copies a file under a new name, which the copy gets when it is whole. It never overwrites another file. */
async function putFile(from: string, to: string): Promise<void> {
  try {
    using out = await Deno.open(to, { write: true, createNew: true, mode: 0o600 });
    try {
      using source = await Deno.open(from, { read: true });
      await source.readable.pipeTo(out.writable, { preventClose: true });
      await out.sync();
    } catch (error) {
      await Deno.remove(to).catch(() => {});
      throw error;
    }
  } catch (cause) {
    throw new AnvilSqliteError(`Cannot write '${to}': ${cause instanceof Error ? cause.message : cause}`, {
      code: cause instanceof Deno.errors.AlreadyExists ? "destination-exists" : "cannot-write",
      hint: "Choose another place with -o, and check permissions and free space.",
      cause,
    });
  }
}
