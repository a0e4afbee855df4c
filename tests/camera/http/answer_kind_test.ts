import assert from "node:assert/strict";
import { announcedBoundary, answerKind } from "../../../lib/camera/http/answer_kind.ts";

const bytes = (text: string) => Uint8Array.from(text, (character) => character.charCodeAt(0));

Deno.test("answerKind() tells pictures, pages and other videos apart", () => {
  for (
    const [type, begin, kind] of [
      ["multipart/x-mixed-replace; boundary=b", "", "jpeg"],
      ["Multipart/Mixed", "", "jpeg"],
      ["image/jpeg", "\xff\xd8\xff\xe0", "jpeg"],
      ["application/octet-stream", "\xff\xd8\xff\xe0", "jpeg"],
      ["text/html", "\xff\xd8\xff\xe0", "jpeg"],
      ["", "\r\n--boundary", "jpeg"],
      ["", "Content-Type: image/jpeg", "jpeg"],
      ["text/html; charset=utf-8", "Hello", "page"],
      ["", "  <!DOCTYPE html>", "page"],
      ["application/octet-stream", "<html>", "page"],
      ["image/jpeg", "", "nothing"],
      ["video/mp4", "\0\0\0\x20ftyp", "other"],
      ["application/vnd.apple.mpegurl", "#EXTM3U", "other"],
      ["text/plain", "#EXTM3U", "other"],
      ["application/octet-stream", "\x47\0\0\0", "other"],
    ] as const
  ) assert.equal(answerKind(type, bytes(begin)), kind, `${type} ${begin}`);
});

Deno.test("announcedBoundary() reads it however it is written", () => {
  for (
    const [type, boundary] of [
      ["multipart/x-mixed-replace;boundary=b1", "b1"],
      ['multipart/x-mixed-replace; boundary="b 1"; charset=x', "b 1"],
      ["multipart/x-mixed-replace;boundary =--b1 ; x=y", "--b1"],
      ["multipart/x-mixed-replace;Boundary=--video boundary--", "--video boundary--"],
      ["multipart/x-mixed-replace; boundary=", undefined],
      ["multipart/x-mixed-replace", undefined],
    ] as const
  ) assert.equal(announcedBoundary(type), boundary);
});
