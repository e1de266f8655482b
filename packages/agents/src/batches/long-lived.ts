/**
 * A request whose cached parts live for an hour: the requests of a batch may be done far apart.
 *
 * @see Anthropic's page on batch processing, read 2026-11-21
 */
export function longLived<Params extends object>(params: Params): Params {
  return JSON.parse(JSON.stringify(params), (key, value: unknown) =>
    key === "cache_control" && isMark(value) ? { ...value, ttl: "1h" } : value,
  ) as Params;
}

function isMark(value: unknown): value is { readonly type: "ephemeral" } {
  return typeof value === "object" && value !== null && "type" in value && value.type === "ephemeral";
}
