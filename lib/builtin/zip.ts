/**
 * client-zip: makes a ZIP as a stream, while it is read; nothing in Deno does. It is named here and nowhere else, and
 * depends on no other package. With more than 65,535 files it writes a broken archive, so callers count the files
 * first.
 */
export { makeZip } from "npm:client-zip@2.5.1";
