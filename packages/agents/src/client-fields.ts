// What a vendor's client shows of itself.

/** Where a client's requests go; `undefined` when it does not say. */
export function baseUrlOf(client: object): string | undefined {
  return "baseURL" in client && typeof client.baseURL === "string" ? client.baseURL : undefined;
}

/** The keys that a client holds. */
export function secretsOf(client: object): readonly string[] {
  const held = ["apiKey", "authToken"].map((name) => (client as Readonly<Record<string, unknown>>)[name]);
  return held.filter((value): value is string => typeof value === "string" && value.length >= 4);
}
