import { createHash } from "node:crypto";

/** What the API takes as the name of a request in a batch. */
const NAME = /^[a-zA-Z0-9_-]{1,64}$/;

/** The name of a call in its batch: its id, or the hash of an id that the API would not take. */
export function customIdOf(callId: string): string {
  return NAME.test(callId) ? callId : createHash("sha256").update(callId).digest("hex");
}
