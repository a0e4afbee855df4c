import assert from "node:assert/strict";
import type { PictureRequest } from "../../lib/camera/source.ts";
import type { CameraControl } from "../../lib/camera/v4l2/driver.ts";
import { PictureControls } from "../../lib/channel/picture_controls.ts";
import { CaptureVideoError } from "../../lib/flow/errors.ts";

const REQUESTED = { description: "test", width: 640, height: 360, fps: 30, format: "" };
const BOUNDS = { min: 1, max: 1000 };

/** A camera with three controls, of which its driver refuses the last. */
class Refusing {
  readonly formats = [];
  readonly values = new Map([["brightness", 10], ["contrast", 20], ["focus", 30]]);

  get controls(): CameraControl[] {
    return Array.from(this.values, ([label, value], id) => ({
      ...{ id, label, type: "integer", default: 0, value, menu: [] as [number, string][] },
      ...{ min: 0, max: 255, step: 1, inactive: false, readOnly: false },
    }));
  }

  setControl(name: string, value: number): void {
    if (name === "focus") throw new CaptureVideoError("camera-unavailable", "it is automatic");
    this.values.set(name, value);
  }
}

function stage() {
  const camera = new Refusing();
  const requests: Partial<PictureRequest>[] = [];
  const controls = new PictureControls({
    source: {
      ...{ camera, compresses: false, isAdjustable: true, requested: REQUESTED },
      request: (change) => Promise.resolve(void requests.push(change)),
    },
    camera: { reopen: () => {} },
    encoder: { quality: 80, isUntouched: false },
    bounds: { quality: BOUNDS, side: BOUNDS, fps: BOUNDS },
  });
  return { camera, controls, requests };
}

Deno.test("PictureControls.set() sets back what a camera took before it refused", async () => {
  const { camera, controls, requests } = stage();
  const changes = { brightness: 11, contrast: 21, focus: 31, quality: 50 };
  await assert.rejects(controls.set(changes), /it is automatic/);
  assert.deepEqual(Object.fromEntries(camera.values), { brightness: 10, contrast: 20, focus: 30 });
  assert.deepEqual(requests, []);
});

Deno.test("PictureControls.set() asks nothing of the source for what the camera has", async () => {
  const { camera, controls, requests } = stage();
  await controls.set({ brightness: 11 });
  assert.equal(camera.values.get("brightness"), 11);
  assert.deepEqual(requests, []);
  await controls.set({ quality: 50 });
  assert.deepEqual(requests, [{ quality: 50 }]);
});
