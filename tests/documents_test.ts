/**
 * What the documents show agrees with the programs: commands and configuration files are accepted
 * as they stand there, and versions are those of today.
 */

import assert from "node:assert/strict";
import configuration from "../deno.json" with { type: "json" };
import { type Program, PROGRAMS } from "../lib/cli/option.ts";
import { VERSION } from "../lib/cli/version.ts";
import { PROJECT_DIRECTORY } from "../lib/setup/tasks.ts";
import { optionNamesOf, run, sources } from "./cli/support.ts";

/** The documents, by their paths. */
async function readDocuments(): Promise<Map<string, string>> {
  const texts = new Map<string, string>();
  for (const folder of ["", "docs/"]) {
    for await (const { name } of Deno.readDir(`${PROJECT_DIRECTORY}/${folder}`)) {
      const path = folder + name;
      if (!name.endsWith(".md")) continue;
      texts.set(path, await Deno.readTextFile(`${PROJECT_DIRECTORY}/${path}`));
    }
  }
  return texts;
}

const documents = await readDocuments();

/** What stands in the documents' blocks of code of a language. */
function blocks(language: string): { path: string; text: string }[] {
  const pattern = new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\``, "gms");
  return [...documents].flatMap(([path, content]) =>
    Array.from(content.matchAll(pattern), ([, text = ""]) => ({ path, text }))
  );
}

/** A program's task, and what is given to it. */
const COMMAND = new RegExp(`deno(?:@\\S+)? task (${PROGRAMS.join("|")})\\b(.*)`);

/** A command's words as a shell takes them apart, up to a comment or another command. */
function wordsOf(command: string): string[] {
  const words = command.replace(/ [#|&>].*$/, "").match(/(?:'[^']*'|"[^"]*"|[^\s'"])+/g) ?? [];
  return words.map((word) => word.replaceAll(/'([^']*)'|"([^"]*)"/g, "$1$2"));
}

Deno.test("every command that the documents show is one that its program accepts", () => {
  const commands = blocks("(?:sh|text)").flatMap(({ path, text }) =>
    text.replaceAll(/\\\n\s*/g, "").split("\n").flatMap((line) => {
      const [, program, rest = ""] = COMMAND.exec(line) ?? [];
      return program ? [{ path, program, args: wordsOf(rest) }] : [];
    })
  );
  assert.ok(commands.length > 30, `only ${commands.length} commands were found`);
  for (const { path, program, args } of commands) {
    assert.doesNotThrow(
      () => run(program as Program, sources({ args })),
      `${path}: deno task ${program} ${args.join(" ")}`,
    );
  }
});

Deno.test("every capturevideo.json that the documents show is one that a program accepts", () => {
  const names = new Set((["host", "guest", "demo"] as const).flatMap(optionNamesOf));
  const files = blocks("json").filter(({ text }) => {
    const keys = Object.keys(JSON.parse(text));
    return keys.some((key) => names.has(key)) && !keys.includes("type");
  });
  assert.ok(files.length > 0);
  for (const { path, text } of files) {
    assert.doesNotThrow(() => run("host", sources({ file: text })), `${path}: ${text}`);
  }
});

Deno.test("the changelog's newest release is the programs' version, with its day", () => {
  const releases = Array.from(
    documents.get("CHANGELOG.md")!.matchAll(/^## \[(\d\S*)\] - (\d{4}-\d\d-\d\d)$/gm),
    ([, version, day]) => ({ version, day }),
  );
  assert.equal(releases[0]?.version, VERSION);
  assert.ok(releases.every(({ day }) => !Number.isNaN(Date.parse(day!))));
});

Deno.test("the documents name no version of these programs but today's", () => {
  for (const [path, text] of documents) {
    const named = Array.from(text.matchAll(/\bcapturevideo[ -]v?(\d+\.\d+\.\d+)/g), ([, it]) => it);
    assert.deepEqual(named.filter((version) => version !== VERSION), [], path);
  }
});

Deno.test("the README says of each dependency, in its version, why it is there", () => {
  for (const target of Object.values(configuration.imports)) {
    const [, name, major] = /^npm:(.+)@(\d+)\./.exec(target) ?? [];
    const row = `[${name}](https://www.npmjs.com/package/${name}) ${major}`;
    assert.ok(documents.get("README.md")!.includes(`| ${row}`), `README.md has no row "${row}"`);
  }
});
