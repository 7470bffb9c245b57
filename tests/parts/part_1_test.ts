/** One of five parts of the tests of every day. */
import { importPart } from "./import_part.ts";

await importPart(1);
