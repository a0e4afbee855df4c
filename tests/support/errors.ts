/**
 * What tests expect of errors.
 *
 * @module
 */

import assert from "node:assert/strict";
import { CaptureVideoError, type ErrorCode } from "../../lib/flow/errors.ts";

/** For `assert.rejects` and `assert.throws`: a {@linkcode CaptureVideoError} with this code and words. */
export function captureVideoError(code: ErrorCode, words: RegExp): (error: unknown) => true {
  return (error) => {
    assert.ok(error instanceof CaptureVideoError, `${error} is no CaptureVideoError`);
    assert.equal(error.code, code);
    assert.match(error.message, words);
    assert.doesNotMatch(error.message, /\n|\.$/, "one line without a period");
    return true;
  };
}
