/**
 * The shares of outputs, from 0 to 1, that go to a reviewer, by kind; a share for each tier where they differ. What is not
 * named is reviewed.
 */
export interface Sample {
  readonly [kind: string]: number | { readonly [tier: string]: number };
}

/** The share of outputs of a kind, made at a tier, that go to a reviewer. */
export function shareOf(sample: Sample, kind: string, tier: string): number {
  const share = Object.hasOwn(sample, kind) ? sample[kind] : undefined;
  if (share === undefined || typeof share === "number") return share ?? 1;
  return Object.hasOwn(share, tier) ? (share[tier] as number) : 1;
}
