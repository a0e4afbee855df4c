/**
 * What a document of the project consists of, as far as tests ask: headings and what is below each.
 *
 * @module
 */

/** A heading, and what stands between it and the next one. */
export interface Section {
  /** In front of the first heading it is empty, and the level 0. */
  readonly heading: string;
  readonly level: number;
  /** The lines of its code blocks, without comments. */
  readonly code: readonly string[];
  /** Its code within the text, without the backticks. */
  readonly words: readonly string[];
  /** The numbers of its text. */
  readonly numbers: readonly string[];
  /** What its links and pictures lead to. */
  readonly links: readonly string[];
  /** Its rows that are about an option. */
  readonly options: readonly OptionRow[];
}

/** A row of a table of options. */
export interface OptionRow {
  readonly name: string;
  readonly programs: string;
  readonly default: string;
  readonly meaning: string;
}

const CODE_BLOCK = /^```.*?\n(.*?)^```/gms;
const HEADING = /^(#+) (.+)$/;
const OPTION = /^\| (`(?:-|CAPTUREVIDEO_|").*?`) *\| (.*?) *\| (.*?) *\| (.*?) *\|$/;

/** The document's sections, in their order; the first is what stands in front of all headings. */
export function sectionsOf(text: string): Section[] {
  // A line in a code block may look like a heading.
  const blocks: string[] = [];
  const lines = text.replaceAll(CODE_BLOCK, (_, block) => `\0${blocks.push(block) - 1}`).split(
    "\n",
  );
  const starts = lines.flatMap((line, at) => HEADING.test(line) ? [at] : []);
  return [0, ...starts].map((start, i) => {
    const own = lines.slice(start, starts[i]);
    return sectionOf(own, own.flatMap((line) => /^\0/.test(line) ? blocks[+line.slice(1)]! : []));
  });
}

function sectionOf(lines: readonly string[], blocks: readonly string[]): Section {
  const [, marks = "", heading = ""] = HEADING.exec(lines[0] ?? "") ?? [];
  const text = lines.filter((line) => !line.startsWith("\0")).join("\n");
  const prose = text.replaceAll(/\]\([^)]*\)/g, "]").replaceAll(/`[^`]*`/g, "");
  return {
    heading,
    level: marks.length,
    code: blocks.join("").split("\n").map((line) => line.replace(/(^|\s+)# .*/, ""))
      .filter((line) => line !== ""),
    words: Array.from(text.matchAll(/`([^`]+)`/g), ([, word = ""]) => word.replaceAll("\n", " ")),
    numbers: Array.from(prose.matchAll(/\d[\d.,]*(?<=\d)/g), ([number]) => number),
    links: Array.from(text.matchAll(/\]\(([^)\s]+)\)/g), ([, link = ""]) => link),
    options: lines.flatMap((line) => {
      const [, name, programs, value, meaning] = OPTION.exec(line) ?? [];
      return name === undefined
        ? []
        : [{ name, programs: programs!, default: value!, meaning: meaning! }];
    }),
  };
}

/** What a document's headings are linked by, as GitHub makes it of them, from `#` on. */
export function anchorsOf(text: string): string[] {
  return sectionsOf(text).slice(1).map(({ heading }) => anchorOf(heading));
}

/** What a heading is linked by, as GitHub makes it: letters of any script, digits, `_` and `-`. */
export function anchorOf(heading: string): string {
  const words = heading.replaceAll(/[^\p{L}\p{M}\p{N}\p{Pc}\s-]/gu, "");
  return `#${words.toLowerCase().replaceAll(/\s/g, "-")}`;
}
