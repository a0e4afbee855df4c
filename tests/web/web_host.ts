/**
 * A host that serves browsers, as its task starts it.
 *
 * @module
 */

import { Program, type ProgramOptions } from "../support/programs.ts";

/** A running host. */
export class WebHost implements AsyncDisposable {
  /** Where its page is, with a slash at the end. */
  readonly url: string;
  /** The same, with the key behind it where there is one. */
  readonly link: string;
  /** Its process. */
  readonly program: Program;

  private constructor(program: Program, link: string) {
    this.program = program;
    this.link = link;
    this.url = link.replace(/#.*/, "");
  }

  /** Starts one that shows the test pattern. */
  static async start(args: readonly string[] = [], options?: ProgramOptions): Promise<WebHost> {
    const own = ["--web=0", "--port=0", "--no-preview"];
    if (!args.some((arg) => arg.startsWith("--source="))) own.push("--source=test");
    const program = Program.start("host", [...own, ...args], options);
    const { text } = await program.line(/in a browser: /);
    return new WebHost(program, /\S+$/.exec(text)![0]);
  }

  /** The port of its page. */
  get port(): number {
    return Number(new URL(this.url).port);
  }

  /** A request's answer, whose body is still to come. */
  ask(path: string, init?: RequestInit): Promise<Response> {
    return fetch(new URL(path, this.url), init);
  }

  /** What `/state` says. */
  async state() {
    const answer = await this.ask("state");
    return (await answer.json()).result;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.program[Symbol.asyncDispose]();
  }
}
