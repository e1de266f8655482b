// The screen while a run goes on: Ink lays it out and reads the keys, the canvas shows it.

import { Writable } from "node:stream";
import { Box, type Key as InkKey, render, Text, useInput } from "ink";
import type { ReactNode } from "react";
import type { Output } from "../surroundings.js";
import { openCanvas } from "./canvas.js";
import type { Key } from "./press.js";

/** A terminal's keys. */
export type Keyboard = NodeJS.ReadStream;

/** What a live screen shows, and where. */
export interface LiveScreenOptions {
  readonly stream: Output;
  /** `null` where there are no keys to read. */
  readonly keyboard: Keyboard | null;
  /** The lines that are to be seen now. */
  readonly frame: () => readonly string[];
  readonly onKey: (key: Key) => void;
  /** Called from time to time, before the frame is drawn anew. */
  readonly onTick: () => void;
}

/** A live screen. */
export interface LiveScreen {
  refresh(): void;
  /** Leaves the terminal as it was. Does nothing the second time. */
  close(): Promise<void>;
}

/** Often enough for a spinner to turn, seldom enough for a slow terminal. */
const TICK_MS = 90;

/** Opens a screen that is drawn anew with each tick, each key, and each new size of the terminal; Ctrl-Z stops the process. */
export function openLiveScreen(options: LiveScreenOptions): LiveScreen {
  let isClosed = false;
  const suspend = async (): Promise<void> => {
    await shown.close();
    // To whoever started it, too, as a terminal does that reads no keys.
    process.kill(0, "SIGTSTP");
    setTimeout(() => {
      if (!isClosed) shown = show(options, suspend);
    }, STOPPING_MS);
  };
  let shown = show(options, suspend);
  return {
    refresh: () => shown.refresh(),
    async close() {
      isClosed = true;
      await shown.close();
    },
  };
}

/** What is sent to a process stops it within this time, in milliseconds; what remains of it passes when it goes on. */
const STOPPING_MS = 100;

function show(
  { stream, keyboard, frame, onKey, onTick }: LiveScreenOptions,
  suspend: () => Promise<void>,
): LiveScreen {
  const canvas = openCanvas(stream);
  const sheet = new Sheet(stream, canvas.paint);
  const hear = (key: Key | "suspend"): void => (key === "suspend" ? void suspend() : onKey(key));
  const element = (): ReactNode => <Frame lines={frame()} keys={keyboard === null ? null : hear} />;
  const ink = render(element(), {
    stdout: sheet as unknown as NodeJS.WriteStream,
    ...(keyboard === null ? {} : { stdin: keyboard }),
    // Each frame is written whole: what Ink would erase first is not where it looks for it after a resize.
    debug: true,
    exitOnCtrlC: false,
    patchConsole: false,
  });
  const refresh = (): void => ink.rerender(element());
  const resize = (): void => {
    refresh();
    sheet.emit("resize");
  };
  const timer = setInterval(() => {
    onTick();
    refresh();
  }, TICK_MS);
  stream.on("resize", resize);
  return {
    refresh,
    async close() {
      clearInterval(timer);
      stream.off("resize", resize);
      canvas.close();
      ink.unmount();
      await ink.waitUntilExit();
    },
  };
}

/** What Ink takes for the terminal: as large as it, and each thing written is a frame. */
class Sheet extends Writable {
  readonly isTTY = true;
  readonly #stream: Output;
  readonly #paint: (text: string) => void;

  constructor(stream: Output, paint: (text: string) => void) {
    super({ decodeStrings: false });
    this.#stream = stream;
    this.#paint = paint;
  }

  get columns(): number {
    return this.#stream.columns ?? 80;
  }

  get rows(): number {
    return this.#stream.rows ?? 24;
  }

  override _write(text: string, _encoding: string, done: () => void): void {
    if (text !== "") this.#paint(text);
    done();
  }
}

function Frame({
  lines,
  keys,
}: {
  readonly lines: readonly string[];
  readonly keys: ((key: Key | "suspend") => void) | null;
}): ReactNode {
  return (
    <Box flexDirection="column">
      {keys === null ? null : <Keys onKey={keys} />}
      {lines.map((line, row) => (
        <Text key={row} wrap="truncate">
          {line === "" ? " " : line}
        </Text>
      ))}
    </Box>
  );
}

function Keys({ onKey }: { readonly onKey: (key: Key | "suspend") => void }): ReactNode {
  useInput((input, key) => {
    const named = nameOf(input, key);
    if (named !== null) onKey(named);
  });
  return null;
}

/** The key that was pressed; `null` for one that means nothing, and for text that was pasted. */
function nameOf(input: string, key: InkKey): Key | "suspend" | null {
  if (key.ctrl && input === "z" && process.platform !== "win32") return "suspend";
  if (key.ctrl) return input === "c" ? "interrupt" : null;
  const [named] = (
    [
      [key.upArrow, "up"],
      [key.downArrow, "down"],
      [key.pageUp, "page_up"],
      [key.pageDown, "page_down"],
      [key.home, "home"],
      [key.end, "end"],
      [key.return, "enter"],
      [key.escape, "escape"],
    ] as const
  )
    .find(([isPressed]) => isPressed)
    ?.slice(1) ?? [null];
  if (named !== null) return named as Key;
  return !key.meta && [...input].length === 1 ? { text: input } : null;
}
