/**
 * The list of cameras as text, as `--list` prints it.
 *
 * @module
 */

import type { CameraInfo } from "./cameras.ts";
import { controlName, describeBounds, describeMenu } from "./controls.ts";
import type { CameraControl, CameraFormat, CameraSize } from "./driver.ts";

/**
 * What there is to know of each camera, for reading: lines without an end of line at the last.
 * Formats that come in the same sizes and rates share their lines.
 */
export function describeCameras(cameras: readonly CameraInfo[]): string {
  if (cameras.length === 0) return "No camera is connected";
  return cameras.map(describeCamera).join("\n\n");
}

function describeCamera(camera: CameraInfo): string {
  const lines = [`${camera.index}  ${camera.name}`, `   path      ${camera.path}`];
  if (camera.stablePath) lines.push(`   stable    ${camera.stablePath}`);
  if (camera.problem !== undefined) return [...lines, `   problem   ${camera.problem}`].join("\n");
  lines.push(`   driver    ${camera.driver}, at ${camera.bus}`);
  lines.push(...formatLines(camera.formats).map((line) => `   ${line}`));
  if (camera.controls.length > 0) {
    lines.push("   controls", ...camera.controls.map((control) => `     ${controlText(control)}`));
  }
  return lines.join("\n");
}

function formatLines(formats: readonly CameraFormat[]): string[] {
  const groups = new Map<string, string[]>();
  for (const { fourcc, sizes } of formats) {
    const lines = sizes.length > 0 ? sizes.map(sizeText) : ["sizes are not listed"];
    const key = lines.join("\n");
    groups.set(key, [...groups.get(key) ?? [], fourcc]);
  }
  return [...groups].flatMap(([sizes, fourccs]) => [
    ...wrapped("format    ", fourccs),
    ...sizes.split("\n").map((line) => `            ${line}`),
  ]);
}

/** Words in lines of at most 90 characters, under a heading. */
function wrapped(heading: string, words: readonly string[]): string[] {
  const lines = [heading];
  for (const word of words) {
    const last = lines.at(-1)!;
    if (last.length + word.length < 90) lines[lines.length - 1] = `${last}${word} `;
    else lines.push(`${" ".repeat(heading.length)}${word} `);
  }
  return lines.map((line) => line.trimEnd());
}

function sizeText({ width, height, rates }: CameraSize): string {
  const isRange = width.min < width.max || height.min < height.max;
  const hasSteps = isRange && (width.step > 1 || height.step > 1);
  return `${width.min}x${height.min}` +
    (isRange ? ` to ${width.max}x${height.max}` : "") +
    (hasSteps ? ` in steps of ${width.step}x${height.step}` : "") +
    (rates.length > 0 ? ` at ${rates.map(rateText).join(" ")} frames/s` : "");
}

function rateText({ min, max }: CameraSize["rates"][number]): string {
  return min === max ? rounded(max) : `${rounded(min)} to ${rounded(max)}`;
}

/** Two places are enough to tell 29.97 from 30. */
function rounded(rate: number): string {
  return String(Math.round(rate * 100) / 100);
}

function controlText(control: CameraControl): string {
  const { label, type, value, menu } = control;
  const name = controlName(label);
  if (type === "button") return `${name}: a button, pressed by ${name}=1`;
  const values = menu.length > 0 ? describeMenu(menu) : describeBounds(control);
  const notes = [values, `default ${control.default}`];
  if (control.readOnly) notes.push("can be read only");
  if (control.inactive) notes.push("not in use now");
  return `${name}=${value ?? ""}: ${notes.join("; ")}`;
}
