import assert from "node:assert/strict";
import { CaptureVideoError, UsageError } from "../../../lib/flow/errors.ts";
import { controlName } from "../../../lib/camera/v4l2/controls.ts";
import { setControls } from "../../../lib/camera/v4l2/controls.ts";
import type { CameraControl } from "../../../lib/camera/v4l2/driver.ts";
import { textOf } from "../../support/commands.ts";
import { controlsOf, VIVID } from "./support.ts";

/** The kinds that are listed, as `v4l2-ctl` names them. */
const PRINTED_TYPES: Record<CameraControl["type"], string> = {
  integer: "int",
  boolean: "bool",
  menu: "menu",
  button: "button",
  bitmask: "bitmask",
  "integer menu": "intmenu",
};

/** A control as `v4l2-ctl --list-ctrls-menus` prints it, as far as both say. */
interface PrintedControl {
  name: string;
  type: string;
  fields: Record<string, number>;
  menu: [number, string][];
}

function parseControls(text: string): PrintedControl[] {
  const controls: PrintedControl[] = [];
  for (const line of text.split("\n")) {
    const item = /^\t+(\d+): (.*?)(?: \(0x[0-9a-f]+\))?$/.exec(line);
    if (item !== null) controls.at(-1)!.menu.push([Number(item[1]), item[2]!]);
    const head = /^ +(\w+) 0x[0-9a-f]+ \((\w+) *\) *: (.*)$/.exec(line);
    if (head === null) continue;
    const fields = [...head[3]!.matchAll(/\b(min|max|step|default|value)=(\S+)/g)]
      .map(([, name, value]) => [name!, Number(value)] as const);
    controls.push({
      name: head[1]!,
      type: head[2]!,
      fields: Object.fromEntries(fields),
      menu: [],
    });
  }
  return controls;
}

function controlNamed(name: string): CameraControl {
  const control = controlsOf(VIVID).find(({ label }) => controlName(label) === name);
  assert.ok(control, `vivid has ${name}`);
  return control;
}

Deno.test("listCameras() lists the controls that v4l2-ctl lists, with the same bounds", async () => {
  const known = new Set(Object.values(PRINTED_TYPES));
  const printed = parseControls(await textOf("v4l2-ctl", ["-d", VIVID, "--list-ctrls-menus"]))
    .filter(({ type }) => known.has(type));
  const controls = controlsOf(VIVID);
  assert.deepEqual(
    controls.map(({ label }) => controlName(label)),
    printed.map(({ name }) => name),
  );
  for (const [index, control] of controls.entries()) {
    const { name, type, fields, menu } = printed[index]!;
    assert.equal(PRINTED_TYPES[control.type], type, name);
    if (name === "gain") delete fields["value"]; // the driver changes it by itself
    if (type === "button") continue; // it has neither bounds nor a value
    for (const [field, value] of Object.entries(fields)) {
      // v4l2-ctl prints a bitmask's value with a sign
      const ours = control[field as "min" | "max" | "step" | "default" | "value"]!;
      assert.equal(
        type === "bitmask" ? ours | 0 : ours,
        type === "bitmask" ? value | 0 : value,
        `${name} ${field}`,
      );
    }
    assert.deepEqual(control.menu, menu, name);
  }
});

Deno.test("setControls() sets what the driver then has", async () => {
  setControls(VIVID, ["brightness=200", "Test Pattern=2", "integer_menu=5", "hue=-20"]);
  const printed = await textOf("v4l2-ctl", [
    ...["-d", VIVID, "-C", "brightness,test_pattern,integer_menu,hue"],
  ]);
  assert.deepEqual(printed.trim().split("\n").map((line) => line.replace(/ \(.*/, "")).sort(), [
    "brightness: 200",
    "hue: -20",
    "integer_menu: 5",
    "test_pattern: 2",
  ]);
  setControls(VIVID, ["brightness=128", "test_pattern=0", "integer_menu=4", "hue=0"]);
});

Deno.test("setControls() says what is allowed, and sets nothing, when a value is not", () => {
  const cases: [assignment: string, why: RegExp][] = [
    ["brightness=256", /^Cannot set brightness to 256: it is 0 to 255$/],
    ["brightness=-1", /^Cannot set brightness to -1: it is 0 to 255$/],
    ["mute=2", /^Cannot set mute to 2: it is 0 to 1$/],
    ["menu=2", /^Cannot set menu to 2: it is one of 1 \(Menu Item 1\), 3 \(Menu Item 3\), 4 /],
    ["bitmask=1", /^Cannot set bitmask to 1: its bits are those of 2151686160$/],
    ["read_only_integer_32_bits=1", /to 1: it can be read only$/],
    [
      "brightnes=1",
      /^Cannot set brightnes: \/dev\/video0 has no such control, but brightness, con.*; did you mean brightness\?$/,
    ],
    ["brightness", /^Cannot set brightness: it is not name=number, such as brightness=128$/],
  ];
  for (const [assignment, message] of cases) {
    assert.throws(
      () => setControls(VIVID, ["contrast=77", assignment]),
      (error) => error instanceof UsageError && message.test(error.message),
      assignment,
    );
  }
  assert.equal(controlNamed("contrast").value, 128);
});

Deno.test("setControls() says that a camera is not there", () => {
  assert.throws(
    () => setControls("/dev/video7", ["brightness=1"]),
    new CaptureVideoError(
      "camera-unavailable",
      "Cannot set controls of /dev/video7: there is no such camera",
    ),
  );
});
