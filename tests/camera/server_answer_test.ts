import { serverAnswers } from "../../lib/camera/server_answer.ts";

Deno.test("serverAnswers() asks nobody where a stream has no server, or none that is known", async () => {
  for (
    const url of ["udp://@:1234", "udp://:1234", "srt://:9000?mode=listener", "rtp://[::1]:99999/"]
  ) {
    await serverAnswers(url);
  }
});
