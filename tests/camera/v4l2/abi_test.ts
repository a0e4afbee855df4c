import assert from "node:assert/strict";
import {
  BYTES,
  fourccText,
  readCapability,
  readControl,
  readFormatDescription,
  readFrameRate,
  readFrameSize,
  readMenuLabel,
  type Struct,
  struct,
  structOf,
  VIDIOC,
} from "../../../lib/camera/v4l2/abi.ts";
import { temporaryFolder } from "../../support/folder.ts";

const STRUCT_NAMES = {
  capability: "struct v4l2_capability",
  fmtdesc: "struct v4l2_fmtdesc",
  frmsizeenum: "struct v4l2_frmsizeenum",
  frmivalenum: "struct v4l2_frmivalenum",
  format: "struct v4l2_format",
  requestbuffers: "struct v4l2_requestbuffers",
  buffer: "struct v4l2_buffer",
  queryExtCtrl: "struct v4l2_query_ext_ctrl",
  querymenu: "struct v4l2_querymenu",
  control: "struct v4l2_control",
  int: "int",
} as const satisfies Record<keyof typeof BYTES, string>;

Deno.test("BYTES and VIDIOC are those of the system's own header", async () => {
  const sizes = Object.entries(STRUCT_NAMES).map(([key, name]) => [key, `sizeof(${name})`]);
  const requests = Object.keys(VIDIOC).map((key) => [key, `VIDIOC_${key}`]);
  const printed = await printedByC([...sizes, ...requests]);
  const ours = { ...BYTES, ...VIDIOC };
  for (const [key, value] of Object.entries(ours)) assert.equal(printed.get(key), `${value}`, key);
});

Deno.test("readCapability() reads what the header's structure holds", async () => {
  const view = await filledByC("v4l2_capability", [
    ...['strcpy((char*)s.driver, "uvcvideo")', 'strcpy((char*)s.card, "Webcam C920")'],
    ...['strcpy((char*)s.bus_info, "usb-1")', "s.capabilities = V4L2_CAP_DEVICE_CAPS | 0x84200001"],
    "s.device_caps = 0x04200001",
  ]);
  assert.deepEqual(readCapability(view), {
    driver: "uvcvideo",
    card: "Webcam C920",
    bus: "usb-1",
    deviceCaps: 0x04200001,
  });
});

Deno.test("readCapability() takes the whole device's abilities where the node's are not told", () => {
  const view = struct(BYTES.capability);
  view.setUint32(84, 0x05000001, true);
  assert.equal(readCapability(view).deviceCaps, 0x05000001);
});

Deno.test("readCapability() reads a name that fills its field", () => {
  const view = struct(BYTES.capability);
  new Uint8Array(view.buffer, 16, 32).fill("x".charCodeAt(0));
  assert.equal(readCapability(view).card, "x".repeat(32));
});

Deno.test("readFormatDescription() reads what the header's structure holds", async () => {
  const view = await filledByC("v4l2_fmtdesc", [
    ...["s.pixelformat = V4L2_PIX_FMT_MJPEG", "s.flags = V4L2_FMT_FLAG_COMPRESSED"],
    'strcpy((char*)s.description, "Motion-JPEG")',
  ]);
  assert.deepEqual(readFormatDescription(view), {
    fourcc: "MJPG",
    pixelFormat: 0x47504a4d,
    description: "Motion-JPEG",
    compressed: true,
  });
});

Deno.test("fourccText() marks the big-endian variant", () => {
  assert.equal(fourccText(0x56595559), "YUYV");
  assert.equal(fourccText(0xb6315258), "XR16-BE");
});

Deno.test("readFrameSize() reads one size, and a range in steps", async () => {
  const one = await filledByC("v4l2_frmsizeenum", [
    ...["s.type = V4L2_FRMSIZE_TYPE_DISCRETE", "s.discrete.width = 640", "s.discrete.height = 480"],
  ]);
  assert.deepEqual(readFrameSize(one), {
    width: { min: 640, max: 640, step: 0 },
    height: { min: 480, max: 480, step: 0 },
  });
  const range = await filledByC("v4l2_frmsizeenum", [
    "s.type = V4L2_FRMSIZE_TYPE_STEPWISE",
    ...["s.stepwise.min_width = 48", "s.stepwise.max_width = 8192", "s.stepwise.step_width = 8"],
    ...["s.stepwise.min_height = 32", "s.stepwise.max_height = 4096", "s.stepwise.step_height = 2"],
  ]);
  assert.deepEqual(readFrameSize(range), {
    width: { min: 48, max: 8192, step: 8 },
    height: { min: 32, max: 4096, step: 2 },
  });
});

Deno.test("readFrameRate() turns intervals into rates", async () => {
  const one = await filledByC("v4l2_frmivalenum", [
    "s.type = V4L2_FRMIVAL_TYPE_DISCRETE",
    ...["s.discrete.numerator = 2", "s.discrete.denominator = 15"],
  ]);
  assert.deepEqual(readFrameRate(one), { min: 7.5, max: 7.5 });
  const range = await filledByC("v4l2_frmivalenum", [
    "s.type = V4L2_FRMIVAL_TYPE_CONTINUOUS",
    ...["s.stepwise.min.numerator = 1", "s.stepwise.min.denominator = 60"],
    ...["s.stepwise.max.numerator = 1", "s.stepwise.max.denominator = 5"],
  ]);
  assert.deepEqual(readFrameRate(range), { min: 5, max: 60 });
});

Deno.test("readFrameRate() gives nothing for an interval of zero", () => {
  assert.equal(readFrameRate(structOf(BYTES.frmivalenum, 0, 0, 0, 0, 1, 0, 30)), undefined);
});

Deno.test("readControl() reads what the header's structure holds", async () => {
  const view = await filledByC("v4l2_query_ext_ctrl", [
    ...["s.id = V4L2_CID_HUE", "s.type = V4L2_CTRL_TYPE_INTEGER", 'strcpy(s.name, "Hue")'],
    ...["s.minimum = -180", "s.maximum = 180", "s.step = 2", "s.default_value = -4", "s.elems = 1"],
    "s.flags = V4L2_CTRL_FLAG_INACTIVE | V4L2_CTRL_FLAG_READ_ONLY",
  ]);
  assert.deepEqual(readControl(view), {
    id: 0x00980903,
    type: "integer",
    name: "Hue",
    ...{ min: -180, max: 180, step: 2, default: -4 },
    ...{ disabled: false, readOnly: true, writeOnly: false, inactive: true },
  });
});

Deno.test("readControl() gives no type to what is not one 32-bit number", async () => {
  for (const type of ["INTEGER64", "STRING", "CTRL_CLASS", "U8"]) {
    const view = await filledByC("v4l2_query_ext_ctrl", [`s.type = V4L2_CTRL_TYPE_${type}`]);
    assert.equal(readControl(view).type, undefined, type);
  }
  const array = await filledByC("v4l2_query_ext_ctrl", [
    ...["s.type = V4L2_CTRL_TYPE_INTEGER", "s.elems = 4"],
  ]);
  assert.equal(readControl(array).type, undefined, "array");
});

Deno.test("readMenuLabel() reads a menu's words and an integer menu's number", async () => {
  const words = await filledByC("v4l2_querymenu", ['strcpy((char*)s.name, "50 Hz")']);
  assert.equal(readMenuLabel(words, "menu"), "50 Hz");
  const number = await filledByC("v4l2_querymenu", ["s.value = -5000000000"]);
  assert.equal(readMenuLabel(number, "integer menu"), "-5000000000");
});

/** A structure that a C++ program filled through the names of the system's header. */
async function filledByC(name: string, statements: readonly string[]): Promise<Struct> {
  const hex = await runC(`struct ${name} s = {}; ${statements.join("; ")};
    for (unsigned char byte : *(unsigned char(*)[sizeof s])&s) printf("%02x", byte);`);
  return new DataView(Uint8Array.fromHex(hex).buffer);
}

/** What constant expressions of the system's header are. */
async function printedByC(expressions: readonly string[][]): Promise<Map<string, string>> {
  const lines = expressions.map(([key, expression]) =>
    `printf("${key} %llu\\n", (unsigned long long)(${expression}));`
  );
  const printed = await runC(lines.join("\n"));
  return new Map(printed.trim().split("\n").map((line) => line.split(" ") as [string, string]));
}

async function runC(body: string): Promise<string> {
  await using folder = await temporaryFolder();
  const source = `${folder.path}/main.cpp`;
  const program = `${folder.path}/main`;
  await Deno.writeTextFile(
    source,
    `#include <linux/videodev2.h>\n#include <cstdio>\n#include <cstring>\nint main() {\n${body}\n}\n`,
  );
  // run through the shell, whose programs need not be named one by one
  const { success, stdout, stderr } = await new Deno.Command("sh", {
    args: ["-c", `g++ -std=c++17 -w "$0" -o "$1" && "$1"`, source, program],
  }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout);
}
