import type { Answer, CallJournal } from "@terrace/core";
import type { Setup } from "../client-setup.js";
import type { FaultCode } from "../faults.js";
import type { ModelReply, ModelRequest } from "../model-client.js";
import type { RequestParams } from "../request-params.js";

/** What batches share with requests that are sent one by one. */
export interface BatchingDeps extends Setup {
  /** Why nothing may be sent; `undefined` when it may. */
  readonly refuse: (params: RequestParams) => FaultCode | undefined;
  /** Sends a request at once. */
  readonly live: (request: ModelRequest, calls: CallJournal) => Promise<Answer<ModelReply>>;
}
