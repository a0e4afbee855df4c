import assert from "node:assert/strict";
import { HostLocator } from "../../lib/discovery/host_locator.ts";
import { until } from "../support/until.ts";

const STUDIO = {
  ...{ name: "studio", port: 65432, addresses: ["192.0.2.1"] },
  ...{ version: 1, isPrivate: false, fingerprint: undefined },
};

Deno.test("HostLocator.missed() looks again at the next miss where the system did not let it", async () => {
  const { networkInterfaces } = Deno;
  using stack = new DisposableStack();
  stack.defer(() => Object.assign(Deno, { networkInterfaces }));
  let looks = 0;
  const refuse = () => {
    looks++;
    throw new Error("Too many open files (os error 24)");
  };
  Object.assign(Deno, { networkInterfaces: refuse });
  await using locator = new HostLocator({
    ...{ host: "studio", port: 65432, found: STUDIO },
    identity: () => undefined,
    say() {},
  });
  await until("two looks", () => {
    locator.missed();
    return looks >= 2;
  });
  const targets = await locator.targets(AbortSignal.timeout(1000));
  assert.deepEqual(targets, [{ hostname: "192.0.2.1", port: 65432 }]);
});
