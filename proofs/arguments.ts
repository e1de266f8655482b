// What every proof's command line has in common: whole numbers that are in range, or a clear refusal.

/** A whole number from a command line. @throws RangeError when it is none, or out of range. */
export function toCount(name: string, value: string | undefined, most: number, fallback: number): number {
  if (value === undefined) return fallback;
  const count = Number(value);
  if (Number.isInteger(count) && count >= 1 && count <= most) return count;
  throw new RangeError(`Expected --${name} to be a whole number from 1 to ${most}, got "${value}".`);
}
