/**
 * The canonical form of a JSON number, by its exact value and its kind: nothing is rounded on the way. Pure.
 */
import type { ByteBuffer } from "./byte_buffer.ts";

const DIGITS = /^-?\d+$/;
/** At most 15 digits and no exponent: each such decimal has its own double (IEEE 754). */
const SHORT = /^-?(?=[\d.]{1,16}$)\d+\.\d+$/;
const DECIMAL = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/;

/** Appends a number from its JSON source text. */
export function appendNumber(out: ByteBuffer, source: string): void {
  if (DIGITS.test(source)) return out.text("i", source === "-0" ? "0" : source);
  const value = Number(source);
  if (!SHORT.test(source)) {
    const decimal = normalDecimal(source);
    if (decimal !== normalDecimal(String(value))) return out.text("d", decimal);
  }
  out.tag("f");
  out.f64(value);
}

/** A decimal as `digits e power of ten`, its digits without zeros at either end; `0e0` for zero, whatever its sign. */
function normalDecimal(source: string): string {
  const [, sign = "", whole = "", fraction = "", exponent = "0"] = DECIMAL.exec(source) ?? [];
  const digits = (whole + fraction).replace(/^0+/, "");
  if (digits === "") return "0e0";
  const kept = digits.replace(/0+$/, "");
  const power = BigInt(exponent) - BigInt(fraction.length) + BigInt(digits.length - kept.length);
  return `${sign}${kept}e${power}`;
}
