// The governors of this process: one for each model of each provider, whoever asks it.
import { createHash } from "node:crypto";
import { baseUrlOf, secretsOf } from "./client-fields.js";
import { RateGovernor } from "./rate-governor.js";

const MOST_PROVIDERS = 100;
const MOST_MODELS = 100;

type Models = Map<string, RateGovernor>;

/** By the hash of address and key. */
const byAccount = new Map<string, Models>();
/** For clients that show no key, such as those of a cloud: each is an account of its own. */
const byClient = new WeakMap<object, Models>();

/** The governor that all clients of one account share for a model. */
export function governorOf(client: object, model: string): RateGovernor {
  const models = byClient.get(client) ?? modelsOf(client);
  byClient.set(client, models);
  const known = models.get(model);
  if (known !== undefined) return known;
  const governor = new RateGovernor();
  keep(models, model, governor, MOST_MODELS);
  return governor;
}

function modelsOf(client: object): Models {
  const url = baseUrlOf(client);
  const keys = secretsOf(client);
  if (url === undefined || keys.length === 0) return new Map();
  const account = createHash("sha256")
    .update(JSON.stringify([url, keys]))
    .digest("base64");
  const known = byAccount.get(account);
  if (known !== undefined) return known;
  const models: Models = new Map();
  keep(byAccount, account, models, MOST_PROVIDERS);
  return models;
}

/** Keeps something, and forgets what was kept first when there is too much. */
function keep<Value>(map: Map<string, Value>, name: string, value: Value, most: number): void {
  map.set(name, value);
  const [first] = map.keys();
  if (map.size > most && first !== undefined) map.delete(first);
}
