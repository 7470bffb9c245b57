/**
 * Questions at a terminal. Each has a default that Enter takes, and is asked again when its answer is not valid. The
 * caller decides what is asked.
 */
import { AnvilSqliteError, interrupted, isKind } from "../../errors.ts";
import { wrapText } from "../../ui/text/wrap_text.ts";
import type { Surroundings } from "../model/command.ts";
import { reportError } from "../terminal/report.ts";

/** What is needed from the run to ask. */
type Asking = Pick<Surroundings, "terminal" | "askLine" | "askSecret">;

/** Longer lines are hard to read. */
const WIDTH = 90;

/** Failures that another answer cannot repair. */
const NOT_THE_ANSWERS = ["stopped", "connection", "unanswered", "unavailable", "busy"] as const;

/** Asks one question after the other. */
export class Questions {
  readonly #run: Asking;
  #answered = false;

  constructor(run: Asking) {
    this.#run = run;
  }

  /** Prints a line of text. */
  say(text: string): void {
    this.#run.terminal.line(text);
  }

  /** Prints why an answer is not valid. */
  sayWrong(error: AnvilSqliteError): void {
    this.say(reportError(error, this.#run.terminal.color).text ?? error.message);
  }

  /**
   * Asks until the answer can be read.
   * @param read returns the answer's meaning; what it throws is printed, and the question asked again
   * @param fallback what Enter means; null when there has to be an answer
   * @throws {AnvilSqliteError} `nobody` (exit 2) when nobody is there; `interrupted` when the user leaves
   */
  async ask<T>(question: string, fallback: T | null, read: (answer: string) => T | Promise<T>): Promise<T> {
    for (;;) {
      const answer = await this.#line(question);
      if (answer === "" && fallback !== null) return fallback;
      const meaning = await this.#tried(() => read(answer));
      if (meaning !== null) return meaning.value;
    }
  }

  /** Asks yes or no. */
  askWhether(question: string, fallback: boolean): Promise<boolean> {
    return this.ask(`${question} ${fallback ? "[Y/n]" : "[y/N]"}`, fallback, (answer) => {
      if (/^y(es)?$/i.test(answer)) return true;
      if (/^no?$/i.test(answer)) return false;
      throw wrongAnswer(`'${answer}' is neither yes nor no`, "Type y or n.");
    });
  }

  /** Asks for a text that nobody else should see. */
  async askHidden<T>(question: string, read: (answer: string) => Promise<T>): Promise<T> {
    for (;;) {
      const answer = this.#run.terminal.outIsTerminal ? this.#run.askSecret(question) : null;
      if (answer === null) throw nobody();
      const meaning = await this.#tried(() => read(answer));
      if (meaning !== null) return meaning.value;
    }
  }

  async #line(question: string): Promise<string> {
    const width = Math.min(this.#run.terminal.columns, WIDTH);
    const answer = await this.#run.askLine(wrapText(question, width).join("\n"));
    if (answer !== null) {
      this.#answered = true;
      return answer;
    }
    // The end of the input, after answers, is a user who leaves.
    throw this.#answered ? interrupted() : nobody();
  }

  /** What an answer means; null for an answer that is not valid, after saying why. */
  async #tried<T>(read: () => T | Promise<T>): Promise<{ readonly value: T } | null> {
    try {
      return { value: await read() };
    } catch (error) {
      if (!(error instanceof AnvilSqliteError) || isKind(error, ...NOT_THE_ANSWERS)) throw error;
      this.sayWrong(error);
      return null;
    }
  }
}

/** The error of an answer that is not valid. */
export function wrongAnswer(message: string, hint: string): AnvilSqliteError {
  return new AnvilSqliteError(message, { code: "usage", hint });
}

function nobody(): AnvilSqliteError {
  return new AnvilSqliteError("Nobody is there to answer", {
    code: "not-confirmed",
    hint: "Give the answers as flags, and --yes; see 'anvil-sqlite setup --help'.",
  });
}
