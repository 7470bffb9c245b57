/**
 * The order of JSON values as PostgreSQL's `jsonb` has it: null, texts, numbers, booleans, lists, objects; lists by
 * length, then item by item; objects by the number of members, then member by member. Pure.
 * Source: postgresql.org/docs/15/datatype-json.html, 8.14.4, tried on PostgreSQL 15.
 */
import { isArray, isObject, type Json, type JsonObject, numberSource, stringOf } from "../../json/exact_json.ts";
import { compareTexts } from "./text_order.ts";

/** Compares two whole values. An empty list comes before everything else here, and only here. */
export function compareJson(a: Json, b: Json): number {
  const [emptyA, emptyB] = [isEmptyList(a), isEmptyList(b)];
  if (emptyA || emptyB) return Number(emptyB) - Number(emptyA);
  return compareWithin(a, b);
}

function isEmptyList(value: Json): boolean {
  return isArray(value) && value.length === 0;
}

function compareWithin(a: Json, b: Json): number {
  const byKind = kindOf(a) - kindOf(b);
  if (byKind !== 0) return byKind;
  if (isArray(a) && isArray(b)) return compareLists(a, b);
  if (isObject(a) && isObject(b)) return compareObjects(a, b);
  if (typeof a === "boolean" && typeof b === "boolean") return Number(a) - Number(b);
  const [sourceA, sourceB] = [numberSource(a), numberSource(b)];
  if (sourceA !== null && sourceB !== null) return compareNumbers(sourceA, sourceB);
  return compareTexts(stringOf(a) ?? "", stringOf(b) ?? "");
}

function kindOf(value: Json): number {
  if (value === null) return 0;
  if (typeof value === "boolean") return 3;
  if (isArray(value)) return 4;
  if (isObject(value)) return 5;
  return numberSource(value) === null ? 1 : 2;
}

function compareLists(a: readonly Json[], b: readonly Json[]): number {
  if (a.length !== b.length) return a.length - b.length;
  return firstDifference(a.map((item, i) => compareWithin(item, b[i] ?? null)));
}

/** Members in the order that `jsonb` keeps them in: short names first. */
function compareObjects(a: JsonObject, b: JsonObject): number {
  const [membersA, membersB] = [membersOf(a), membersOf(b)];
  if (membersA.length !== membersB.length) return membersA.length - membersB.length;
  return firstDifference(membersA.map(([key, value], i) => {
    const [otherKey, otherValue] = membersB[i] ?? ["", null];
    return compareTexts(key, otherKey) || compareWithin(value, otherValue);
  }));
}

function membersOf(object: JsonObject): readonly (readonly [string, Json])[] {
  const bytes = (key: string) => new TextEncoder().encode(key).length;
  return Object.entries(object).sort(([a], [b]) => bytes(a) - bytes(b) || compareTexts(a, b));
}

function firstDifference(differences: readonly number[]): number {
  return differences.find((difference) => difference !== 0) ?? 0;
}

/** Compared as doubles; equal ones are compared as the exact integers. */
function compareNumbers(a: string, b: string): number {
  const difference = Number(a) - Number(b);
  if (difference !== 0 && !Number.isNaN(difference)) return difference;
  if (!/^-?\d+$/.test(a) || !/^-?\d+$/.test(b)) return 0;
  const [first, second] = [BigInt(a), BigInt(b)];
  return first < second ? -1 : first > second ? 1 : 0;
}
