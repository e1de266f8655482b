// A message put together from the events of its stream. It is complete only when the stream says so.
import { z } from "zod";
import { UnreadableAnswer } from "./message-schema.js";
import { readJson } from "./read-json.js";

const json = z.record(z.string(), z.unknown());
const index = z.number().int().min(0);

const eventSchemas = {
  message_start: z.looseObject({ message: json }),
  content_block_start: z.looseObject({ index, content_block: json }),
  content_block_delta: z.looseObject({ index, delta: json }),
  message_delta: z.looseObject({ delta: json, usage: json.nullish() }),
};

/** Where each kind of delta goes: the block it belongs to, its own field, and the field it adds to. */
const DELTAS: Readonly<Record<string, { block: string; from: string; to: string }>> = {
  text_delta: { block: "text", from: "text", to: "text" },
  thinking_delta: { block: "thinking", from: "thinking", to: "thinking" },
  signature_delta: { block: "thinking", from: "signature", to: "signature" },
};

/** A message that is still arriving. */
export class StreamMessage {
  #message: Readonly<Record<string, unknown>> | undefined;
  readonly #content: Record<string, unknown>[] = [];
  /** The JSON of tool inputs so far, by the position of their block. */
  readonly #inputs = new Map<number, string>();
  #complete = false;
  #counted = false;

  /** Whether the last event of the message has arrived. */
  get isComplete(): boolean {
    return this.#complete;
  }

  /** Whether the final token counts have arrived; before, the output is not counted yet. */
  get isCounted(): boolean {
    return this.#counted;
  }

  /** The message so far; `undefined` before its first event. */
  get raw(): Readonly<Record<string, unknown>> | undefined {
    return this.#message && { ...this.#message, content: this.#content };
  }

  /** The text so far. */
  get text(): string {
    return this.#content.map(({ type, text }) => (type === "text" ? String(text) : "")).join("");
  }

  /**
   * Takes the next event; ones of unknown type, and any after the last, change nothing.
   *
   * @throws UnreadableAnswer when the event cannot follow the ones before.
   */
  add(event: unknown): void {
    if (this.#complete) return;
    const type = json.safeParse(event).data?.type;
    switch (type) {
      case "message_start":
        this.#start(read(type, event).message);
        break;
      case "content_block_start":
        this.#startBlock(read(type, event));
        break;
      case "content_block_delta":
        this.#extendBlock(read(type, event));
        break;
      case "message_delta":
        this.#conclude(read(type, event));
        break;
      case "message_stop":
        this.#started("message_stop");
        this.#takeInputs();
        this.#complete = true;
        break;
      default:
    }
  }

  #start(message: Readonly<Record<string, unknown>>): void {
    if (this.#message !== undefined) throw new UnreadableAnswer("a second message begins in the stream");
    this.#message = message;
  }

  #startBlock({ index: at, content_block }: z.output<(typeof eventSchemas)["content_block_start"]>): void {
    this.#started("content_block_start");
    if (at !== this.#content.length)
      throw new UnreadableAnswer(`block ${at} follows ${this.#content.length}`);
    this.#content.push({ ...content_block });
  }

  #extendBlock({ index: at, delta }: z.output<(typeof eventSchemas)["content_block_delta"]>): void {
    this.#started("content_block_delta");
    const block = this.#content[at];
    if (block === undefined) throw new UnreadableAnswer(`block ${at} goes on without having begun`);
    if (delta.type === "input_json_delta" && typeof delta.partial_json === "string")
      this.#inputs.set(at, `${this.#inputs.get(at) ?? ""}${delta.partial_json}`);
    const rule = DELTAS[String(delta.type)];
    if (rule === undefined || block.type !== rule.block) return;
    const piece = delta[rule.from];
    if (typeof piece !== "string") throw new UnreadableAnswer(`block ${at} goes on without "${rule.from}"`);
    block[rule.to] = `${block[rule.to] ?? ""}${piece}`;
  }

  /** What is no JSON object stays the text that it is, which no tool takes. */
  #takeInputs(): void {
    for (const [at, text] of this.#inputs) {
      const block = this.#content[at];
      if (block === undefined || text.trim() === "") continue;
      const json = readJson(text);
      block.input = json.ok && !json.fenced ? json.value : text;
    }
  }

  #conclude({ delta, usage }: z.output<(typeof eventSchemas)["message_delta"]>): void {
    const message = { ...this.#started("message_delta"), ...delta };
    if (usage) {
      // Cumulative totals: what is given replaces, what is left out stays as the first event had it.
      const before = json.safeParse(message.usage).data ?? {};
      const given = Object.fromEntries(Object.entries(usage).filter(([, value]) => value !== null));
      message.usage = { ...before, ...given };
      this.#counted = true;
    }
    this.#message = message;
  }

  #started(type: string): Readonly<Record<string, unknown>> {
    if (this.#message === undefined) throw new UnreadableAnswer(`${type} comes before message_start`);
    return this.#message;
  }
}

function read<Type extends keyof typeof eventSchemas>(
  type: Type,
  event: unknown,
): z.output<(typeof eventSchemas)[Type]> {
  const parsed = eventSchemas[type].safeParse(event);
  if (!parsed.success) throw new UnreadableAnswer(`a ${type} event is not of its form`);
  return parsed.data as z.output<(typeof eventSchemas)[Type]>;
}
