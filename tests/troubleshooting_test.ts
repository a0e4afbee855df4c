/**
 * The lines that docs/troubleshooting.md quotes are those that the programs print: each of their
 * clauses stands in the code, with an example's names and numbers where the code puts its own.
 */

import assert from "node:assert/strict";
import { PROJECT_DIRECTORY } from "../lib/setup/tasks.ts";

const CODE = /\.(ts|js|cpp|h)$/;
/** Comments may hold quotes that open nothing. */
const COMMENT = /^\s*(?:\/\/|\/?\*).*$/gm;
const LITERAL = /"(?:[^"\\\n]|\\.)*"|`(?:[^`\\\n]|\\.)*`/;
/** Literals that are put together, in C++ with what stands between them. */
const LITERALS = new RegExp(
  `(?:${LITERAL.source})(?:\\)?\\s*\\+\\s*(?:${LITERAL.source}|[\\w.:]+(?:\\(\\w*\\))?))*`,
  "g",
);
/** What the code fills in: the braces of a template, or what is added between literals. */
const FILLED_IN = /\$\{(?:[^{}]|\{[^{}]*\})*\}|["`]\)?\s*\+\s*[^\s"`]+\s*\+\s*["`]/;
const JOINED = /["`]\s*\+\s*["`]/g;

/** Clauses that stand in no literal of the code as a whole, such as a camera's name. */
const FROM_ELSEWHERE = [
  /^\d+ ".+" \(.+\)$/,
  /^HD Pro Webcam C920 \(\/dev\/video0\)$/,
  /^\d+x\d+ at \d+ frames\/s, \w+$/,
  /^https:\S+$/,
  /^(?:\w+ \([\d.:]+\)(?:, |$))+$/, // hosts in a list
  /^[\d.:]+ is private, and nobody can be asked for its key$/,
  /^no element "\w+"$/,
  /^…$/, // left out on the page
  /^left \(and \d+ more before\)$/,
];

Deno.test("troubleshooting.md quotes what the programs print", async () => {
  const patterns = [...await clausesInCode(), ...FROM_ELSEWHERE];
  const document = await Deno.readTextFile(`${PROJECT_DIRECTORY}/docs/troubleshooting.md`);
  const boxes = Array.from(document.matchAll(/^```text\n([^]*?)^```/gm), ([, text]) => text!);
  assert.ok(boxes.length > 10);
  const strange = boxes.flatMap((box) => box.trimEnd().split("\n"))
    .flatMap(clausesOf)
    .filter((clause) => !patterns.some((pattern) => pattern.test(clause)));
  assert.deepEqual(strange, []);
});

/** A line without the program's name, in its parts. */
function clausesOf(line: string): string[] {
  return line.replace(/^(?:host|guest|demo|setup|… ): /, "")
    .split(/[:;] (?!\/)|[:;]$/)
    .map((clause) => clause.trim())
    .filter((clause) => clause !== "");
}

async function clausesInCode(): Promise<RegExp[]> {
  const patterns: RegExp[] = [];
  for await (const code of codeFiles(PROJECT_DIRECTORY)) {
    for (const [literals] of code.replaceAll(COMMENT, "").matchAll(LITERALS)) {
      const text = literals.slice(1).replace(/["`]$/, "").replaceAll(JOINED, "").replaceAll(
        "\\n",
        " ",
      );
      for (const clause of clausesOf(text)) {
        const parts = clause.replaceAll(/\\(["`\\])/g, "$1").split(FILLED_IN);
        // What is nothing but filled in would match anything.
        if (parts.join("").replaceAll(/\W/g, "").length < 2) continue;
        patterns.push(new RegExp(`^${parts.map((part) => RegExp.escape(part)).join(".+")}$`));
      }
    }
  }
  return patterns;
}

/** The texts of the programs and of all that is below lib/. */
async function* codeFiles(folder: string): AsyncGenerator<string> {
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    const isOurs = folder !== PROJECT_DIRECTORY || name === "lib";
    if (isDirectory && isOurs) yield* codeFiles(`${folder}/${name}`);
    else if (CODE.test(name)) yield await Deno.readTextFile(`${folder}/${name}`);
  }
}
