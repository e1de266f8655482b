import type { Answer, CallJournal, Environment, PriceTerms } from "@terrace/core";
import type { Circumstances } from "../classify.js";
import type { FaultCode } from "../faults.js";
import type { ModelReply, ModelRequest } from "../model-client.js";
import type { CallLimits } from "../watchdog.js";
import type { Wire } from "../wire-watch.js";
import type { BatchSettings } from "./batch-settings.js";

/** The body of a request that is sent alone. */
export interface Params {
  readonly model: string;
  readonly max_tokens: number;
  readonly output_config: { readonly effort: ModelRequest["effort"] };
}

/** What batches share with requests that are sent one by one. */
export interface BatchingDeps {
  /** Throws when there is no key. */
  readonly client: () => { readonly messages: object };
  readonly env: Environment;
  readonly warn: (line: string) => void;
  readonly settings: Required<BatchSettings>;
  /** Of one request. */
  readonly limits: CallLimits;
  readonly termsOf: (request: ModelRequest) => PriceTerms;
  readonly toParams: (request: ModelRequest) => Params;
  /** Why nothing may be sent; `undefined` when it may. */
  readonly refuse: (params: Params) => FaultCode | undefined;
  readonly circumstancesOf: (request: ModelRequest, wire: Wire) => Circumstances;
  /** Sends a request at once. */
  readonly live: (request: ModelRequest, calls: CallJournal) => Promise<Answer<ModelReply>>;
}
