/**
 * `npm:fflate`, named here and nowhere else. It streams a ZIP, which Deno cannot do, with 8 kB of plain ESM and no
 * dependencies. It writes no ZIP64: files and archives stay below 4 GiB. Nothing is changed in it.
 */
export { Zip, ZipDeflate } from "npm:fflate@0.8.3";
