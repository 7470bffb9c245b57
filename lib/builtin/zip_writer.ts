/**
 * `npm:fflate`, named here and nowhere else: streams a ZIP with 8 kB of plain ESM and no dependencies, which Deno has not
 * built in. It writes no ZIP64: files and archives stay below 4 GiB. Nothing is changed in it.
 */
export { Zip, ZipDeflate } from "npm:fflate@0.8.3";
