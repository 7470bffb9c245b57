/**
 * `npm:hyparquet-writer`, named here and nowhere else. Parquet is too large a format to write by hand. This is the only
 * writer that is plain ESM, so that it also runs from a URL and in a compiled program. Nothing is changed in it.
 */
export { ByteWriter, ParquetWriter } from "npm:hyparquet-writer@0.17.0";
