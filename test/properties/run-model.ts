// The rules of a run, told once more and as simply as can be, for one small plan: `b` needs `a`, `c` stands alone, and
// `b` gives the answer. Knows no log, no store and no promise. A call costs 10 micro-dollars; one that brings no
// answer, or whose process dies, counts as the 100 that were reserved for it.

export type Id = "a" | "b" | "c";
type Purpose = "plan" | "execute" | "review";
export type Quality = "well" | "badly" | "not at all";
export type Action = "accept" | "answer" | "rerun" | "give_up";
type Status = "planning" | "running" | "paused" | "completed" | "failed" | "cancelled";
type Standing =
  | "waiting"
  | "wanted"
  | "asked"
  | "stalled"
  | "due"
  | "flagged"
  | "accepted"
  | "failed"
  | "skipped";

interface Piece {
  readonly id: Id | null;
  standing: Standing;
  purpose: Purpose;
  /** 0 to 2. */
  tier: number;
  isEscalation: boolean;
  hasDraft: boolean;
  decision: Action | null;
  /** Whether it is flagged, or about to be, for want of money. */
  isShort: boolean;
  /** What is decided as soon as the run goes on. */
  due: () => void;
}

const NEEDS: { readonly [id in Id]: readonly Id[] } = { a: [], b: ["a"], c: [] };
const TOP = 2;

export class RunModel {
  status: Status = "planning";
  reason = "";
  spent = 0;
  /** Whether it may spend nothing more. */
  isBroke = false;
  /** Whether `pause` was asked of the present handle while something was under way. */
  isLeft = false;
  /** Resumes in a row that brought nothing. */
  fruitless = 0;
  #planAttempt = 1;
  readonly #plan: Piece = piece(null, "plan");
  readonly tasks: readonly Piece[] = (["a", "b", "c"] as const).map((id) => piece(id, "execute"));

  constructor(isPlanned: boolean) {
    if (isPlanned) this.#planned();
    else this.#plan.standing = "wanted";
    this.advance();
  }

  /** What is under way, such as `execute a`. */
  get asked(): readonly string[] {
    return this.#pieces("asked").map(nameOf).sort();
  }

  get hasEnded(): boolean {
    return this.status === "completed" || this.status === "failed" || this.status === "cancelled";
  }

  get isAtRest(): boolean {
    return this.asked.length === 0 && (this.status === "paused" || this.hasEnded);
  }

  get isInterrupted(): boolean {
    return (
      this.status === "paused" && (this.isLeft || this.reason === "interrupted" || this.reason === "crashes")
    );
  }

  get isPlanned(): boolean {
    return this.#plan.standing === "accepted";
  }

  /** Two calls that were denied at the same moment are told in either order: then the flag may come before the pause. */
  concede(id: Id): void {
    const task = this.#task(id);
    if (this.status === "paused" && task.standing === "due" && task.isEscalation && this.isBroke) task.due();
  }

  standing(id: Id): Standing {
    return this.#task(id).standing;
  }

  answer(name: string, quality: Quality): void {
    const found = this.#pieces("asked").find((each) => nameOf(each) === name) as Piece;
    this.spent += quality === "not at all" ? 100 : 10;
    this.fruitless = 0;
    if (quality === "not at all") found.standing = "stalled";
    else this.#later(found, () => this.#answered(found, quality === "well"));
    this.advance();
  }

  pause(): void {
    if (this.hasEnded) return;
    if (this.status !== "paused") this.#pause("interrupted");
    if (!this.isAtRest) this.isLeft = true;
  }

  cancel(): void {
    if (this.hasEnded) return;
    this.status = "cancelled";
    this.#lose();
  }

  /** The process is gone, and another one takes over; or this one does, once more. */
  takeOver(isParked: boolean): void {
    this.isLeft = false;
    if (this.hasEnded) return;
    this.#lose();
    const wasParked = this.status === "paused" && this.reason === "crashes";
    if (!isParked && !wasParked && this.fruitless >= 3) this.#pause("crashes");
    else if (isParked || !wasParked) this.#goOn();
  }

  /** The code of the refusal; `undefined` when it is done. */
  resume(): string | undefined {
    if (this.isInterrupted) return "RUN_PAUSED";
    if (this.status === "paused") this.#goOn();
    return undefined;
  }

  changeBudget(isBroke: boolean): void {
    if (this.hasEnded) return;
    this.isBroke = isBroke;
    const short = this.tasks.filter(({ isShort }) => isShort);
    for (const task of short) Object.assign(task, { standing: "wanted", isShort: false });
    const waitsForMoney = this.reason === "budget" || (this.reason === "person" && short.length > 0);
    if (this.status === "paused" && waitsForMoney && !this.isLeft) this.#goOn();
    else this.advance();
  }

  /** The code of the refusal; `undefined` when it is done. */
  resolve(id: Id, action: Action): string | undefined {
    if (!this.isPlanned) return "TASK_UNKNOWN";
    const task = this.#task(id);
    if (task.standing !== "flagged" && task.decision === action) return undefined;
    if (task.standing !== "flagged" && task.decision !== null) return "ALREADY_DECIDED";
    if (task.standing !== "flagged" || this.hasEnded) return "TASK_NOT_FLAGGED";
    if (action === "accept" && !task.hasDraft) return "RESOLUTION_INVALID";
    task.decision = action;
    task.isShort = false;
    this.fruitless = 0;
    this.#later(task, () => this.#decided(task, action));
    if (this.status === "paused" && this.reason === "person") this.#goOn();
    else this.advance();
    return undefined;
  }

  /** The code that `result` is refused with at rest; `undefined` when there is a result. */
  get complaint(): string | undefined {
    if (this.status === "completed") return undefined;
    if (this.status === "failed" && !this.isPlanned) return "PLANNING_FAILED";
    return `RUN_${this.status.toUpperCase()}`;
  }

  /** Decides and asks until there is nothing to do but to wait. */
  advance(): void {
    while (this.status === "planning" || this.status === "running") {
      const [due] = this.#pieces("due");
      if (due !== undefined) {
        this.fruitless = 0;
        due.due();
      } else if (!this.#release() && !this.#ask()) {
        this.#rest();
        return;
      }
    }
  }

  #answered(found: Piece, isWell: boolean): void {
    if (found.id === null) this.#proposed(isWell);
    else if (!isWell) {
      found.hasDraft = found.purpose === "review";
      this.#escalate(found);
    } else if (found.purpose === "review") found.standing = "accepted";
    else Object.assign(found, { standing: "wanted", purpose: "review", isEscalation: false, hasDraft: true });
  }

  #proposed(isGood: boolean): void {
    if (isGood) this.#planned();
    else if (this.#planAttempt === 2) this.status = "failed";
    else {
      this.#planAttempt = 2;
      this.#plan.standing = "wanted";
    }
  }

  #planned(): void {
    this.#plan.standing = "accepted";
    this.status = "running";
  }

  #escalate(task: Piece): void {
    if (task.tier === TOP) task.standing = "flagged";
    else
      Object.assign(task, {
        standing: "wanted",
        purpose: "execute",
        tier: task.tier + 1,
        isEscalation: true,
      });
  }

  #decided(task: Piece, action: Action): void {
    if (action === "give_up") task.standing = "failed";
    else if (action !== "rerun") task.standing = "accepted";
    else Object.assign(task, { standing: "wanted", purpose: "execute", tier: TOP, isEscalation: false });
  }

  /** Lets tasks begin whose needs are met, and skips those whose needs have failed. */
  #release(): boolean {
    if (!this.isPlanned) return false;
    const before = this.#pieces("waiting");
    for (const task of before) {
      const needs = NEEDS[task.id as Id].map((id) => this.standing(id));
      if (needs.every((need) => need === "accepted")) task.standing = "wanted";
      else if (needs.some((need) => need === "failed" || need === "skipped")) task.standing = "skipped";
    }
    return this.#pieces("waiting").length < before.length;
  }

  /** Asks for whatever is wanted, if there is money for it. */
  #ask(): boolean {
    const wanted = this.#pieces("wanted");
    for (const each of wanted) {
      if (!this.isBroke) each.standing = "asked";
      else if (each.isEscalation && each.purpose === "execute") {
        Object.assign(each, { hasDraft: false, isShort: true });
        this.#later(each, () => {
          each.standing = "flagged";
        });
      } else each.standing = "stalled";
    }
    if (this.#pieces("stalled").some((each) => wanted.includes(each))) this.#pause("budget");
    return wanted.length > 0;
  }

  /** Nothing is to be done: it waits for what is under way, or ends, or pauses. */
  #rest(): void {
    if (this.asked.length > 0) return;
    const [stalled] = this.#pieces("stalled");
    if (stalled !== undefined) this.#pause(stalled.purpose === "review" ? "reviewer" : "network");
    else if (this.#pieces("flagged").length > 0) this.#pause("person");
    else this.status = this.standing("b") === "accepted" ? "completed" : "failed";
  }

  #goOn(): void {
    this.fruitless += 1;
    this.status = this.isPlanned ? "running" : "planning";
    for (const each of this.#pieces("stalled")) {
      each.standing = "wanted";
      this.fruitless = 0;
    }
    this.advance();
  }

  /** What is under way is not heard of any more. */
  #lose(): void {
    for (const each of this.#pieces("asked")) {
      this.spent += 100;
      each.standing = "wanted";
    }
  }

  #pause(reason: string): void {
    this.status = "paused";
    this.reason = reason;
    this.fruitless = 0;
  }

  #later(found: Piece, due: () => void): void {
    Object.assign(found, { standing: "due", due });
  }

  #task(id: Id): Piece {
    return this.tasks.find((task) => task.id === id) as Piece;
  }

  #pieces(standing: Standing): readonly Piece[] {
    return [this.#plan, ...this.tasks].filter((each) => each.standing === standing);
  }
}

const piece = (id: Id | null, purpose: Purpose): Piece => ({
  ...{ id, purpose, standing: "waiting", tier: 0, isEscalation: false, hasDraft: false, decision: null },
  isShort: false,
  due: () => {},
});

const nameOf = ({ id, purpose }: Piece): string => (id === null ? purpose : `${purpose} ${id}`);
