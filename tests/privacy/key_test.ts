import assert from "node:assert/strict";
import fc from "fast-check";
import { KEY_CHARACTERS, newKey, parseKey, shownKey } from "../../lib/privacy/key.ts";

Deno.test("newKey() makes 16 characters without letters that look like others", () => {
  const keys = Array.from({ length: 200 }, newKey);
  for (const key of keys) assert.match(key, /^[0-9A-HJKMNP-TV-Z]{16}$/);
  assert.equal(new Set(keys).size, keys.length);
  // All of the alphabet is in use.
  assert.equal(new Set(keys.join("")).size, 32);
});

Deno.test("shownKey() puts it into groups of four", () => {
  assert.equal(shownKey("7K2MQ9XD4RTVH3WB"), "7K2M-Q9XD-4RTV-H3WB");
});

Deno.test("parseKey() reads a key back in any case, with any spaces and dashes", () => {
  const separator = fc.constantFrom("", " ", "-", "\t", "–", " - ", "\n");
  fc.assert(fc.property(
    fc.array(separator, { minLength: KEY_CHARACTERS + 1, maxLength: KEY_CHARACTERS + 1 }),
    fc.infiniteStream(fc.boolean()),
    (separators, isLower) => {
      const key = newKey();
      const typed = [...key].map((one, index) =>
        separators[index] + (isLower.next().value ? one.toLowerCase() : one)
      ).join("") + separators[KEY_CHARACTERS];
      assert.equal(parseKey(typed), key);
    },
  ));
});

Deno.test("parseKey() takes a letter that no key has for the one it looks like", () => {
  assert.equal(parseKey("oOiI-lLuU-0000-0000"), "001111VV00000000");
});

Deno.test("parseKey() refuses what is no key", () => {
  for (
    const text of [
      "",
      "7K2M-Q9XD-4RTV-H3W",
      "7K2M-Q9XD-4RTV-H3WBB",
      "7K2M-Q9XD-4RTV-H3W!",
      "7K2M_Q9XD_4RTV_H3WB",
      "7K2MQ9XD4RTVH3WB" + " ".repeat(1000),
      "ＡＢＣＤ-Q9XD-4RTV-H3WB",
    ]
  ) assert.equal(parseKey(text), undefined, JSON.stringify(text));
});
