/**
 * What holds for the project as a whole: its form, its documentation, its permissions, and that
 * what the documents tell a reader to type exists.
 */

import assert from "node:assert/strict";
import { withOptionTables } from "../docs/option_tables.ts";
import configuration from "../deno.json" with { type: "json" };
import { environmentNames, flagsOf } from "../lib/cli/names.ts";
import { PROJECT_DIRECTORY } from "../lib/setup/tasks.ts";
import { OPTIONS } from "../settings.ts";
import { anchorsOf } from "./support/documents.ts";

const MAX_LINES = 300;

/** Folders that git ignores or owns. */
const NOT_OURS = /^(\.git|\.cache|dist|benchmarks\/results|lib\/opencv\/\.build)$/;

/** What a reader has to take in as a whole; documents may be longer. */
const CODE = /\.(ts|cpp|c|h|py|sh)$/;

/** Every text file of the project, by its path from the project's folder. */
async function readProject(): Promise<Map<string, string>> {
  const texts = new Map<string, string>();
  const walk = async (folder: string) => {
    for await (
      const { name, isDirectory, isFile } of Deno.readDir(`${PROJECT_DIRECTORY}/${folder}`)
    ) {
      const path = folder + name;
      if (isDirectory && !NOT_OURS.test(path)) await walk(`${path}/`);
      if (isFile && /(^[^.]*|\.(ts|js|json|lock|md|cpp|h|c|py|sh))$/.test(name)) {
        texts.set(path, await Deno.readTextFile(`${PROJECT_DIRECTORY}/${path}`));
      }
    }
  };
  await walk("");
  return texts;
}

const project = await readProject();
const documents = [...project].filter(([path]) => path.endsWith(".md") || path === ".ci/run");
const sources = [...project.keys()].filter((path) => path.endsWith(".ts"));

/** Every match of `pattern` in `texts` as `file: match`; `pattern`'s first group if it has one. */
function found(
  texts: Iterable<[string, string]>,
  pattern: RegExp,
): { path: string; text: string }[] {
  return [...texts].flatMap(([path, content]) =>
    Array.from(content.matchAll(pattern), ([whole, group]) => ({ path, text: group ?? whole }))
  );
}

/** What is used of `deno doc --json`. */
interface Documentation {
  nodes: Record<string, {
    module_doc?: { doc?: string };
    symbols?: {
      name: string;
      declarations: { kind: string; declarationKind: string; jsDoc?: { doc?: string } }[];
    }[];
  }>;
}

/** Runs Deno on the project; it must end well. */
async function deno(...args: string[]): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args,
    cwd: PROJECT_DIRECTORY,
    env: { NO_COLOR: "1" },
  }).output();
  const text = new TextDecoder();
  assert.ok(success, `deno ${args[0]}:\n${text.decode(stdout)}${text.decode(stderr)}`);
  return text.decode(stdout);
}

Deno.test("project is formatted", async () => {
  await deno("fmt", "--check");
});

Deno.test("project passes the linter", async () => {
  await deno("lint");
});

Deno.test("project has no type errors", async () => {
  await deno("check", "--doc");
});

Deno.test("project documents every module and every export", async () => {
  const modules = sources.filter((path) => /^lib\/|^settings(\/|\.ts$)/.test(path));
  const documentation: Documentation = JSON.parse(await deno("doc", "--json", ...modules));
  const undocumented: string[] = [];
  for (const [url, module] of Object.entries(documentation.nodes)) {
    const path = url.replace(`file://${PROJECT_DIRECTORY}/`, "");
    if (!module.module_doc?.doc) undocumented.push(path);
    for (const { name, declarations } of module.symbols ?? []) {
      const exported = declarations.filter(({ kind, declarationKind }) =>
        declarationKind === "export" && kind !== "reference"
      );
      if (exported.some(({ jsDoc }) => !jsDoc?.doc)) undocumented.push(`${path}: ${name}`);
    }
  }
  assert.deepEqual(undocumented, []);
  assert.equal(Object.keys(documentation.nodes).length, modules.length);
});

Deno.test("project has no code file of more than 300 lines", () => {
  const long = [...project]
    .filter(([path]) => CODE.test(path))
    .map(([path, text]) => ({ path, lines: text.trimEnd().split("\n").length }))
    .filter(({ lines }) => lines > MAX_LINES);
  assert.deepEqual(long, []);
});

Deno.test("deno.json names every permission", () => {
  const { tasks, permissions } = configuration;
  const commands = JSON.stringify(tasks);
  assert.doesNotMatch(commands, /--allow-all|\s-[a-zA-Z]*A/);
  assert.match(commands, /--allow-run=/);
  const named = Array.from(commands.matchAll(/-P=(\w+)/g), ([, name]) => name);
  assert.deepEqual(new Set(named), new Set(Object.keys(permissions)));
  for (const [name, given] of Object.entries<Record<string, unknown>>(permissions)) {
    assert.ok(Array.isArray(given["run"] ?? []) && !("all" in given), name);
  }
});

Deno.test("deno.json's programs greet a beginner with a short line", () => {
  for (const name of ["host", "guest", "demo"] as const) {
    assert.ok(configuration.tasks[name].command.length <= 120, name);
  }
});

Deno.test("deno.json pins every dependency, from npm only, and the lock file is binding", () => {
  for (const [name, target] of Object.entries(configuration.imports)) {
    assert.match(target, /^npm:(@[\w-]+\/)?[\w-]+@\d+\.\d+\.\d+$/, name);
  }
  assert.deepEqual(found(project, /\bjsr:@\w+|https:\/\/deno\.land\/(std|x)\b/g), []);
  assert.ok(project.has("deno.lock"));
  assert.equal((configuration as { lock?: { frozen?: boolean } }).lock?.frozen, true);
});

Deno.test("every task that the documents name exists", () => {
  const named = found(documents, /deno(?:@[\d.]+)? task (?:--quiet )?([a-z][\w:-]*)/g);
  assert.ok(named.length > 0);
  assert.deepEqual(named.filter(({ text }) => !(text in configuration.tasks)), []);
});

Deno.test("every option that the documents give to a program exists", () => {
  const known = new Set([
    ...Object.entries(OPTIONS).flatMap((entry) => flagsOf(...entry)),
    "--help",
  ]);
  const calls = found(
    documents,
    /deno(?:@[\d.]+)? task (?:host|guest|demo|doctor|service)\b[^`\n]*/g,
  );
  const flags = found(calls.map(({ path, text }) => [path, text]), /--[a-z][\w-]*/g);
  assert.ok(flags.length > 0);
  assert.deepEqual(flags.filter(({ text }) => !known.has(text)), []);
});

Deno.test("every environment variable that the documents name exists", () => {
  const known = environmentNames(OPTIONS);
  const named = found(documents, /\bCAPTUREVIDEO_[A-Z_]*[A-Z]\b/g);
  assert.deepEqual(named.filter(({ text }) => !known.includes(text)), []);
});

Deno.test("the README has today's options: deno task docs writes them", () => {
  const readme = project.get("README.md") ?? "";
  assert.equal(readme, withOptionTables(readme));
  assert.match(readme, /\| `--quality` /);
});

Deno.test("every file, and every heading, that the documents link to exists", async () => {
  for (const { path, text } of found(documents, /\]\((?!https?:|mailto:)([^)\s]+)/g)) {
    const target = new URL(text, `file://${PROJECT_DIRECTORY}/${path}`);
    await assert.doesNotReject(Deno.stat(target), `${path} links to ${text}`);
    if (!target.pathname.endsWith(".md") || target.hash === "") continue;
    const headings = anchorsOf(await Deno.readTextFile(target));
    assert.ok(headings.includes(decodeURIComponent(target.hash)), `${path} links to ${text}`);
  }
});

Deno.test("the documents and CI name one version of Deno", () => {
  const versions = new Set(found(documents, /deno@([\d.]+\d)/g).map(({ text }) => text));
  assert.deepEqual([...versions], [Deno.version.deno]);
});

Deno.test("CI runs the README's test command", () => {
  const command = /^npx --yes deno@\S+ task test$/m.exec(project.get(".ci/run") ?? "")?.[0];
  assert.ok(command !== undefined);
  assert.ok(project.get("README.md")?.includes(command));
});
