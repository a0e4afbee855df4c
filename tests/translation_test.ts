/** The Chinese pages say what the English ones say, as far as commands, names and numbers show it. */

import assert from "node:assert/strict";
import { PROJECT_DIRECTORY } from "../lib/setup/tasks.ts";
import { differences, type Page, TRANSLATED, translationOf } from "./support/translation.ts";

const HINT =
  "the page in Chinese is to say it too; a sentence you cannot write there, put in English";

async function read(path: string): Promise<Page> {
  return { path, text: await Deno.readTextFile(`${PROJECT_DIRECTORY}/${path}`) };
}

for (const path of TRANSLATED) {
  Deno.test(`${translationOf(path)} says what ${path} says`, async () => {
    const lines = differences(await read(path), await read(translationOf(path)));
    assert.ok(lines.length === 0, [...lines, HINT].join("\n"));
  });

  Deno.test(`${path} and ${translationOf(path)} name each other in front of all else`, async () => {
    for (const [from, to] of [[path, translationOf(path)], [translationOf(path), path]] as const) {
      const [, , line] = (await read(from)).text.split("\n");
      assert.ok(line?.includes(`](${to.replace(/.*\//, "")})`), `${from}, line 3: ${line}`);
    }
  });
}

const ENGLISH = {
  path: "README.md",
  text: `# Title

[中文](README.zh-CN.md) · [below](#options)

## Try it

\`\`\`sh
deno task try    # with a test pattern
# no heading
\`\`\`

It ends after 10 s, with \`q\` or by [the rules](docs/a.md#rule).

## Options

| option    | of   | default  | meaning |
| --------- | ---- | -------- | ------- |
| \`--loop\`  | host | off      | again   |
| \`--wait\`  | host | off      | wait    |
| \`--timeout\` | host | 3 seconds | patience |
`,
};
const CHINESE = {
  path: "README.zh-CN.md",
  text: `# 标题

[English](README.md) · [下面](#选项)

## 试一试

\`\`\`sh
deno task try    # 用测试图案
\`\`\`

10 秒后结束；也可以按 \`q\`，或按[规则](docs/a.md#rule)。

## 选项

| 选项      | 属于   | 默认  | 含义 |
| --------- | ---- | ---- | ---- |
| \`--loop\`  | host | 关 | 循环 |
| \`--wait\`  | host | 关 | 等待 |
| \`--timeout\` | host | 3 秒 | 耐心 |
`,
};

Deno.test("differences() finds none where only the words are others", () => {
  assert.deepEqual(differences(ENGLISH, CHINESE), []);
});

/** What is said when this of the Chinese page is replaced by that. */
function saidOf(what: string, replacement: string): string[] {
  assert.ok(CHINESE.text.includes(what));
  return differences(ENGLISH, { ...CHINESE, text: CHINESE.text.replace(what, replacement) });
}

Deno.test("differences() says where a command, a name, a number or a link is not the same", () => {
  const place = 'README.zh-CN.md at "试一试", in English "Try it",';
  assert.deepEqual(saidOf("task try ", "task demo "), [
    `${place} lacks the line "deno task try"`,
    `${place} has the line "deno task demo" besides`,
  ]);
  assert.deepEqual(saidOf("`q`", "q"), [`${place} lacks \`q\``]);
  assert.deepEqual(saidOf("10 秒", "十秒"), [`${place} lacks the number 10`]);
  assert.deepEqual(saidOf("#rule", "#rules"), [
    `${place} lacks the link to docs/a.md#rule`,
    `${place} has the link to docs/a.md#rules besides`,
  ]);
  assert.deepEqual(saidOf("#选项", "#试一试"), [
    'README.zh-CN.md at "标题", in English "Title", lacks the link to heading 3 of the page',
    'README.zh-CN.md at "标题", in English "Title", has the link to heading 2 of the page besides',
  ]);
});

Deno.test("differences() says which option is missing, or has another default", () => {
  const place = 'README.zh-CN.md at "选项", in English "Options",';
  assert.deepEqual(saidOf("| `--loop`  | host | 关 | 循环 |\n", ""), [
    `${place} lacks \`--loop\``,
    `${place} lacks the row of \`--loop\` of host`,
  ]);
  assert.deepEqual(saidOf("关 | 等待", "开 | 等待"), [
    'README.zh-CN.md has "开" for `--wait`, in English "off"',
  ]);
  assert.deepEqual(saidOf("3 秒", "5 秒"), [
    `${place} lacks the number 3`,
    'README.zh-CN.md has "5 秒" for `--timeout`, in English "3 seconds"',
  ]);
});

Deno.test("differences() says from which heading on the pages part", () => {
  assert.deepEqual(saidOf("## 选项", "选项"), [
    'README.zh-CN.md has other headings than README.md: its end in place of "Options"',
  ]);
});
