/**
 * A real USB camera that is pulled out, comes back as another, and sends what cameras should not: the
 * guest gets pictures again, on the same connection, and hears why it had none.
 */

import assert from "node:assert/strict";

import { JpegDecoder, Mat } from "../../../lib/opencv/mod.ts";
import { Program } from "../../support/programs.ts";
import { jpegSize } from "../../../lib/jpeg/markers.ts";
import { type Difference, stableNode, startUdev, UsbCamera, usbNodes } from "./usb_camera.ts";
import { until } from "./support.ts";
import { Watcher } from "./watcher.ts";

const OPTIONS = [
  ...["--port=0", "--no-preview", "--no-adapt", "--width=640", "--height=480", "--fps=15"],
];
const HOST = [...OPTIONS, "--source=desk"];

/** How often the plug is pulled in a row. */
const TIMES = 10;

/** Pictures that must come for the camera to count as back. */
const ENOUGH = 5;

/** So many bad pictures are sent in a row. */
const BAD = 5;

/** As many transfers the driver keeps under way; one that stalls is not given out again. */
const TRANSFERS = 5;

const NODROP = "/sys/module/uvcvideo/parameters/nodrop";

Deno.test("a host and its guest outlive every fault of a USB camera", async (t) => {
  await using _udev = await startUdev();
  await using camera = await UsbCamera.plug(0);
  await stableNode();
  await using host = Program.start("host", [
    ...[...OPTIONS, "--source=usb=desk", "--source=other=vivid"],
  ]);
  await using watcher = await Watcher.join(await host.port());
  await watcher.untouched(ENOUGH);

  /** Has something done to the camera; then the guest must hear so, and pictures must come again. */
  const loses = async (why: RegExp, act: () => Promise<unknown>) => {
    const before = watcher.states.length;
    await act();
    await watcher.hear(why, before);
    await watcher.untouched(ENOUGH);
    assert.equal(watcher.states.at(-1), "live");
  };

  /** Has something done to the camera that it is not lost for. */
  const survives = async (act: () => Promise<unknown>) => {
    const before = watcher.states.length;
    await act();
    await watcher.untouched(ENOUGH);
    assert.deepEqual(watcher.states.slice(before), []);
  };

  const replug = async (port = 0, meanwhile = () => Promise.resolve()) => {
    await camera.command("unplug");
    await until("the node is gone", () => usbNodes().length === 0);
    await meanwhile();
    await camera.command(`plug ${port}`);
  };

  await t.step(`pulled out ${TIMES} times: found again under any number, at any port`, async () => {
    const nodes = new Set<string>();
    // Another camera of the same host goes on, and hears of nothing.
    await using other = await Watcher.join(await host.port(), "other");
    await other.another(ENOUGH);
    const heard = other.states.length;
    for (let time = 0; time < TIMES; time++) {
      const node = await stableNode();
      nodes.add(node);
      // a number that is still open somewhere is not given to the camera that comes back
      using _held = time % 2 === 0 ? Deno.openSync(node, { read: true }) : undefined;
      const before = watcher.states.length;
      const goesOn = async () => void await other.another(other.others.length + ENOUGH);
      await loses(/^lost/, () => replug(time % 3, goesOn));
      for (const state of watcher.states.slice(before, -1)) {
        assert.match(state, /^lost: Cannot \w+ Desk Camera \(\S+\): it has been disconnected$/);
      }
      assert.deepEqual(other.states.slice(heard), []);
    }
    assert.ok(nodes.size > 1, [...nodes].join());
  });

  const film = await UsbCamera.jpeg();
  await t.step("a JPEG without Huffman tables gets the standard ones", async () => {
    const before = watcher.others.length;
    await survives(async () => {
      await camera.send(withoutTables(film), BAD);
      await assertShows(await watcher.another(before), film);
    });
  });

  await t.step("zeros behind a JPEG's end are cut off", async () => {
    const before = watcher.others.length;
    await survives(async () => {
      await camera.send(Uint8Array.from([...film, ...new Uint8Array(1000)]), BAD);
      assert.deepEqual(await watcher.another(before), film);
    });
  });

  const damages: [what: string, jpeg: Uint8Array][] = [
    ["half a JPEG", film.subarray(0, film.length / 2)],
    ["garbage", new Uint8Array(film.length).fill(0x55)],
  ];
  for (const [what, bytes] of damages) {
    await t.step(`${what} is left out, and a line says so`, async () => {
      const lines = host.lines.length;
      const others = watcher.others.length;
      await survives(() => camera.send(bytes, BAD));
      await host.line(/^host: warning: usb: Cannot .*JPEG/, lines);
      assert.equal(watcher.others.length, others);
    });
  }

  await t.step("pictures with the error bit, or without a byte, are left out", async () => {
    await survives(() => camera.command(`error ${BAD}`));
    await survives(() => camera.command(`empty ${BAD}`));
  });

  await t.step("an endpoint that stalls once costs some pictures, not the camera", async () => {
    await survives(() => camera.command("stall 1"));
  });

  await t.step("an endpoint that stalls for good is opened again", async () => {
    await loses(
      /^lost: .*: it stopped delivering pictures$/,
      () => camera.command(`stall ${TRANSFERS - 1}`),
    );
  });

  for (const seconds of [5, 12]) {
    await t.step(`${seconds} s without a picture: reported, and over when it is over`, async () => {
      await loses(/^lost: .*: no picture for 3 s$/, () => camera.command(`silence ${seconds}000`));
    });
  }

  await t.step(
    "a driver that drops nothing: pictures with the error bit, and a stall",
    async () => {
      await Deno.writeTextFile(NODROP, "1");
      try {
        await loses(/disconnected$/, replug);
        await survives(() => camera.command(`error ${BAD}`));
        await survives(() => camera.command(`empty ${BAD}`));
        await survives(() => camera.command("stall 1"));
      } finally {
        await Deno.writeTextFile(NODROP, "0");
      }
    },
  );
});

Deno.test("a camera that comes back in another form, or twice, goes on being the camera", async (t) => {
  await using _udev = await startUdev();
  let camera = await UsbCamera.plug(0);
  await using stack = new AsyncDisposableStack();
  stack.defer(() => camera[Symbol.asyncDispose]());
  await stableNode();
  await using host = Program.start("host", [...HOST, "--control=brightness=77"]);
  await using watcher = await Watcher.join(await host.port());
  await watcher.untouched(ENOUGH);

  const comeBack = async (...differences: Difference[]) => {
    await camera[Symbol.asyncDispose]();
    camera = await UsbCamera.plug(0, ...differences);
  };

  await t.step("with raw pictures only: they are compressed", async () => {
    await comeBack("yuyv-only");
    const picture = await watcher.another(watcher.others.length + ENOUGH);
    assert.deepEqual(jpegSize(picture), { width: 320, height: 240 });
  });

  await t.step("half of a raw picture is left out", async () => {
    const before = watcher.states.length;
    await camera.send(new Uint8Array(320 * 240), BAD);
    await watcher.another(watcher.others.length + ENOUGH);
    assert.deepEqual(watcher.states.slice(before), []);
  });

  await t.step("with JPEGs again: they are passed on, and its control is set again", async () => {
    await comeBack();
    await watcher.untouched(ENOUGH);
    await camera.command("late 0"); // it answers behind what it has said before
    assert.deepEqual(camera.controlsSet, ["2 77"]);
  });

  await t.step(
    "without the control that was asked for: the picture comes all the same",
    async () => {
      await comeBack("no-controls");
      await watcher.untouched(ENOUGH);
    },
  );

  await t.step("reset by its hub", async () => {
    const authorized = "/sys/bus/usb/devices/usb1/1-1/authorized";
    const before = watcher.states.length;
    await Deno.writeTextFile(authorized, "0");
    await watcher.hear(/^lost: .*: it has been disconnected$/, before);
    await Deno.writeTextFile(authorized, "1");
    await watcher.untouched(ENOUGH);
  });

  await t.step("with a first picture that takes longer than any other may", async () => {
    await comeBack();
    await camera.command("late 4000");
    const before = watcher.states.length;
    await watcher.untouched(ENOUGH);
    const states = watcher.states.slice(before).join();
    assert.doesNotMatch(states, /no picture/);
  });

  await t.step("a second one of the same serial number takes its place when it goes", async () => {
    await using _second = await UsbCamera.plug(1);
    await until("both are there", () => usbNodes().length === 2);
    await watcher.untouched(ENOUGH);
    await camera.command("unplug");
    await watcher.untouched(ENOUGH);
  });
});

/** The same JPEG as cameras send it that count on the standard tables. */
function withoutTables(jpeg: Uint8Array): Uint8Array {
  const DHT = 0xc4;
  const SOS = 0xda;
  const parts = [jpeg.subarray(0, 2)];
  let at = 2;
  for (let marker = 0; marker !== SOS;) {
    marker = jpeg[at + 1]!;
    const end = at + 2 + (jpeg[at + 2]! << 8 | jpeg[at + 3]!);
    if (marker !== DHT) parts.push(jpeg.subarray(at, end));
    at = end;
  }
  return Uint8Array.from([...parts, jpeg.subarray(at)].flatMap((part) => [...part]));
}

/** Asserts that a JPEG shows what another shows, pixel for pixel. */
async function assertShows(jpeg: Uint8Array, wanted: Uint8Array): Promise<void> {
  await using decoder = new JpegDecoder();
  using one = new Mat();
  using other = new Mat();
  await decoder.decode(jpeg, one);
  await decoder.decode(wanted, other);
  assert.deepEqual(one.getData(), other.getData());
}
