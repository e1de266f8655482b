import { z } from "zod";

/** How the tasks of a run are routed, as its log keeps it; the router itself is code, which no log can keep. */
export interface RoutingTerms {
  /** The name of the router. */
  readonly router: string;
  /** The tier whose model classifies each task; `null` when nobody is asked. */
  readonly classifier: string | null;
  /** How many of the latest runs of the store teach it. */
  readonly learnFrom: number;
  readonly domain: string | null;
  readonly userTier: string | null;
  /** Where tasks start, whatever routers say: by task id, kind or role. */
  readonly pins: { readonly [name: string]: string };
}

const word = z.string().max(256);

/** Terms read from a log. */
export const routingTermsSchema: z.ZodType<RoutingTerms> = z.strictObject({
  router: z.string().max(8_192),
  classifier: word.nullable(),
  learnFrom: z.number().int().min(0).max(10_000),
  domain: word.nullable(),
  userTier: word.nullable(),
  pins: z.record(word, word).refine((pins) => Object.keys(pins).length <= 10_000, "expected at most 10,000"),
});
