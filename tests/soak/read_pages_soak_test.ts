/** Pages read in both ways, for many pages. */
import { fc } from "../deps.ts";
import { oddPages, spoiledPages, usualPages } from "../fixtures/texts/page_texts.ts";
import { assertSame } from "../fixtures/texts/read_pages.ts";
import { soakShare } from "../fixtures/running/soak_share.ts";

for (const [what, pages] of [["usual", usualPages], ["odd", oddPages], ["spoiled", spoiledPages]] as const) {
  Deno.test(`${what} pages read the same in both ways, or are left to the parser`, () => {
    fc.assert(fc.property(pages, assertSame), { numRuns: soakShare(5_000) });
  });
}
