/**
 * Where a reader is: which night is shown, and what is in the basket. Both are in the query of every address of the
 * page, so that it needs no script and no memory. An address may come from a stranger: what is not understood is left
 * out.
 */
import { type Basket, basketText, readBasket } from "./basket.ts";

/** The part of an address that all pages share. */
export interface PagePlace {
  /** Key of the night that is shown; null for the newest. */
  readonly night: string | null;
  readonly basket: Basket;
}

/** Values of a query; null and empty ones are left out. */
export type Query = Readonly<Record<string, string | number | null>>;

/** Names in the query for the shared part. */
const NIGHT = "at";
const BASKET = "basket";

/** The form of a night's key: `20261101T020700Z`, with `-2` behind it for a second night of that moment. */
const NIGHT_KEY = /^[0-9A-Za-z]{1,40}(?:-\d{1,4})?$/;

/** The key of a night in a query; null when there is no key, or it is not valid. */
export function nightIn(query: URLSearchParams, name: string = NIGHT): string | null {
  const key = query.get(name) ?? "";
  return NIGHT_KEY.test(key) ? key : null;
}

/** Reads where a reader is. */
export function readPlace(query: URLSearchParams): PagePlace {
  return { night: nightIn(query), basket: readBasket(query.get(BASKET) ?? "") };
}

/** The fields that a form needs to keep its reader's place. */
export function placeFields({ night, basket }: PagePlace): readonly (readonly [name: string, value: string])[] {
  return [
    ...night === null ? [] : [[NIGHT, night] as const],
    ...basket.length === 0 ? [] : [[BASKET, basketText(basket)] as const],
  ];
}

/** An address on this page. All segments and values are encoded here. */
export function hrefOf(place: PagePlace, segments: readonly (string | number)[], query: Query = {}): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== null && value !== "") params.set(name, String(value));
  }
  for (const [name, value] of placeFields(place)) params.set(name, value);
  const path = `/${segments.map((segment) => encodeURIComponent(segment)).join("/")}`;
  return params.size === 0 ? path : `${path}?${params}`;
}
