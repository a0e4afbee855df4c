import assert from "node:assert/strict";
import { argument, verbatim, word } from "../../lib/service/quoting.ts";

Deno.test("argument() leaves plain words alone, and quotes what systemd would read otherwise", () => {
  const cases: [text: string, written: string][] = [
    ["--web=8080", "--web=8080"],
    ["/dev/v4l/by-id/usb-046d_C920", "/dev/v4l/by-id/usb-046d_C920"],
    ["", '""'],
    ["--source=HD Pro Webcam", '"--source=HD Pro Webcam"'],
    ["--source=img_%03d.png", '"--source=img_%%03d.png"'],
    ["--name=$HOME", '"--name=$$HOME"'],
    ["--name=${HOME}$", '"--name=$${HOME}$$"'],
    ['say "no"', '"say \\"no\\""'],
    ["back\\slash", '"back\\\\slash"'],
    ["two\nlines\tand\x7f", '"two\\x0alines\\x09and\\x7f"'],
    [";", '";"'],
    ["#1", '"#1"'],
    ["--name=Büro", '"--name=Büro"'],
    ["gst:videotestsrc ! appsink", '"gst:videotestsrc ! appsink"'],
  ];
  for (const [text, written] of cases) assert.equal(argument(text), written);
});

Deno.test("word() knows no variables, and splits no path at its colon", () => {
  assert.equal(word("DENO_DIR=/srv/$a b"), '"DENO_DIR=/srv/$a b"');
  assert.equal(word("/srv/a:b"), '"/srv/a:b"');
});

Deno.test("verbatim() writes percent signs twice", () => {
  assert.equal(verbatim('/srv/100% "x" $y'), '/srv/100%% "x" $y');
});
