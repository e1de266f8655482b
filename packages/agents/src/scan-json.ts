// Walks over one JSON object without building it, and finds what the built-in parser would let pass.

/** What stands at a `{`: an object up to `end`, something that never was JSON, or JSON that cannot be used. */
export type Scan =
  | { readonly kind: "object"; readonly end: number }
  | { readonly kind: "not_json"; readonly at: number }
  | { readonly kind: "broken"; readonly issues: readonly string[] };

/** An object or a list that is open. */
interface Open {
  /** The keys so far; `undefined` in a list. */
  readonly keys: Set<string> | undefined;
  /** The key or the position that is being read. */
  here: string | number;
}

const HARMFUL = new Set(["__proto__", "constructor", "prototype"]);
const MOST_ISSUES = 20;
const SPACE = /[ \t\n\r]*/y;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const WORD = /true|false|null/y;

/** Walks over the object that begins at `start`, iteratively, each character once. */
export function scanObject(text: string, start: number, maxDepth: number): Scan {
  return new ObjectScan(text, start, maxDepth).run();
}

class ObjectScan {
  readonly #text: string;
  readonly #start: number;
  readonly #maxDepth: number;
  readonly #open: Open[] = [];
  readonly #issues: string[] = [];
  #at: number;
  /** Whether a key and its colon were met: from then on it is JSON, be it sound or broken. */
  #isJson = false;

  constructor(text: string, start: number, maxDepth: number) {
    this.#text = text;
    this.#start = start;
    this.#maxDepth = maxDepth;
    this.#at = start;
  }

  run(): Scan {
    for (;;) {
      const fault = this.#value();
      if (fault !== undefined) return this.#stop(fault);
      if (this.#open.length > 0) continue;
      return this.#issues.length > 0
        ? { kind: "broken", issues: this.#issues }
        : { kind: "object", end: this.#at };
    }
  }

  #stop(fault: string): Scan {
    if (!this.#isJson) return { kind: "not_json", at: Math.max(this.#at, this.#start + 1) };
    const got =
      this.#at < this.#text.length ? `got \`${excerpt(this.#text, this.#at)}\`` : "but the text ends";
    this.#issues.push(`${fault} at character ${this.#at}, ${got}.`);
    return { kind: "broken", issues: this.#issues };
  }

  /** Reads one value, and everything that closes after it. Returns what was expected instead. */
  #value(): string | undefined {
    this.#skip(SPACE);
    const char = this.#text[this.#at];
    if (char === "{" || char === "[") return this.#enter(char);
    if (char === '"') {
      if (!this.#string()) return "Expected a string to be closed, without raw control characters,";
    } else if (!this.#scalar()) return "Expected a JSON value";
    return this.#close();
  }

  #enter(char: "{" | "["): string | undefined {
    if (this.#open.length >= this.#maxDepth) {
      this.#isJson = true;
      return `Expected at most ${this.#maxDepth} levels of depth`;
    }
    this.#at += 1;
    this.#skip(SPACE);
    if (this.#text[this.#at] === (char === "{" ? "}" : "]")) {
      this.#at += 1;
      return this.#close();
    }
    this.#open.push(char === "{" ? { keys: new Set(), here: "" } : { keys: undefined, here: 0 });
    return char === "{" ? this.#key() : undefined;
  }

  #key(): string | undefined {
    this.#skip(SPACE);
    const from = this.#at;
    if (this.#text[from] !== '"' || !this.#string()) return "Expected a key in quotes";
    const key: string = JSON.parse(this.#text.slice(from, this.#at));
    this.#skip(SPACE);
    if (this.#text[this.#at] !== ":") return "Expected `:` after a key";
    this.#at += 1;
    this.#isJson = true;
    const object = this.#open[this.#open.length - 1];
    if (object?.keys === undefined) return undefined;
    const levels = this.#open.length - 1;
    if (object.keys.has(key)) this.#note(`has the key ${shown(key)} twice`, levels);
    if (HARMFUL.has(key)) this.#note(`has the key ${shown(key)}, which is not allowed`, levels);
    object.keys.add(key);
    object.here = key;
    return undefined;
  }

  /** After a value: the comma and the next key, or the end of what is open. */
  #close(): string | undefined {
    for (;;) {
      const open = this.#open[this.#open.length - 1];
      if (open === undefined) return undefined;
      this.#skip(SPACE);
      const char = this.#text[this.#at];
      if (char === ",") {
        this.#at += 1;
        if (open.keys !== undefined) return this.#key();
        open.here = Number(open.here) + 1;
        return undefined;
      }
      const end = open.keys === undefined ? "]" : "}";
      if (char !== end) return `Expected \`,\` or \`${end}\``;
      this.#at += 1;
      this.#open.pop();
    }
  }

  #string(): boolean {
    for (let at = this.#at + 1; at < this.#text.length; at += 1) {
      const code = this.#text.charCodeAt(at);
      if (code === 0x22) {
        this.#at = at + 1;
        return true;
      }
      if (code < 0x20) break;
      if (code !== 0x5c) continue;
      const escaped = /[bfnrt"\\/]|u[0-9a-fA-F]{4}/y;
      escaped.lastIndex = at + 1;
      if (!escaped.test(this.#text)) break;
      at = escaped.lastIndex - 1;
    }
    return false;
  }

  #scalar(): boolean {
    const from = this.#at;
    if (this.#skip(WORD)) return true;
    if (!this.#skip(NUMBER)) return false;
    const number = this.#text.slice(from, this.#at);
    if (!Number.isFinite(Number(number))) {
      this.#note(`holds ${excerpt(number, 0)}, which is not a finite number`, this.#open.length);
    }
    return true;
  }

  #skip(pattern: RegExp): boolean {
    pattern.lastIndex = this.#at;
    if (!pattern.test(this.#text)) return false;
    this.#at = pattern.lastIndex;
    return true;
  }

  #note(what: string, levels: number): void {
    if (this.#issues.length >= MOST_ISSUES) return;
    const path = this.#open.slice(0, levels).map(({ here }) => shown(String(here)));
    this.#issues.push(`${path.length === 0 ? "The object" : `\`${path.join(".")}\``} ${what}.`);
  }
}

function shown(key: string): string {
  return /^[\w-]{1,64}$/.test(key) ? key : JSON.stringify(key.slice(0, 64));
}

function excerpt(text: string, from: number): string {
  return JSON.stringify(text.slice(from, from + 20)).slice(1, -1);
}
