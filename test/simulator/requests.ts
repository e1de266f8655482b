// Parts of request bodies, for tests that say what the API takes and what it refuses.

export const object = (properties: object, more: object = {}) => ({
  type: "object",
  properties,
  required: Object.keys(properties),
  additionalProperties: false,
  ...more,
});
export const format = (schema: object) => ({ output_config: { format: { type: "json_schema", schema } } });
export const text = (words: string, more: object = {}) => ({ type: "text", text: words, ...more });
export const mark = (ttl?: string) => ({
  cache_control: ttl ? { type: "ephemeral", ttl } : { type: "ephemeral" },
});
export const tool = (name: string, more: object = {}) => ({ name, input_schema: object({}), ...more });
export const turns = (...contents: unknown[]) => ({
  messages: contents.map((content, index) => ({ role: index % 2 === 0 ? "user" : "assistant", content })),
});
export const call = (id: string) => ({ type: "tool_use", id, name: "look", input: {} });
export const result = (id: string) => ({ type: "tool_result", tool_use_id: id, content: "seen" });
export const many = (count: number, each: (index: number) => object) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`p${index}`, each(index)]));

export const SONNET = { model: "claude-sonnet-5-5" };
export const OPUS = { model: "claude-opus-5-5" };
export const FABLE = { model: "claude-fable-5-2" };
