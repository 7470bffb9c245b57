/**
 * client-zip: a ZIP as a stream, made while it is read; nothing in Deno makes one. Named here alone; it has no packages of
 * its own. Above 65,535 files it writes a broken archive: whoever calls it counts first.
 */
export { makeZip } from "npm:client-zip@2.5.1";
