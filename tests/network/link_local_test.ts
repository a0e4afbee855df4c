/** Addresses that need the name of a network interface, between two computers. */

import assert from "node:assert/strict";
import { Program } from "../support/programs.ts";
import { HostNetwork } from "./host_network.ts";
import { networkTest } from "./requirements.ts";

networkTest(
  "host and guest meet on a link-local address, which lines write in brackets",
  async () => {
    await using network = await HostNetwork.create();
    const link = await network.connect();
    const address = await link.addLinkLocal();
    await using host = Program.start("host", [
      ...["--source=test", "--width=320", "--height=240", "--port=0", "--no-preview"],
      ...["--stats=json", `--host=${address}`, "--open"],
    ], { namespace: network.namespace });
    const port = await host.port();
    await host.line(new RegExp(`^host: listening on \\[${address}\\]:${port}$`));
    await using guest = Program.start("guest", [
      ...[`[${address}]:${port}`, "--open", "--no-window", "--stats=json"],
    ], { namespace: link.namespace });
    await guest.line(new RegExp(`connecting to \\[${address}\\]:${port}$`));
    await guest.line(/^guest: live$/);
    await host.line(/^host: guest \[fe80::2\]:\d+ joined$/);
    const { guests } = await host.hostReport(({ guests }) => guests.length > 0);
    assert.match(guests[0]!.peer, /^\[fe80::2\]:\d+$/);
  },
);
