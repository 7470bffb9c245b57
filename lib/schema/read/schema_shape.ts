/**
 * The places in an `anvil.yaml` that hold names and titles. There a scalar is its text, even if YAML would read another
 * value. A title, a target and a type may be null, which means that it does not exist; a column always has a name. Only
 * the list.
 */
import type { Shape } from "./yaml_json.ts";

const NAME: Shape = { scalar: "name" };
const TEXT: Shape = { scalar: "text" };

const COLUMN: Shape = { members: { id: TEXT, name: NAME, type: TEXT, backend: TEXT, target: TEXT } };
const INDEX: Shape = { members: { type: TEXT, columns: { each: NAME } } };
const TABLE: Shape = {
  members: {
    name: TEXT,
    python_name: TEXT,
    title: TEXT,
    access: { members: { python_name: TEXT } },
    columns: { each: COLUMN },
    indexes: { each: INDEX },
  },
};

/** `db_schema` and `exported_table_schema`, as a list or as a mapping. */
export const SCHEMA_SHAPE: Shape = { each: TABLE };
