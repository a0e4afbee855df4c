/**
 * A camera's controls, such as brightness and exposure, by the driver's names.
 *
 * Those that are one 32-bit number are listed and can be set: all that webcams have. A control
 * keeps its value when the program ends.
 *
 * @example
 * ```ts ignore
 * import { listControls, setControls } from "./controls.ts";
 *
 * setControls("/dev/video0", ["auto_exposure=1", "exposure_time_absolute=250"]);
 * for (const { name, value } of listControls("/dev/video0")) console.log(name, value);
 * ```
 * @module
 */

import { didYouMean, suggest } from "../../cli/suggest.ts";
import { CaptureVideoError, UsageError } from "../../flow/errors.ts";
import { askCameras, type DriverControl, setControl } from "./driver.ts";

/** One control. */
export interface CameraControl extends Omit<DriverControl, "id" | "value" | "menu"> {
  /** The driver's name as it is typed: `white_balance_temperature`. */
  name: string;
  /** Its value now; `undefined` for a button, which has none, and where the camera won't tell. */
  value: number | undefined;
  /** A menu's words by their value; empty for other kinds. */
  menu: Map<number, string>;
}

/**
 * The controls of a camera.
 *
 * @param path the device node
 * @throws {CaptureVideoError} `camera-unavailable`: it cannot be opened
 */
export function listControls(path: string): CameraControl[] {
  return controlsAt(path, "list").map(describeControl);
}

/** A control as people read it. */
export function describeControl({ id: _, value, menu, ...control }: DriverControl): CameraControl {
  const name = controlName(control.label);
  return { ...control, name, value: value ?? undefined, menu: new Map(menu) };
}

/**
 * Sets controls, one after the other: an automatic mode goes before the value it leaves free.
 *
 * @param path the device node
 * @param assignments `name=number` each
 * @throws {UsageError} a name or a value that the camera does not have; nothing was set then
 * @throws {CaptureVideoError} `camera-unavailable`: the driver refuses
 */
export function setControls(path: string, assignments: readonly string[]): void {
  for (const { id, name, value } of resolve(path, assignments)) {
    const error = setControl(path, { id, value });
    if (error) throw unavailable(`set ${name} of ${path} to ${value}`, error.reason);
  }
}

/**
 * Looks whether controls can be set, and sets none.
 *
 * @param path the device node
 * @param assignments `name=number` each
 * @throws {UsageError} a name or a value that the camera does not have
 * @throws {CaptureVideoError} `camera-unavailable`: it cannot be opened
 */
export function checkControls(path: string, assignments: readonly string[]): void {
  resolve(path, assignments);
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
  const { name, min, max, step, menu, type } = control;
  const cannot = (why: string) => new UsageError(`Cannot set ${name} to ${value}: ${why}`);
  if (control.readOnly) throw cannot("it can be read only");
  if (type === "button") return;
  if (menu.size > 0) {
    if (!menu.has(value)) throw cannot(`it is one of ${describeMenu(menu)}`);
    return;
  }
  if (type === "bitmask") {
    if (value < 0 || value > max || (value & ~max) !== 0) {
      throw cannot(`its bits are those of ${max}`);
    }
    return;
  }
  const steps = step > 1 ? ` in steps of ${step}` : "";
  const fits = value >= min && value <= max && (value - min) % Math.max(1, step) === 0;
  if (!fits) throw cannot(`it is ${min} to ${max}${steps}`);
}

/** A menu as text: `0 (Disabled), 1 (50 Hz)`. */
export function describeMenu(menu: ReadonlyMap<number, string>): string {
  return [...menu].map(([value, label]) => `${value} (${label})`).join(", ");
}

/** A control with the value it is to have. */
interface Assignment {
  id: number;
  name: string;
  value: number;
}

/** Finds the controls that are meant, and checks their values. */
function resolve(path: string, assignments: readonly string[]): Assignment[] {
  const controls = controlsAt(path, "set");
  return assignments.map((assignment) => {
    const { name, value } = parseAssignment(assignment);
    const control = findControl(name, controls, path);
    checkValue(describeControl(control), value);
    return { id: control.id, name, value };
  });
}

function parseAssignment(assignment: string): { name: string; value: number } {
  const match = /^([^=]+)=([+-]?\d+)$/.exec(assignment);
  if (match === null) {
    throw new UsageError(`Cannot set ${assignment}: it is not name=number, such as brightness=128`);
  }
  return { name: match[1]!, value: Number(match[2]) };
}

function findControl(
  name: string,
  controls: readonly DriverControl[],
  path: string,
): DriverControl {
  const wanted = controlName(name);
  const names = controls.map(({ label }) => controlName(label));
  const found = controls[names.indexOf(wanted)];
  if (found !== undefined) return found;
  const has = names.length === 0 ? "no controls" : `no such control, but ${names.join(", ")}`;
  const hint = didYouMean(suggest(wanted, names));
  throw new UsageError(`Cannot set ${name}: ${path} has ${has}${hint}`);
}

function controlsAt(path: string, action: string): DriverControl[] {
  const [camera] = askCameras({ path, controls: true });
  const error = camera ? camera.error : { reason: "there is no such camera" };
  if (error) throw unavailable(`${action} controls of ${path}`, error.reason);
  return camera!.controls;
}

function unavailable(action: string, why: string): CaptureVideoError {
  return new CaptureVideoError("camera-unavailable", `Cannot ${action}: ${why}`);
}
