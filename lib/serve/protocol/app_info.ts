/**
 * `app-info` of the greeting: what the archive knows of the app that it was made from. It makes no calls.
 */
import { isObject, type JsonObject, parseExact } from "../../json/exact_json.ts";
import { type SqlValue, textOf } from "../../sqlite/sql_value.ts";

/** What the archive knows of its app, as the greeting spells it. */
export function appInfoOf(provenance: ReadonlyMap<string, SqlValue>): JsonObject {
  const environment = parsedObject(textOf(provenance.get("environment")));
  return {
    id: textOf(provenance.get("app_id")) ?? "",
    branch: textOf(provenance.get("branch")),
    environment: Object.keys(environment).length > 0 ? environment : { description: "App Server" },
  };
}

function parsedObject(text: string | null): JsonObject {
  try {
    const value = parseExact(text ?? "{}");
    return isObject(value) ? value : {};
  } catch {
    return {};
  }
}
