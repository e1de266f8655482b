// As much of the vendor's client as batches need.
import type Anthropic from "@anthropic-ai/sdk";

/** The batches of a client. Those for Bedrock, Vertex and Foundry have none. */
export type BatchApi = Pick<
  Anthropic.Messages.Batches,
  "create" | "retrieve" | "results" | "list" | "cancel"
>;

/** The options of one request. */
export type RequestOptions = Anthropic.RequestOptions;

/** The batches of a client; `undefined` when it has none, or cannot be made. */
export function batchApiOf(client: () => { readonly messages: object }): BatchApi | undefined {
  try {
    const { batches } = client().messages as { readonly batches?: BatchApi };
    return typeof batches?.create === "function" ? batches : undefined;
  } catch {
    return undefined;
  }
}
