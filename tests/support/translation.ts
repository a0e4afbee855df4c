/**
 * Whether a page in another language says what the English one says, as far as can be told without
 * knowing the language: by headings, commands, names, numbers, options and links.
 *
 * @module
 */

import { anchorOf, type OptionRow, type Section, sectionsOf } from "./documents.ts";

/** A document, by its path from the project's folder. */
export interface Page {
  readonly path: string;
  readonly text: string;
}

/** The pages that there are in Chinese as well, by the English one's path. */
export const TRANSLATED: readonly string[] = ["README.md", "docs/learn.md"];

/** The path of a page in Chinese. */
export function translationOf(path: string): string {
  return path.replace(/\.md$/, ".zh-CN.md");
}

/** What the translation lacks, or has too much, beside the page: a line for each, with the place. */
export function differences(page: Page, translation: Page): string[] {
  const sections = withTargets(page);
  const others = withTargets(translation);
  const parting = sections.findIndex(({ level }, i) => level !== others[i]?.level);
  if (parting >= 0 || sections.length !== others.length) {
    const at = parting < 0 ? sections.length : parting;
    const [wanted, there] = [sections[at], others[at]].map(nameOf);
    return [
      `${translation.path} has other headings than ${page.path}: ${there} in place of ${wanted}`,
    ];
  }
  const lines = sections.flatMap((section, i) => {
    const place = `at ${nameOf(others[i])}, in English ${nameOf(section)},`;
    return [
      ...missing(section, others[i]!).map((what) => `${place} lacks ${what}`),
      ...missing({ ...others[i]!, numbers: [] }, section).map((what) =>
        `${place} has ${what} besides`
      ),
    ];
  });
  return [...lines, ...otherDefaults(sections, others)].map((line) =>
    `${translation.path} ${line}`
  );
}

function nameOf(section: Section | undefined): string {
  if (section === undefined) return "its end";
  return section.level === 0 ? "its beginning" : `"${section.heading}"`;
}

/** The page's sections; each link is what it leads to, whatever the language. */
function withTargets({ path, text }: Page): Section[] {
  const sections = sectionsOf(text);
  const anchors = sections.map(({ heading }) => anchorOf(heading));
  const originalOf = (path: string) => path.replace(/\.zh-CN\.md$/, ".md");
  return sections.map((section) => ({
    ...section,
    links: section.links.map((link) => {
      if (/^https?:/.test(link)) return link;
      const { pathname, hash } = new URL(link, `file:///${path}`);
      const target = originalOf(pathname.slice(1));
      if (!TRANSLATED.includes(target)) return target + hash;
      if (target !== originalOf(path) || hash === "") return target;
      const heading = anchors.indexOf(decodeURIComponent(hash));
      return `heading ${heading} of the page`;
    }),
  }));
}

/** What stands in one section and not in the other. */
function missing(section: Section, other: Section): string[] {
  const rows = ({ options }: Section) =>
    options.map(({ name, programs }) => `${name} of ${programs}`);
  const without = (these: readonly string[], those: readonly string[]) =>
    Array.from(new Set(these).difference(new Set(those)));
  return [
    ...without(section.code, other.code).map((line) => `the line "${line}"`),
    ...without(section.words, other.words).map((word) => `\`${word}\``),
    ...without(section.numbers, other.numbers).map((number) => `the number ${number}`),
    ...without(section.links, other.links).map((link) => `the link to ${link}`),
    ...without(rows(section), rows(other)).map((row) => `the row of ${row}`),
  ];
}

/**
 * Defaults that differ. Words that are typed stand as they are; others are translated, each always in the same way, and no two alike:
 * so one that changes stands out.
 */
function otherDefaults(sections: readonly Section[], others: readonly Section[]): string[] {
  const there = new Map(others.flatMap(({ options }) => options.map((row) => [row.name, row])));
  const known = new Map<string, string>();
  const taken = new Map<string, string>();
  return sections.flatMap(({ options }) => options).flatMap((row) => {
    const other = there.get(row.name);
    if (other === undefined) return [];
    const [own, translated] = [wordsOf(row), wordsOf(other)];
    if (isTyped(row) && row.default === other.default) return [];
    const isSame = numbersOf(row) === numbersOf(other) &&
      (known.get(own) ?? translated) === translated && (taken.get(translated) ?? own) === own;
    known.set(own, translated);
    taken.set(translated, own);
    return isSame ? [] : [`has "${other.default}" for ${row.name}, in English "${row.default}"`];
  });
}

/** Whether the default is one of the words that the option takes. */
function isTyped({ default: value, meaning }: OptionRow): boolean {
  const [, choices = ""] = /\(([^()]+)\)$/.exec(meaning) ?? [];
  return choices.split(", ").includes(value);
}

const NUMBERS = /\d+(\.\d+)*/g;

function numbersOf({ default: value }: OptionRow): string {
  return (value.match(NUMBERS) ?? []).join(" ");
}

function wordsOf({ default: value }: OptionRow): string {
  return value.replaceAll(NUMBERS, "").trim();
}
