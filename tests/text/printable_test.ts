import assert from "node:assert/strict";
import fc from "fast-check";
import { countCharacters, printable, shellWord, shorten } from "../../lib/text/printable.ts";

Deno.test("printable() replaces what moves the cursor, breaks the line or turns the text", () => {
  const breaks = [0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x85, 0x2028, 0x2029];
  const unsafe = [
    ...Array.from({ length: 0x20 }, (_, code) => code),
    ...Array.from({ length: 0x21 }, (_, index) => 0x7f + index),
    ...[0x061c, 0x200e, 0x200f, 0x202a, 0x202e, 0x2066, 0x2069, 0xd800, 0xdfff],
    ...breaks,
  ];
  for (const code of unsafe) {
    const expected = breaks.includes(code) ? "a b" : "a\uFFFDb";
    assert.equal(printable(`a${String.fromCharCode(code)}b`), expected, code.toString(16));
  }
  assert.equal(printable("one\r\n\ttwo\n"), "one two ");
});

Deno.test("printable() leaves every language alone", () => {
  for (const text of ["Café №5", "Камера в саду", "正面カメラ", "מצלמה", "👩‍👧 e\u0301"]) {
    assert.equal(printable(text), text);
  }
});

Deno.test("shorten() keeps text that fits and marks what it cuts", () => {
  assert.equal(shorten("abc", 3), "abc");
  assert.equal(shorten("abcd", 3), "ab…");
  assert.equal(shorten("📷📷📷", 3), "📷📷📷");
  assert.equal(shorten("📷📷📷📷", 3), "📷📷…");
});

Deno.test("shorten() never exceeds its limit nor splits a character", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.integer({ min: 1, max: 20 }), (text, max) => {
      const short = shorten(printable(text), max);
      assert.ok(countCharacters(short) <= max);
      assert.ok(short.isWellFormed());
    }),
  );
});

Deno.test("shellWord() is one word for a shell, whatever is in it", async () => {
  assert.equal(shellWord("studio.local:65432"), "studio.local:65432");
  assert.equal(shellWord("studio (2)"), "'studio (2)'");
  for (const name of ["$(id)", "a;b", "`id`", "it's $HOME", 'a"b', "-x y", "*", "~", "#"]) {
    const { stdout } = await new Deno.Command("sh", {
      args: ["-c", `printf %s ${shellWord(name)}`],
    }).output();
    assert.equal(new TextDecoder().decode(stdout), name);
  }
});

Deno.test("shellWord() is one word for both shells of Windows, without what has no quotes there", () => {
  assert.equal(shellWord("studio.local:65432", "windows"), "studio.local:65432");
  assert.equal(shellWord("studio (2)", "windows"), '"studio (2)"');
  assert.equal(shellWord("it's a & b", "windows"), `"it's a & b"`);
  assert.equal(shellWord('a"&b %PATH% $(id) `id` \\', "windows"), '"a?&b ?PATH? ?(id) ?id? ?"');
});
