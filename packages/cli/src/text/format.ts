// Figures as people read them.

/** Micro-dollars as dollars, with a sign when asked; small sums keep the digits that say something. */
export function formatMicroUsd(microUsd: number, options: { readonly signed?: boolean } = {}): string {
  const amount = Math.abs(microUsd) / 1_000_000;
  const sign = microUsd < 0 ? "−" : options.signed && microUsd > 0 ? "+" : "";
  return `${sign}$${amount.toFixed(amount < 10 ? 4 : 2)}`;
}

/** Milliseconds as `0.4s`, `12s` or `3m05s`. */
export function formatMs(ms: number): string {
  const tenths = Math.round(Math.max(0, ms) / 100);
  if (tenths < 100) return `${(tenths / 10).toFixed(1)}s`;
  const seconds = Math.round(Math.max(0, ms) / 1000);
  return seconds < 60
    ? `${seconds}s`
    : `${Math.floor(seconds / 60)}m${String(seconds % 60).padStart(2, "0")}s`;
}

/** A span of time in its largest whole unit: `40s`, `12m`, `5h` or `3d`. */
export function formatAge(ms: number): string {
  const seconds = Math.floor(Math.max(0, ms) / 1000);
  if (seconds < 60) return `${seconds}s`;
  if (seconds < 3_600) return `${Math.floor(seconds / 60)}m`;
  return seconds < 86_400 ? `${Math.floor(seconds / 3_600)}h` : `${Math.floor(seconds / 86_400)}d`;
}

/** Tokens as `940`, `12.3k` or `1.2M`. */
export function formatTokens(tokens: number): string {
  if (tokens < 1_000) return String(tokens);
  return tokens < 999_950 ? `${(tokens / 1_000).toFixed(1)}k` : `${(tokens / 1_000_000).toFixed(1)}M`;
}

/** `1 task`, `2 tasks`. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
