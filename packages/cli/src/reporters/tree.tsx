import type { Baseline, RunEvent } from "@terrace/core";
import type { Controls, Deed } from "../screen/deed.js";
import { drawFrame, type FrameOptions, roomIn, selectedIn } from "../screen/frame.js";
import { type Keyboard, type LiveScreen, openLiveScreen } from "../screen/live-screen.js";
import { type Offer, offersFor } from "../screen/offers.js";
import { type Key, press, type ScreenState, UNTOUCHED } from "../screen/press.js";
import { describeTask } from "../screen/task-details.js";
import type { Output } from "../surroundings.js";
import { createPalette } from "../text/palette.js";
import { emptyView, foldView } from "../text/run-view.js";
import { taskTree } from "../text/task-tree.js";
import { lineReporter } from "./line.js";
import { noteOf } from "./note.js";
import type { Reporter } from "./reporter.js";

/** What a tree is shown with. */
export interface TreeOptions {
  readonly colour: boolean;
  /** Where its keys come from; `null` where nobody can press one. */
  readonly keyboard: Keyboard | null;
  /** What its keys act on; `null` for a tree that is only looked at. */
  readonly controls: Controls | null;
}

/** A live tree of the tasks, with keys; the last frame stays on the terminal. */
export function treeReporter(stream: Output, options: TreeOptions): Reporter {
  return new Tree(stream, options);
}

class Tree implements Reporter {
  readonly #stream: Output;
  readonly #options: TreeOptions;
  readonly #palette: FrameOptions["palette"];
  readonly #topPrice: TopPrice;
  #view = emptyView();
  #note = "";
  #tick = 0;
  #screen: ScreenState = UNTOUCHED;
  #live: LiveScreen | null;
  /** Tells in lines what comes after the screen was left. */
  #lines: Reporter | null = null;
  #isOver = false;
  #settled: ((isSettled: boolean) => void) | null = null;

  constructor(stream: Output, options: TreeOptions) {
    this.#stream = stream;
    this.#options = options;
    this.#palette = createPalette(options.colour);
    this.#topPrice = new TopPrice(options.controls);
    this.#live = stream.isTTY === true ? this.#open() : null;
  }

  tell(event: RunEvent): void {
    if (this.#lines !== null) {
      this.#lines.tell(event);
      return;
    }
    this.recall(event);
    const said = noteOf(event, this.#view);
    if (said !== undefined) this.#note = `${said.about}  ${said.text}`;
  }

  recall(event: RunEvent): void {
    this.#view = foldView(this.#view, event);
    if (event.type === "task.accepted") this.#topPrice.outdate();
  }

  async awaitPerson(): Promise<boolean> {
    if (this.#live === null || this.#options.keyboard === null) return false;
    return await new Promise((resolve) => {
      this.#settled = resolve;
    });
  }

  async end(): Promise<void> {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#answer(false);
    if (this.#lines === null) await this.#close();
  }

  #open(): LiveScreen {
    const { keyboard } = this.#options;
    return openLiveScreen({
      stream: this.#stream,
      keyboard,
      frame: () => drawFrame(this.#view, this.#frameOptions()),
      onKey: (key) => this.#press(key),
      onTick: () => {
        this.#tick += 1;
      },
    });
  }

  /** Leaves the screen, with its last frame on the terminal's own lines. */
  async #close(): Promise<void> {
    const { hand, ...options } = this.#frameOptions();
    const frame = drawFrame(this.#view, { ...options, note: "" });
    const live = this.#live;
    this.#live = null;
    await live?.close();
    this.#stream.write(`${frame.join("\n")}\n`);
  }

  #frameOptions(): FrameOptions {
    const { columns = 80, rows = 24 } = this.#stream;
    const { controls, keyboard } = this.#options;
    return {
      now: this.#isOver ? this.#view.at : Date.now(),
      tick: this.#tick,
      columns,
      rows,
      palette: this.#palette,
      note: this.#note,
      limit: controls?.limit ?? null,
      allTop: this.#topPrice.look(),
      ...(keyboard === null ? {} : { hand: { screen: this.#screen, offers: this.#offers() } }),
    };
  }

  #offers(): readonly Offer[] {
    const { controls } = this.#options;
    const selected = selectedIn(this.#view.state, { hand: { screen: this.#screen, offers: [] } });
    return controls === null ? [] : offersFor(this.#view.state, selected, controls.can());
  }

  #press(key: Key): void {
    const options = this.#frameOptions();
    const { state } = this.#view;
    const selected = selectedIn(state, options);
    const task = state.tasks.get(selected ?? "");
    const { room } = roomIn(this.#view, options);
    const { screen, deed } = press(this.#screen, key, {
      order: taskTree(state).map(({ taskId }) => taskId),
      selected,
      offers: this.#offers(),
      page: Math.max(1, room - 1),
      lines: task === undefined ? 0 : describeTask(task, options.columns - 1).length,
    });
    this.#screen = screen;
    if (deed !== null) void this.#perform(deed);
    this.#live?.refresh();
  }

  async #perform(deed: Deed): Promise<void> {
    if (deed.type === "detach") return await this.#detach();
    try {
      await this.#options.controls?.perform(deed);
      if (deed.type !== "interrupt" && deed.type !== "pause") this.#answer(true);
    } catch (error) {
      this.#note = error instanceof Error ? error.message : String(error);
    }
  }

  /** The screen becomes lines, and the run goes on; one that waits for a person is left waiting. */
  async #detach(): Promise<void> {
    if (this.#isOver || this.#lines !== null) return;
    this.#lines = lineReporter(this.#stream, { colour: this.#options.colour, view: this.#view });
    await this.#close();
    this.#answer(false);
  }

  #answer(isSettled: boolean): void {
    const settled = this.#settled;
    this.#settled = null;
    settled?.(isSettled);
  }
}

/** What all accepted work would have cost at the top: looked up anew when more is accepted, and never much of the time. */
class TopPrice {
  readonly #controls: Controls | null;
  #found: Baseline | null = null;
  #isCurrent = true;
  #notBefore = 0;

  constructor(controls: Controls | null) {
    this.#controls = controls;
  }

  outdate(): void {
    this.#isCurrent = false;
  }

  look(): Baseline | null {
    const started = performance.now();
    if (this.#isCurrent || started < this.#notBefore || this.#controls === null) return this.#found;
    this.#found = this.#controls.allTop();
    this.#isCurrent = true;
    const tookMs = performance.now() - started;
    this.#notBefore = performance.now() + Math.max(SELDOM_MS, tookMs * 50);
    return this.#found;
  }
}

/** Not looked up more often than this, in milliseconds. */
const SELDOM_MS = 1_000;
