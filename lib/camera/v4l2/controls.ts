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
import { CaptureVideoError, UsageError } from "../../errors.ts";
import type { ControlDescription, ControlType } from "./abi.ts";
import { V4l2Device } from "./device.ts";
import { ErrnoError } from "./libc.ts";

/** One control. */
export interface CameraControl {
  /** The driver's name as it is typed: `white_balance_temperature`. */
  name: string;
  /** The driver's name as it is written: `White Balance Temperature`. */
  label: string;
  /** Its kind. */
  type: ControlType;
  /** The smallest value. */
  min: number;
  /** The largest value; of a bitmask, all its bits. */
  max: number;
  /** Values go from `min` in steps of this. */
  step: number;
  /** The driver's own choice. */
  default: number;
  /** Its value now; `undefined` for a button, which has none, and where the camera won't tell. */
  value: number | undefined;
  /** A menu's words by their value; empty for other kinds. */
  menu: Map<number, string>;
  /** Another control, such as an automatic mode, takes it out of use at the moment. */
  inactive: boolean;
  /** It can be read only. */
  readOnly: boolean;
}

/**
 * The controls of a camera.
 *
 * @param path the device node
 * @throws {ErrnoError} it cannot be opened
 */
export function listControls(path: string): CameraControl[] {
  using device = V4l2Device.open(path);
  return controlsOf(device);
}

/** The controls of a device that is open. */
export function controlsOf(device: V4l2Device): CameraControl[] {
  return settable(device).map((control) => describe(device, control));
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
  using device = open(path);
  for (const { id, name, value } of resolve(device, assignments)) {
    try {
      device.setControlValue(id, value);
    } catch (cause) {
      throw refused(`set ${name} of ${path} to ${value}`, cause);
    }
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
  using device = open(path);
  resolve(device, assignments);
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
function resolve(device: V4l2Device, assignments: readonly string[]): Assignment[] {
  const controls = settable(device);
  return assignments.map((assignment) => {
    const { name, value } = parseAssignment(assignment);
    const control = findControl(name, controls, device.path);
    checkValue(describe(device, control), value);
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
  controls: readonly SettableControl[],
  path: string,
): SettableControl {
  const wanted = controlName(name);
  const found = controls.find((control) => controlName(control.name) === wanted);
  if (found !== undefined) return found;
  const names = controls.map((control) => controlName(control.name));
  const has = names.length === 0 ? "no controls" : `no such control, but ${names.join(", ")}`;
  const hint = didYouMean(suggest(wanted, names));
  throw new UsageError(`Cannot set ${name}: ${path} has ${has}${hint}`);
}

/** A control that is one 32-bit number. */
type SettableControl = ControlDescription & { type: ControlType };

function settable(device: V4l2Device): SettableControl[] {
  return device.controls().filter((control): control is SettableControl =>
    control.type !== undefined && !control.disabled
  );
}

function describe(device: V4l2Device, control: SettableControl): CameraControl {
  const { type, name, min, max, step, inactive, readOnly, writeOnly } = control;
  const hasMenu = type === "menu" || type === "integer menu";
  return {
    name: controlName(name),
    label: name,
    type,
    ...{ min, max, step, default: control.default, inactive, readOnly },
    value: writeOnly || type === "button" ? undefined : valueOf(device, control),
    menu: hasMenu ? device.menu(control) : new Map(),
  };
}

/** Some webcams answer for one control with an error; the others are still worth listing. */
function valueOf(device: V4l2Device, { id, type }: SettableControl): number | undefined {
  try {
    const value = device.controlValue(id);
    return type === "bitmask" ? value >>> 0 : value;
  } catch (error) {
    if (error instanceof ErrnoError) return undefined;
    throw error;
  }
}

function open(path: string): V4l2Device {
  try {
    return V4l2Device.open(path);
  } catch (cause) {
    throw refused(`set controls of ${path}`, cause);
  }
}

function refused(action: string, cause: unknown): unknown {
  if (!(cause instanceof ErrnoError)) return cause;
  const message = `Cannot ${action}: ${cause.reason}`;
  return new CaptureVideoError("camera-unavailable", message, { cause });
}
