// Draws on the Mat whose handle it is sent, and compresses it.
import { JpegEncoder, Mat } from "../../lib/opencv/mod.ts";

self.onmessage = async ({ data: handle }: MessageEvent<bigint>) => {
  using picture = Mat.borrow(handle);
  picture.setTo([10, 20, 30]);
  await using encoder = new JpegEncoder();
  const jpeg = await encoder.encode(picture, { quality: 80 });
  self.postMessage({ jpegBytes: jpeg.length });
};
