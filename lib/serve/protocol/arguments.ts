/**
 * The arguments of a CALL: its JSON with the `objects` put in their places; capabilities are checked on the way. It
 * runs no call. Media are only noted, since their bytes come later.
 */
import {
  canonicalJson,
  isArray,
  isObject,
  type Json,
  type JsonObject,
  numeral,
  stringOf,
} from "../../json/exact_json.ts";
import { type Capability, capabilityOf, type PathStep, type WireObject } from "../../uplink/wire_object.ts";
import { objectsOf } from "../../uplink/frames.ts";
import type { Sealer } from "./capabilities.ts";
import { DropConnection } from "./errors.ts";

/** A decoded argument: JSON, with instances of the classes below in the places that `objects` names. */
export type Value = Json | WireValue | readonly Value[] | { readonly [key: string]: Value };

/** A date, as `YYYY-MM-DD`. */
export class DateValue {
  constructor(readonly text: string) {}
}

/** A datetime in the wire's form. */
export class DateTimeValue {
  constructor(readonly text: string) {}
}

/** A float that JSON cannot spell. */
export class FloatValue {
  constructor(readonly name: string) {}
}

/** Media whose bytes follow the CALL. */
export class DataMediaValue {
  constructor(readonly id: string, readonly contentType: string | null, readonly name: string | null) {}
}

/** Media that the server already has. */
export class LazyMediaValue {
  constructor(readonly manager: string, readonly id: string, readonly key: string, readonly entry: JsonObject) {}
}

/** A capability whose MAC has been verified. */
export class CapabilityValue {
  constructor(readonly capability: Capability) {}
}

/** An instance of a portable class. */
export class TypedValue {
  constructor(readonly typeName: string, readonly content: Value) {}
}

/** Any of the classes above. */
type WireValue =
  | DateValue
  | DateTimeValue
  | FloatValue
  | DataMediaValue
  | LazyMediaValue
  | CapabilityValue
  | TypedValue;

const WIRE_CLASSES = [
  DateValue,
  DateTimeValue,
  FloatValue,
  DataMediaValue,
  LazyMediaValue,
  CapabilityValue,
  TypedValue,
] as const;

/** Whether a value is one of the classes above, which JSON does not have. */
export function isWireValue(value: Value | undefined): value is WireValue {
  return WIRE_CLASSES.some((wireClass) => value instanceof wireClass);
}

/** Whether a value is a list. */
export function isList(value: Value | undefined): value is readonly Value[] {
  return Array.isArray(value);
}

/** Whether a value is an object of named values. */
export function isRecord(value: Value | undefined): value is { readonly [key: string]: Value } {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !isWireValue(value);
}

/** Whether no part of a value came from `objects`. */
export function isPlainJson(value: Value): value is Json {
  if (isWireValue(value)) return false;
  if (isList(value)) return value.every(isPlainJson);
  return isRecord(value) ? Object.values(value).every(isPlainJson) : true;
}

/** A CALL's arguments. */
interface CallArguments {
  readonly args: readonly Value[];
  readonly kwargs: { readonly [name: string]: Value };
  /** Media whose bytes will follow. */
  readonly media: readonly DataMediaValue[];
}

/**
 * Decodes arguments.
 * @throws {DropConnection} for an unknown type of object, a MAC that does not fit, or a Long that is not a number
 */
export function readArguments(frame: JsonObject, sealer: Sealer): CallArguments {
  const { args, kwargs } = frame;
  // The frame has just been parsed and belongs to this call alone, so objects are put into it directly.
  const root = { args: isArray(args) ? args : [], kwargs: isObject(kwargs) ? kwargs : {} };
  const media: DataMediaValue[] = [];
  for (const entry of objectsOf(frame)) {
    const { path } = entry;
    if (!isArray(path) || path.length < 2) continue;
    const holder = containerAt(root, path);
    const key = path.at(-1);
    if (holder === null || key === undefined || !Object.hasOwn(holder, key)) continue;
    const value = decodeObject(entry, sealer, holder[key] ?? null);
    if (value instanceof DataMediaValue) media.push(value);
    holder[key] = value;
  }
  return { ...root, media };
}

/** A list or object into which a value can be put. */
type Container = { [key: PathStep]: Value };

function containerAt(
  root: { readonly args: Json; readonly kwargs: Json },
  path: readonly PathStep[],
): Container | null {
  let at: unknown = root;
  for (const step of path.slice(0, -1)) {
    if (typeof at !== "object" || at === null || isWireValue(at as Value) || !Object.hasOwn(at, step)) return null;
    at = (at as { readonly [key: PathStep]: unknown })[step];
  }
  return typeof at === "object" && at !== null && !isWireValue(at as Value) ? at as Container : null;
}

function decodeObject(entry: WireObject, sealer: Sealer, content: Value): Value {
  const type = isArray(entry.type) ? entry.type[0] : undefined;
  const text = stringOf(entry["value"] ?? null);
  switch (type) {
    case "Primitive":
      return entry["value"] ?? null;
    case "Date":
      return new DateValue(text ?? "");
    case "DateTime":
      return new DateTimeValue(text ?? "");
    case "Long":
      if (text === null || !/^[+-]?\d+$/.test(text)) throw new DropConnection("A Long that is not a number");
      return numeral(BigInt(text).toString());
    case "Float":
      return new FloatValue(text ?? "NaN");
    case "DataMedia":
      return new DataMediaValue(String(entry["id"]), stringOf(entry["mime-type"]), stringOf(entry["name"]));
    case "LazyMedia":
      return lazyMediaOf(entry);
    case "Capability":
      return new CapabilityValue(verified(entry, sealer));
    case "ValueType":
      return new TypedValue(stringOf(entry["typeName"]) ?? "", content);
    case "ClassType":
      return new TypedValue("ClassType", stringOf(entry["typeName"]) ?? "");
    default:
      // A LiveObject too: this server never issued one, so its MAC cannot be right.
      throw new DropConnection("An object of unknown type");
  }
}

/** Reads a LazyMedia, from `objects` or as plain JSON. */
export function lazyMediaOf(entry: JsonObject): LazyMediaValue {
  const { manager, id, key } = entry;
  return new LazyMediaValue(stringOf(manager) ?? "", stringOf(id) ?? "", stringOf(key) ?? "", entry);
}

function verified(entry: WireObject, sealer: Sealer): Capability {
  const capability = capabilityOf(entry);
  if (capability === null || !sealer.verifies(canonicalJson(capability.scope), capability.mac)) {
    throw new DropConnection("A capability whose MAC does not verify");
  }
  return capability;
}
