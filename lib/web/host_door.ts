/**
 * The host's way in for browsers and for programs that speak HTTP.
 *
 * @module
 */

import type { BrowserCamera } from "../camera/browser_camera.ts";
import type { PictureControlsOptions } from "../channel/picture_controls.ts";
import { withPort } from "../cli/address.ts";
import { log } from "../cli/log.ts";
import { print } from "../cli/print.ts";
import { addressesFor, type Listening } from "../host/listening.ts";
import type { HostLog } from "../host/host_log.ts";
import type { TcpServer } from "../host/tcp_server.ts";
import { shownKey } from "../privacy/key.ts";
import { isLoopback } from "../privacy/loopback.ts";
import { mountAccess } from "./access.ts";
import { mountCamera } from "./camera_routes.ts";
import { type CertificateFiles, readCertificate } from "./certificate.ts";
import { mountControls } from "./control_routes.ts";
import { mountConnections } from "./connection_routes.ts";
import { CAMERA_FILES, mountFiles, pathOf, VIEWER_FILES } from "./page_files.ts";
import { PictureRoutes, type PictureRoutesOptions } from "./picture_routes.ts";
import { mountHealth, mountState, type StateRoutesOptions } from "./state_routes.ts";
import { MAX_WAITING_BYTES } from "./viewer_connection.ts";
import { createWebApp } from "./web_app.ts";
import { WebServer } from "./web_server.ts";

/** What the user says of it. */
export interface WebSettings extends CertificateFiles {
  /** The port; 0 for any. */
  readonly web: number;
  /** Whether the link is drawn. */
  readonly qr: boolean;
  /** Whether the key is the host's own, which is shown. */
  readonly isOwnKey: boolean;
}

/** Options of {@linkcode openWebDoor}. */
export interface WebDoorOptions extends Omit<PictureRoutesOptions, "key"> {
  readonly settings: WebSettings;
  /** Where guests are let in: browsers come by the same address. */
  readonly listening: Pick<Listening, "host" | "privacy">;
  /** By what name other computers find this one, where they do. */
  readonly name?: string | undefined;
  /** Takes over what pages have opened. */
  readonly server: Pick<TcpServer, "take">;
  /** The host's figures of the last second or so. */
  readonly figures: StateRoutesOptions["figures"];
  /** What the pages may change, by the cameras' names; nothing where they may only watch. */
  readonly controls?: ReadonlyMap<string, PictureControlsOptions> | undefined;
  readonly report: Pick<HostLog, "joined" | "left" | "changed">;
  readonly onBug: (error: unknown) => void;
  /** Aborted when the host is to end: nobody is let in any more. */
  readonly stop: AbortSignal;
  /** Those of its cameras that are pages', by their names. */
  readonly pages: ReadonlyMap<string, BrowserCamera>;
}

/** So often the figures are taken that are asked for, in milliseconds: they are about that time. */
const LOOK_EVERY_MS = 1000;

/**
 * A host's server for browsers.
 *
 * - Close: readers are let go, then the server ends; pages are guests, and seen off as such.
 */
export class WebDoor implements AsyncDisposable {
  readonly pictures: PictureRoutes;
  readonly #server: WebServer;

  readonly #looking: ReturnType<typeof setInterval>;

  /** @param server owned from here on @param look called every second */
  constructor(server: WebServer, pictures: PictureRoutes, look: () => void) {
    this.#server = server;
    this.pictures = pictures;
    this.#looking = setInterval(look, LOOK_EVERY_MS);
  }

  get url(): string {
    return this.#server.url;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#looking);
    this.pictures.close();
    await this.#server[Symbol.asyncDispose]();
  }
}

/**
 * Opens it, and says where.
 *
 * @throws {CaptureVideoError} `connection`, when the port cannot be listened on; `identity`, when
 * the given certificate cannot be used
 * @throws {UsageError} the settings contradict each other
 */
export async function openWebDoor(options: WebDoorOptions): Promise<WebDoor> {
  const { settings, listening: { host, privacy }, name, server, report, stop, now } = options;
  const { cameras, pages, controls } = options;
  const given = readCertificate(settings);
  const app = createWebApp({
    names: [...ownNames(name), ...given?.names ?? []],
    onBug: options.onBug,
  });
  app.use(async (context, next) => {
    if (!stop.aborted) return await next();
    return context.text("This host is being ended\n", 503);
  });
  mountHealth(app);
  const files = new Set([...VIEWER_FILES, ...pages.size > 0 ? CAMERA_FILES : []]);
  if (privacy) mountAccess(app, { privacy, publicPaths: [...files].map(pathOf), report });
  const key = () => privacy?.key;
  const pictures = new PictureRoutes({ ...options, key });
  pictures.mount(app);
  mountState(app, { ...options, hasControls: controls !== undefined });
  if (controls) mountControls(app, { ...options, controls });
  mountConnections(app, {
    path: "/connection",
    maxWaitingBytes: MAX_WAITING_BYTES,
    take: (connection, { env }) => {
      const { hostname: address, port } = env.remote!;
      const peer = `${withPort(address, port)} (browser)`;
      server.take(connection, { address, peer, proved: { key: key() } });
    },
  });
  if (pages.size > 0) mountCamera(app, { cameras, pages, now, stop, key, onBug: options.onBug });
  await mountFiles(app, files);
  const tls = given ?? (privacy && privacy.identity);
  const web = WebServer.start(app, { hostname: host, port: settings.web, tls });
  const door = new WebDoor(web, pictures, () => void options.figures());
  await announce(door.url, given?.names ?? [], options);
  return door;
}

async function announce(
  url: string,
  names: readonly string[],
  { settings, listening: { host, privacy }, pages }: WebDoorOptions,
): Promise<void> {
  const addresses = isLoopback(host) ? [] : addressesFor(host);
  const [first = url, ...others] = [
    ...names.filter((name) => !name.startsWith("*")),
    ...addresses,
  ].map((name) => linkTo(url, name));
  // More people read the journal than may see the picture.
  const showsKey = privacy && settings.isOwnKey && !log.toJournal;
  const fragment = showsKey ? `#${shownKey(privacy.key)}` : "";
  log.choices("in a browser", [first, ...others].map((link) => link + fragment));
  const lending = Array.from(pages.keys(), (name) => {
    const link = `${first}camera${pages.size > 1 ? `?camera=${encodeURIComponent(name)}` : ""}`;
    log.info(`${pages.size > 1 ? `camera ${name}` : "its camera"}: ${link}${fragment}`);
    return link + fragment;
  });
  if (settings.qr) {
    for (const link of lending.length > 0 ? lending : [first + fragment]) print(await drawn(link));
  }
}

/** The link as a QR code of blocks: what is white has to be so, on a terminal of any colours. */
async function drawn(link: string): Promise<string> {
  const { renderUnicodeCompact } = await import("uqr");
  const code = renderUnicodeCompact(link, { border: 2 });
  return Deno.stdout.isTerminal() ? code.replaceAll(/^.*$/gm, "\x1b[97;40m$&\x1b[0m") : code;
}

/** By what browsers may ask for this host, besides its addresses. */
function ownNames(announced: string | undefined): string[] {
  const names = [Deno.hostname(), ...announced === undefined ? [] : [announced]];
  return names.flatMap((name) => [name, `${name}.local`]);
}

function linkTo(url: string, name: string): string {
  const { protocol, port } = new URL(url);
  return port === "" ? `${protocol}//${name}/` : `${protocol}//${withPort(name, Number(port))}/`;
}
