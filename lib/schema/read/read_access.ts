/**
 * Reads the access of server and client code from a table's attributes: directly, or under `access`, as the shape has
 * it. What is absent or odd becomes Anvil's own default, `full` for the server and `none` for clients; clients never
 * get more.
 */
import { isObject, type JsonObject } from "../../json/exact_json.ts";
import { type Access, ACCESS_LEVELS } from "../model/app_schema.ts";
import { brief, isMissing } from "../model/attributes.ts";
import { type Place, shown, type Warn } from "../model/warnings.ts";

/** What Anvil uses for a table without access attributes. */
export const DEFAULT_ACCESS = { server: "full", client: "none" } as const;

type Side = keyof typeof DEFAULT_ACCESS;

/** Whether a JSON value is one of Anvil's access levels. */
export function isAccess(value: unknown): value is Access {
  return ACCESS_LEVELS.some((level) => level === value);
}

/** Reads both sides. It warns once when both are missing, otherwise once for each side that is odd or missing. */
export function readAccess(
  name: string,
  attributes: JsonObject,
  place: () => Place,
  warn: Warn,
): { readonly server: Access; readonly client: Access } {
  const told = (side: Side) => attributes[side] ?? (isObject(attributes["access"]) ? attributes["access"][side] : null);
  if (isMissing(told("server")) && isMissing(told("client"))) {
    warn("missing-access", `Table ${shown(name)} says no access; server full and client none are taken`, place);
    return DEFAULT_ACCESS;
  }
  const read = (side: Side): Access => {
    const value = told(side);
    if (isAccess(value)) return value;
    const taken = DEFAULT_ACCESS[side];
    if (isMissing(value)) {
      warn("missing-access", `Table ${shown(name)} says no ${side} access; ${taken} is taken`, place);
    } else {
      const levels = ACCESS_LEVELS.join(", ");
      warn(
        "odd-access",
        `Table ${shown(name)} has ${side} access ${brief(value)}, none of ${levels}; ${taken} is taken`,
        place,
      );
    }
    return taken;
  };
  return { server: read("server"), client: read("client") };
}
