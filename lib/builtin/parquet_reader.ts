/**
 * `npm:hyparquet`, named here and nowhere else. The writer depends on this reader, so it is there anyway. Written files
 * are read back with it. Nothing is changed in it.
 */
export { parquetMetadataAsync, parquetRead } from "npm:hyparquet@1.31.5";
