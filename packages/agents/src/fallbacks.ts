// Who is asked while a provider cannot be reached. Apart from escalation: the tier stays, and only the answer comes from
// elsewhere, recorded as what it is.
import type { Answer, CallJournal, Environment } from "@terrace/core";
import { harmless } from "./fault-text.js";
import type { ModelReply, ModelRequest } from "./model-client.js";
import { Outages } from "./outages.js";

/** One way to a model. */
export interface Way {
  /** The answer to this very question, when it is paid for and recorded. */
  recall(request: ModelRequest, calls: CallJournal): Answer<ModelReply> | undefined;
  /** Asks anew. */
  ask(request: ModelRequest, calls: CallJournal): Promise<Answer<ModelReply>>;
  paceOf(model: string): number;
}

/** A way that is taken while the main one is closed. */
export interface StandIn {
  readonly way: Way;
  /** Which model answers there in the place of another; `undefined` when none does. */
  readonly modelFor: (model: string) => string | undefined;
}

/** What it is when a provider is down: no fault of the request, and none of who asks. */
const DOWN: ReadonlySet<string> = new Set([
  "OVERLOADED",
  "SERVER_ERROR",
  "CONNECTION",
  "DNS",
  "TIMEOUT_FIRST_BYTE",
  "STALLED",
  "DEADLINE",
  "TRUNCATED_BODY",
]);

interface Surroundings {
  readonly env: Pick<Environment, "monotonic">;
  readonly warn: (line: string) => void;
}

/**
 * The main way, with others that are taken while it is closed.
 *
 * A call that finds the provider down is made elsewhere at once, and so are those that follow; after a while one of them
 * tries the main way again. When nobody else answers either, what the main one said stands.
 */
export function withStandIns(main: Way, standIns: readonly StandIn[], { env, warn }: Surroundings): Way {
  const outages = new Outages(env);
  const otherWays = (model: string) =>
    standIns.flatMap(({ way, modelFor }) => {
      const to = modelFor(model);
      return to === undefined ? [] : [{ way, to }];
    });
  const askMain = async (request: ModelRequest, calls: CallJournal): Promise<Answer<ModelReply>> => {
    try {
      const answer = await main.ask(request, calls);
      if (isDown(answer)) outages.begin(request.model);
      else if (!isTransport(answer)) outages.end(request.model);
      return answer;
    } finally {
      outages.tried(request.model);
    }
  };
  return {
    recall(request, calls) {
      const own = main.recall(request, calls);
      if (own !== undefined) return own;
      for (const { way, to } of otherWays(request.model)) {
        const other = way.recall({ ...request, model: to }, calls);
        if (other !== undefined) return other;
      }
      return undefined;
    },
    async ask(request, calls) {
      const { model, signal } = request;
      const first = outages.mayTry(model) ? await askMain(request, calls) : undefined;
      if (first !== undefined && !isDown(first)) return first;
      for (const { way, to } of otherWays(model)) {
        if (signal.aborted) break;
        const instead = to === model ? "it is asked elsewhere" : `"${harmless(to)}" is asked in its place`;
        warn(`"${harmless(model)}" cannot be reached; ${instead}.`);
        const answer = await way.ask({ ...request, model: to }, standingIn(calls, model));
        if (!isTransport(answer)) return answer;
      }
      return first ?? askMain(request, calls);
    },
    paceOf(model) {
      const [other] = outages.isOn(model) ? otherWays(model) : [];
      return other === undefined ? main.paceOf(model) : other.way.paceOf(other.to);
    },
  };
}

function isDown(answer: Answer<unknown>): boolean {
  return "fault" in answer && DOWN.has(answer.fault.code);
}

function isTransport({ outcome }: Answer<unknown>): boolean {
  return outcome === "transport";
}

/** A journal whose calls are made in the place of another model. */
function standingIn(calls: CallJournal, standsInFor: string): CallJournal {
  return {
    recorded: (key) => calls.recorded(key),
    pending: (key) => calls.pending(key),
    batched: (callId, batchId) => calls.batched(callId, batchId),
    left: () => calls.left(),
    sent: (intent) => calls.sent({ ...intent, standsInFor }),
    answered: (callId, answer) => calls.answered(callId, answer),
    failed: (callId, failure) => calls.failed(callId, failure),
  };
}
