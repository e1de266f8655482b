import type { CallJournal } from "@terrace/core";

/** What some calls came to. */
export interface Spent {
  /** `null` when the price of one is unknown. */
  readonly microUsd: number | null;
  readonly latencyMs: number;
}

/** The journal of calls that belong to no run: it keeps nothing but what they came to. */
export function tally(): CallJournal & { spent(): Spent } {
  let total: Spent = { microUsd: 0, latencyMs: 0 };
  let sent = 0;
  const add = (costMicroUsd: number | null, latencyMs: number): void => {
    const microUsd = total.microUsd === null || costMicroUsd === null ? null : total.microUsd + costMicroUsd;
    total = { microUsd, latencyMs: total.latencyMs + latencyMs };
  };
  return {
    recorded: () => undefined,
    pending: () => undefined,
    left: () => null,
    async sent() {
      sent += 1;
      return `call_${sent}`;
    },
    async batched() {},
    async answered(_, { costMicroUsd, latencyMs }) {
      add(costMicroUsd, latencyMs);
    },
    async failed(_, { costMicroUsd, latencyMs }) {
      add(costMicroUsd, latencyMs);
    },
    spent: () => total,
  };
}
