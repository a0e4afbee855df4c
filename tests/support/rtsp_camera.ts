/**
 * A network camera that speaks RTSP, with pictures of FFmpeg's test pattern.
 *
 * @example
 * ```ts ignore
 * import { RtspCamera } from "./rtsp_camera.ts";
 *
 * await using camera = await RtspCamera.start("640x480");
 * // ... a host with --source=${camera.url} ...
 * ```
 * @module
 */

import { once } from "node:events";
import { createSocket, type Socket as DatagramSocket } from "node:dgram";
import { createServer, type Server, type Socket } from "node:net";

const RATE = 15;

/** One stream of Motion JPEG, whose number in RTP is 26 for all the world. */
const SDP = "v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=camera\r\nt=0 0\r\nm=video 0 RTP/AVP 26\r\n" +
  "a=control:track\r\n";

const HEADERS: Readonly<Record<string, string>> = {
  OPTIONS: "Public: OPTIONS, DESCRIBE, SETUP, PLAY, TEARDOWN\r\n",
  DESCRIBE: `Content-Type: application/sdp\r\nContent-Length: ${SDP.length}\r\n`,
  SETUP: "Transport: RTP/AVP/TCP;unicast;interleaved=0-1\r\nSession: 1\r\n",
};

/** Sends what is there to all who have said PLAY, between their answers. */
export class RtspCamera implements AsyncDisposable {
  readonly #server: Server;
  readonly #packets: DatagramSocket;
  readonly #encoder: Deno.ChildProcess;
  readonly #connections = new Set<Socket>();

  private constructor(server: Server, packets: DatagramSocket, size: string) {
    this.#server = server.on("connection", (socket) => this.#serve(socket));
    this.#packets = packets;
    const input = ["-re", "-f", "lavfi", "-i", `testsrc=size=${size}:rate=${RATE}`];
    // RTP has room for the usual Huffman tables alone.
    const output = ["-c:v", "mjpeg", "-huffman", "default", "-pix_fmt", "yuvj420p", "-f", "rtp"];
    this.#encoder = new Deno.Command("ffmpeg", {
      args: ["-v", "error", ...input, ...output, `rtp://127.0.0.1:${packets.address().port}`],
      stdin: "null",
      stdout: "null",
    }).spawn();
  }

  /** @param size of the pictures, as FFmpeg writes it */
  static async start(size: string): Promise<RtspCamera> {
    const packets = createSocket("udp4").bind(0, "127.0.0.1");
    const server = createServer().listen(0, "127.0.0.1");
    await Promise.all([once(packets, "listening"), once(server, "listening")]);
    return new RtspCamera(server, packets, size);
  }

  get url(): string {
    return `rtsp://127.0.0.1:${(this.#server.address() as { port: number }).port}/main`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#encoder.kill("SIGKILL");
    await this.#encoder.status;
    this.#packets.close();
    for (const socket of this.#connections) socket.destroy();
    this.#server.close();
    await once(this.#server, "close");
  }

  #serve(socket: Socket): void {
    this.#connections.add(socket);
    const send = (packet: Uint8Array) => {
      const { length } = packet;
      socket.write(Uint8Array.of(0x24, 0, length >> 8, length & 0xff, ...packet));
    };
    let said = "";
    socket.on("data", (bytes) => {
      said += bytes.toString("latin1");
      for (let end = said.indexOf("\r\n\r\n"); end >= 0; end = said.indexOf("\r\n\r\n")) {
        const request = said.slice(0, end);
        said = said.slice(end + 4);
        const [, method = ""] = /([A-Z_]+) rtsp|([A-Z]+) \*/.exec(request) ?? [];
        const number = /^CSeq: *(\d+)/im.exec(request)?.[1];
        const body = method === "DESCRIBE" ? SDP : "";
        socket.write(`RTSP/1.0 200 OK\r\nCSeq: ${number}\r\n${HEADERS[method] ?? ""}\r\n${body}`);
        if (method === "PLAY") this.#packets.on("message", send);
      }
    });
    socket.on("error", () => {}); // whoever leaves
    socket.on("close", () => {
      this.#packets.off("message", send);
      this.#connections.delete(socket);
    });
  }
}
