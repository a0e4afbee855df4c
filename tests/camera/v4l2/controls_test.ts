import assert from "node:assert/strict";
import { UsageError } from "../../../lib/flow/errors.ts";
import { checkValue, controlName } from "../../../lib/camera/v4l2/controls.ts";
import type { CameraControl } from "../../../lib/camera/v4l2/driver.ts";

const BRIGHTNESS: CameraControl = {
  ...{ id: 1, label: "Brightness", type: "integer" },
  ...{ min: -10, max: 20, step: 5, default: 0, value: 0, menu: [] },
  ...{ inactive: false, readOnly: false },
};

Deno.test("checkValue() takes what lies within the bounds on a step", () => {
  for (const value of [-10, -5, 0, 20]) checkValue(BRIGHTNESS, value);
});

Deno.test("checkValue() takes bounds that no step reaches from below", () => {
  checkValue({ ...BRIGHTNESS, step: 0 }, 7);
  checkValue({ ...BRIGHTNESS, step: 1 }, 7);
});

Deno.test("checkValue() names the bounds and the step when a value does not fit", () => {
  for (const value of [-11, 21, 7]) {
    assert.throws(
      () => checkValue(BRIGHTNESS, value),
      new UsageError(`Cannot set brightness to ${value}: it is -10 to 20 in steps of 5`),
    );
  }
});

Deno.test("checkValue() names a menu's values and words", () => {
  const menu: CameraControl["menu"] = [[0, "Disabled"], [2, "60 Hz"]];
  const frequency: CameraControl = { ...BRIGHTNESS, label: "Frequency", type: "menu", menu };
  checkValue(frequency, 2);
  assert.throws(
    () => checkValue(frequency, 1),
    new UsageError("Cannot set frequency to 1: it is one of 0 (Disabled), 2 (60 Hz)"),
  );
});

Deno.test("checkValue() takes only a bitmask's own bits", () => {
  const mask: CameraControl = {
    ...BRIGHTNESS,
    label: "Mask",
    type: "bitmask",
    min: 0,
    max: 0b1010,
  };
  for (const value of [0, 0b10, 0b1010]) checkValue(mask, value);
  for (const value of [1, -2, 0b10000, 2 ** 32]) {
    assert.throws(
      () => checkValue(mask, value),
      new UsageError(`Cannot set mask to ${value}: its bits are those of 10`),
    );
  }
});

Deno.test("checkValue() takes any value for a button", () => {
  checkValue({ ...BRIGHTNESS, type: "button", min: 0, max: 0 }, 1);
});

Deno.test("checkValue() refuses what can be read only", () => {
  assert.throws(
    () => checkValue({ ...BRIGHTNESS, readOnly: true }, 0),
    new UsageError("Cannot set brightness to 0: it can be read only"),
  );
});

Deno.test("controlName() writes a driver's name as v4l2-ctl does", () => {
  const names: [label: string, name: string][] = [
    ["White Balance Temperature, Auto", "white_balance_temperature_auto"],
    ["Exposure, Dynamic Framerate", "exposure_dynamic_framerate"],
    ["Focus (absolute)", "focus_absolute"],
    ["U32 1 Element Array", "u32_1_element_array"],
  ];
  for (const [label, name] of names) assert.equal(controlName(label), name);
});
