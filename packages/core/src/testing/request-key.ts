import type {
  ClassifyRequest,
  CompareRequest,
  ExecuteRequest,
  PlanRequest,
  ReviewRequest,
} from "../ports/agents.js";

/**
 * Names what a request asks, whichever run asks it and however often: the key that scripted agents journal.
 *
 * 64 bits: enough to tell the requests of a test apart. FNV-1a twice, once over the text and once backwards.
 */
export function requestKey(
  request: PlanRequest | ClassifyRequest | ExecuteRequest | ReviewRequest | CompareRequest,
): string {
  const { runId: _run, retry: _retry, signal: _signal, calls: _calls, ...asked } = request;
  const text = JSON.stringify(asked);
  return hash(text, (index) => index) + hash(text, (index) => text.length - 1 - index);
}

function hash(text: string, place: (index: number) => number): string {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    value = Math.imul(value ^ text.charCodeAt(place(index)), 0x01000193);
  }
  return (value >>> 0).toString(16).padStart(8, "0");
}
