// What a key does to the screen, and what it has done to the run: a pure step.

import type { Deed } from "./deed.js";
import type { Offer } from "./offers.js";

/** What a person at the screen looks at. */
export interface ScreenState {
  /** The task that was chosen; `null` follows what is most telling. */
  readonly chosen: string | null;
  /** How many lines the details are scrolled by; `null` where the tree is shown. */
  readonly details: number | null;
  /** What is done when the next key is a yes. */
  readonly asked: Offer | null;
}

/** The screen before the first key. */
export const UNTOUCHED: ScreenState = { chosen: null, details: null, asked: null };

/** A key: what it writes, or what it is called. */
export type Key =
  | "up"
  | "down"
  | "page_up"
  | "page_down"
  | "home"
  | "end"
  | "enter"
  | "escape"
  | "interrupt"
  | { readonly text: string };

/** What a key meets. */
export interface Situation {
  /** The tasks in the order of the tree. */
  readonly order: readonly string[];
  /** The one that is selected, chosen or not. */
  readonly selected: string | undefined;
  readonly offers: readonly Offer[];
  /** How many rows of the tree, or lines of the details, are in view. */
  readonly page: number;
  /** How many lines the details have. */
  readonly lines: number;
}

/** What came of a key. */
export interface Pressed {
  readonly screen: ScreenState;
  readonly deed: Deed | null;
}

/** Takes a key. What cannot be taken back is asked once: a `y` does it, any other key does not. */
export function press(screen: ScreenState, key: Key, situation: Situation): Pressed {
  if (key === "interrupt") return { screen: { ...screen, asked: null }, deed: { type: "interrupt" } };
  if (screen.asked !== null) {
    const isYes = typeof key === "object" && key.text.toLowerCase() === "y";
    return { screen: { ...screen, asked: null }, deed: isYes ? screen.asked.deed : null };
  }
  if (typeof key === "object") return pressLetter(screen, key.text, situation);
  return {
    screen: screen.details === null ? choose(screen, key, situation) : scroll(screen, key, situation),
    deed: null,
  };
}

function pressLetter(screen: ScreenState, text: string, situation: Situation): Pressed {
  const isInDetails = screen.details !== null;
  if (isInDetails && text === "q") return { screen: { ...screen, details: null }, deed: null };
  const moved = MOVES[text];
  if (moved !== undefined) return press(screen, moved, situation);
  const offer = situation.offers.find(({ key }) => key === text);
  if (offer === undefined) return { screen, deed: null };
  if (offer.question === null) return { screen, deed: offer.deed };
  return { screen: { ...screen, chosen: situation.selected ?? null, asked: offer }, deed: null };
}

/** Letters that move as arrows do. */
const MOVES: Readonly<Record<string, Key | undefined>> = { k: "up", j: "down", d: "enter" };

function choose(screen: ScreenState, key: Key, { order, selected, page }: Situation): ScreenState {
  if (order.length === 0) return screen;
  if (key === "enter")
    return { ...screen, chosen: selected ?? null, details: selected === undefined ? null : 0 };
  if (key === "escape") return { ...screen, chosen: null };
  const at = selected === undefined ? -1 : order.indexOf(selected);
  const next = step(at, key, page, order.length - 1);
  return { ...screen, chosen: order[next] ?? null };
}

function scroll(screen: ScreenState, key: Key, { lines, page }: Situation): ScreenState {
  if (key === "enter" || key === "escape") return { ...screen, details: null };
  return { ...screen, details: step(screen.details ?? 0, key, page, Math.max(0, lines - page)) };
}

function step(at: number, key: Key, page: number, last: number): number {
  const to =
    { up: at - 1, down: at + 1, page_up: at - page, page_down: at + page, home: 0, end: last }[key as "up"] ??
    at;
  return Math.min(last, Math.max(0, to));
}
