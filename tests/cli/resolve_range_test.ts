import assert from "node:assert/strict";
import fc from "fast-check";
import { environmentNameOf, flagOf } from "../../lib/cli/names.ts";
import { type NumberOption, PROGRAMS } from "../../lib/cli/option.ts";
import { UsageError } from "../../lib/flow/errors.ts";
import { definitionFor, optionNamesOf, run, type SettingsSources, sources } from "./support.ts";

/** Every numeric option of every program. */
const NUMERIC = PROGRAMS.flatMap((program) =>
  optionNamesOf(program).flatMap((name) => {
    const definition = definitionFor(program, name);
    return definition.kind === "integer" || definition.kind === "number"
      ? [{ program, name, definition }]
      : [];
  })
);

/** The option given a value in each of the three ways, with the name it then has. */
function threeWays(name: string, value: number): ReadonlyArray<[string, SettingsSources]> {
  return [
    [flagOf(name), sources({ args: [`${flagOf(name)}=${value}`] })],
    [flagOf(name), sources({ args: [flagOf(name), String(value)] })],
    [environmentNameOf(name), sources({ env: { [environmentNameOf(name)]: String(value) } })],
    [`"${name}" in capturevideo.json`, sources({}, { [name]: value })],
  ];
}

Deno.test("resolveSettings() takes any integer in range unchanged from every source", () => {
  for (const { program, name, definition } of NUMERIC) {
    const min = Math.ceil(definition.min ?? 1);
    const max = definition.max ?? Number.MAX_SAFE_INTEGER;
    fc.assert(
      fc.property(fc.integer({ min, max }), (value) => {
        for (const [label, from] of threeWays(name, value)) {
          const settings: Record<string, unknown> = { ...run(program, from) };
          assert.equal(settings[name], value, `${program}: ${label}`);
        }
      }),
      { numRuns: 25, examples: [[min], [max]] },
    );
  }
});

Deno.test("resolveSettings() refuses any integer out of range from every source, by name", () => {
  for (const { program, name, definition } of NUMERIC) {
    const below = Math.ceil(definition.min ?? (definition.above ?? 0) + 1) - 1;
    const above = (definition.max ?? Number.MAX_SAFE_INTEGER) + 1;
    const out = fc.oneof(
      fc.integer({ min: -(2 ** 40), max: below }),
      fc.integer({ min: 0, max: 2 ** 40 }).map((n) => above + 2 * n),
    );
    fc.assert(
      fc.property(out, (value) => {
        for (const [label, from] of threeWays(name, value)) {
          assert.throws(() => run(program, from), (error) => {
            assert(error instanceof UsageError);
            assert(error.message.startsWith(`${label} must be a`), error.message);
            assert(!error.message.includes("\n"));
            return true;
          });
        }
      }),
      { numRuns: 25, examples: [[below], [above]] },
    );
  }
});

Deno.test("resolveSettings() refuses fractions for integers and takes them for numbers", () => {
  for (const { program, name, definition } of NUMERIC) {
    const value = ((definition as NumberOption).min ?? 1) + 0.5;
    for (const [, from] of threeWays(name, value)) {
      if (definition.kind === "integer") {
        assert.throws(() => run(program, from), UsageError);
      } else {
        assert.equal(({ ...run(program, from) } as Record<string, unknown>)[name], value);
      }
    }
  }
});

Deno.test("resolveSettings() gives settings or a UsageError for any arguments and any file", () => {
  const words = fc.oneof(
    fc.string({ unit: "binary", maxLength: 8 }),
    fc.constantFrom("--", "-", "--port", "--port=", "--no-preview", "--control", "a=1", "-x", "0"),
  );
  const any = fc.record({
    program: fc.constantFrom(...PROGRAMS),
    args: fc.array(words, { maxLength: 6 }),
    port: fc.string({ unit: "binary" }),
    text: fc.oneof(fc.json(), fc.string()),
  });
  fc.assert(
    fc.property(any, ({ program, args, port, text }) => {
      try {
        const settings = run(program, { args, env: { CAPTUREVIDEO_PORT: port }, file: text });
        assert.deepEqual(Object.keys(settings), optionNamesOf(program));
      } catch (error) {
        assert(error instanceof UsageError, String(error));
        assert(error.message.length > 0);
      }
    }),
    { numRuns: 1000 },
  );
});
