/**
 * `npm:hyparquet`, named here and nowhere else: the reader on which the writer stands, so that it is there anyway. Files
 * that were written are read back with it. Nothing is changed in it.
 */
export { parquetMetadataAsync, parquetRead } from "npm:hyparquet@1.31.5";
