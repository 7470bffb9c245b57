/**
 * A second thread that makes parts of tables as text, with an archive that it opens itself. Both ends of the thread are
 * in this file. It writes nothing. One is enough for the two cores that this program expects; each takes some 60 MB.
 */
import { openArchive } from "../../archive/open_archive.ts";
import { answerRequests, Helper } from "../../threads/helper.ts";
import type { WorkerScope } from "../../threads/worker_scope.ts";
import { chooseExport } from "../job/choose_export.ts";
import type { ExportContent, ExportJob } from "../job/export_job.ts";
import { OutContext } from "../rows/out_context.ts";
import type { TextFormat } from "../text/table_text.ts";
import { textOfTable } from "../text/text_of_table.ts";
import { type JobRecipe, PartMaker, type PartRequest, type PartText } from "./table_part.ts";

/** A message to the thread. */
type Request =
  | { readonly kind: "part"; readonly part: PartRequest }
  /** Closes the archive, which may have to be deleted: Windows cannot delete an open file. */
  | { readonly kind: "close" };

/** What makes the parts of each table in the thread. */
interface Makers {
  of(table: number): PartMaker;
  close(): void;
}

/** The name by which the main module recognises such a thread. */
const NAME = "export";

/** Answers requests until the thread ends. */
export function answerTexts(scope: WorkerScope): void {
  let makers: Promise<Makers> | null = null;
  answerRequests<Request, PartText | null>(scope, async (request) => {
    if (request.kind === "close") {
      (await makers)?.close();
      return { result: null };
    }
    const { recipe, table, ...part } = request.part;
    makers ??= makersOf(recipe);
    const result = (await makers).of(table).make(part);
    return { result, transfer: result.pieces.map(({ buffer }) => buffer) };
  });
}

/** The thread belongs to one export, of one archive. */
async function makersOf({ path, choice, secret, labels, text }: JobRecipe): Promise<Makers> {
  const archive = await openArchive(path);
  const job: ExportContent = { archive, ...chooseExport(archive, choice), secret, labels };
  const context = new OutContext(job);
  const makers = new Map<number, PartMaker>();
  return {
    of: (place) => {
      const known = makers.get(place);
      if (known !== undefined) return known;
      const table = job.tables[place];
      if (table === undefined) throw new RangeError(`Table ${place}`);
      const maker = new PartMaker(job, table, textOfTable(text, table, context));
      makers.set(place, maker);
      return maker;
    },
    close: () => archive[Symbol.dispose](),
  };
}

/** The thread, seen from its owner. It is started when it is first needed. */
export class TextHelper implements AsyncDisposable {
  readonly #module: string;
  readonly #recipe: JobRecipe;
  #helper: Helper<Request, PartText | null> | null = null;
  #isOpen = false;
  #failed = false;

  constructor(module: string, recipe: JobRecipe) {
    this.#module = module;
    this.#recipe = recipe;
  }

  /** Whether it has failed once: then it gets no more work. */
  get failed(): boolean {
    return this.#failed;
  }

  /** Has a part made. Null when it must be made here; a failure of the archive itself will then show again. */
  async make(part: Omit<PartRequest, "recipe">): Promise<PartText | null> {
    if (this.#failed) return null;
    this.#helper ??= new Helper(this.#module, NAME);
    try {
      const made = await this.#helper.run({ kind: "part", part: { recipe: this.#recipe, ...part } });
      this.#isOpen = true;
      // An earlier failure may have left an unfinished part.
      return this.#failed ? null : made;
    } catch {
      this.#failed = true;
      return null;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    using helper = this.#helper;
    // A thread that has answered nothing yet is not waited for: it may never answer.
    if (this.#isOpen && !this.#failed) await helper?.run({ kind: "close" }).catch(() => {});
  }
}

/** The helper of an export; null if it would not help, or is not wanted. */
export async function textHelper(job: ExportJob, text: TextFormat): Promise<TextHelper | null> {
  const { helperModule, choice, secret, labels, archive: { engine: { path } } } = job;
  if (helperModule === undefined || navigator.hardwareConcurrency < 2) return null;
  // A thread that is killed leaves the files that SQLite has put beside the archive.
  const hasWal = await Deno.lstat(`${path}-wal`).then(() => true, () => false);
  return hasWal ? null : new TextHelper(helperModule, { path, choice, secret, labels, text });
}
