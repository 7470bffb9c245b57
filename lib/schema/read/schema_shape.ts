/**
 * Where an `anvil.yaml` has names and titles: there a scalar is its text, whatever else YAML would take it for. A title, a
 * target and a type may be null, which says that there is none; a column always has a name. Only the list.
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
