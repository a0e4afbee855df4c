/**
 * A camera's controls, such as brightness and exposure, by the driver's names.
 *
 * Those that are one 32-bit number are listed and can be set: all that webcams have. A control
 * keeps its value when the program ends.
 *
 * @module
 */

import { didYouMean, suggest } from "../../cli/suggest.ts";
import { CaptureVideoError, UsageError } from "../../flow/errors.ts";
import {
  askCameras,
  type CameraControl,
  type DriverCamera,
  type Range,
  setControl,
} from "./driver.ts";

/**
 * Sets controls, one after the other: an automatic mode goes before the value it leaves free.
 *
 * @param assignments `name=number` each
 * @throws {UsageError} a name or a value that the camera does not have; nothing was set then
 * @throws {CaptureVideoError} `camera-unavailable`: the driver refuses
 */
export function setControls(path: string, assignments: readonly string[]): void {
  for (const { id, name, value } of checkControls(path, assignments)) {
    const error = setControl(path, { id, value });
    if (error) throw unavailable(`set ${name} of ${path} to ${value}`, error.reason);
  }
}

/** The typed form of a driver's name, as `v4l2-ctl` has it. */
export function controlName(label: string): string {
  return label.toLowerCase().replace(/[^a-z0-9]+/g, "_").replace(/^_|_$/g, "");
}

/**
 * Refuses a value that a control does not have.
 *
 * @throws {UsageError} the message names what is allowed
 */
export function checkValue(control: CameraControl, value: number): void {
  const { label, min, max, step, menu, type } = control;
  const cannot = (why: string) =>
    new UsageError(`Cannot set ${controlName(label)} to ${value}: ${why}`);
  if (control.readOnly) throw cannot("it can be read only");
  if (type === "button") return;
  if (menu.length > 0) {
    const isOnMenu = menu.some(([offered]) => offered === value);
    if (!isOnMenu) throw cannot(`it is one of ${describeMenu(menu)}`);
  } else if (type === "bitmask") {
    const isWithin = value >= 0 && value <= max && (value & ~max) === 0;
    if (!isWithin) throw cannot(`its bits are those of ${max}`);
  } else {
    const fits = value >= min && value <= max && (value - min) % Math.max(1, step) === 0;
    if (!fits) throw cannot(`it is ${describeBounds(control)}`);
  }
}

/** A menu as text: `0 (Disabled), 1 (50 Hz)`. */
export function describeMenu(menu: CameraControl["menu"]): string {
  return menu.map(([value, label]) => `${value} (${label})`).join(", ");
}

/** The values a control has as text: `0 to 255 in steps of 5`. */
export function describeBounds({ min, max, step }: Range): string {
  return `${min} to ${max}${step > 1 ? ` in steps of ${step}` : ""}`;
}

/**
 * Finds the controls that are meant, and checks their values.
 *
 * @param assignments `name=number` each
 * @throws {UsageError} a name or a value that the camera does not have
 * @throws {CaptureVideoError} `camera-unavailable`: it cannot be opened
 */
export function checkControls(
  path: string,
  assignments: readonly string[],
): { id: number; name: string; value: number }[] {
  const [camera] = askCameras({ path, controls: true });
  const error = camera ? camera.error : { reason: "there is no such camera" };
  if (!camera || error) throw unavailable(`set controls of ${path}`, error!.reason);
  return assignments.map((assignment) => {
    const [, name, number] = /^([^=]+)=([+-]?\d+)$/.exec(assignment) ?? [];
    if (name === undefined) {
      throw new UsageError(
        `Cannot set ${assignment}: it is not name=number, such as brightness=128`,
      );
    }
    const value = Number(number);
    const control = findControl(name, camera);
    checkValue(control, value);
    return { id: control.id, name, value };
  });
}

function findControl(name: string, { controls, path }: DriverCamera): CameraControl {
  const typed = controlName(name);
  const names = controls.map(({ label }) => controlName(label));
  const found = controls[names.indexOf(typed)];
  if (found !== undefined) return found;
  const has = names.length === 0 ? "no controls" : `no such control, but ${names.join(", ")}`;
  const hint = didYouMean(suggest(typed, names));
  throw new UsageError(`Cannot set ${name}: ${path} has ${has}${hint}`);
}

function unavailable(action: string, why: string): CaptureVideoError {
  return new CaptureVideoError("camera-unavailable", `Cannot ${action}: ${why}`);
}
