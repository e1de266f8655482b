import { createHash } from "node:crypto";

/** The key of a call, worked out anew from the body that the server received; whether it is streamed is no part of it. */
export function keyOfBody(body: unknown): string {
  const { stream: _, ...asked } = body as { readonly stream?: boolean };
  return createHash("sha256").update(JSON.stringify(asked)).digest("hex");
}
