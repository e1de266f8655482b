/** A sum over runs that is divided by another, such as dollars by accepted tasks. */
export interface Ratio {
  readonly value: number;
  /** Of the value, by how runs differ; squared. */
  readonly variance: number;
  readonly runs: number;
}

/** One run's share in both sums. */
export interface Part {
  readonly of: number;
  readonly per: number;
}

/**
 * A ratio of sums, and how sure it is: runs are what was drawn, and the tasks of a run are alike, so runs count and not
 * tasks. By linearization, which needs no dice. `undefined` for fewer than two runs, or nothing to divide by.
 */
export function ratioOf(parts: readonly Part[]): Ratio | undefined {
  const runs = parts.length;
  const [of, per] = [sum(parts, (part) => part.of), sum(parts, (part) => part.per)];
  if (runs < 2 || per === 0) return undefined;
  const value = of / per;
  const squares = sum(parts, (part) => (part.of - value * part.per) ** 2);
  return { value, variance: (runs / (runs - 1)) * (squares / per ** 2), runs };
}

/** A difference, and the bounds that it lies in with a chance of 95 %. */
export interface Difference {
  /** Treatment less control. */
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** Two ratios of one stratum, and how much the stratum weighs among all. */
export interface Pair {
  readonly control: Ratio;
  readonly treatment: Ratio;
  readonly weight: number;
}

/** The weighted difference over strata, with an interval of Student's t. `undefined` without any. */
export function differenceOf(pairs: readonly Pair[]): Difference | undefined {
  const total = sum(pairs, ({ weight }) => weight);
  if (total === 0) return undefined;
  const parts = pairs.flatMap(({ control, treatment, weight }) => {
    const share = weight / total;
    return [control, treatment].map(({ variance, runs }) => ({ variance: share ** 2 * variance, runs }));
  });
  const value = sum(
    pairs,
    ({ control, treatment, weight }) => (weight / total) * (treatment.value - control.value),
  );
  const variance = sum(parts, (part) => part.variance);
  const half = variance === 0 ? 0 : quantile(freedomOf(parts)) * Math.sqrt(variance);
  return { value, low: value - half, high: value + half };
}

/** Degrees of freedom, by Welch and Satterthwaite. */
function freedomOf(parts: readonly { readonly variance: number; readonly runs: number }[]): number {
  const variance = sum(parts, (part) => part.variance);
  return variance ** 2 / sum(parts, (part) => part.variance ** 2 / (part.runs - 1));
}

/** The 97.5 % quantile of the normal distribution. */
const Z = 1.959964;

/** The 97.5 % quantile of Student's t, by its expansion about the normal distribution. */
function quantile(freedom: number): number {
  const n = Math.max(2, freedom);
  const terms = [
    Z,
    (Z ** 3 + Z) / (4 * n),
    (5 * Z ** 5 + 16 * Z ** 3 + 3 * Z) / (96 * n ** 2),
    (3 * Z ** 7 + 19 * Z ** 5 + 17 * Z ** 3 - 15 * Z) / (384 * n ** 3),
  ];
  return sum(terms, (term) => term);
}

function sum<Item>(items: readonly Item[], of: (item: Item) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}
