/** A vault with one byte changed is never called good; `tests/soak` changes more. */
import { damageVault } from "../fixtures/vault/vault_damage.ts";
import { timesAsked } from "../fixtures/running/times_asked.ts";

const FLIPS = timesAsked(6);

Deno.test("a vault with a changed byte is never called good, whatever byte it is", () =>
  damageVault(FLIPS, 20_261_128));
