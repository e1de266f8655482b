// A terminal's other screen: painted whole each time, and gone without a trace when it is left.

import type { Output } from "../surroundings.js";

/** What is painted on. */
export interface Canvas {
  paint(text: string): void;
  /** Leaves the terminal as it was found: its own lines, a cursor, line breaks. Does nothing the second time. */
  close(): void;
}

/** The other screen, no cursor, and what is too long for a line stays on it. */
const ENTER = "\u001b[?1049h\u001b[?25l\u001b[?7l\u001b[2J";
const LEAVE = "\u001b[?7h\u001b[?25h\u001b[?1049l";

/** Takes the terminal's other screen. Gives it back when the process ends, too, however it ends by itself. */
export function openCanvas(stream: Output): Canvas {
  let painted: string | null = null;
  let isOpen = true;
  const close = (): void => {
    if (!isOpen) return;
    isOpen = false;
    process.off("exit", close);
    process.off("uncaughtExceptionMonitor", close);
    stream.write(LEAVE);
  };
  process.on("exit", close);
  // Before the error is printed, which would be lost with the screen.
  process.on("uncaughtExceptionMonitor", close);
  stream.write(ENTER);
  return {
    paint(text) {
      if (!isOpen || text === painted) return;
      painted = text;
      const lines = text.split("\n").map((line) => `${line}\u001b[K`);
      stream.write(`\u001b[H${lines.join("\r\n")}\u001b[J`);
    },
    close,
  };
}
