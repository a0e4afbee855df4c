import assert from "node:assert/strict";
import { isHostAddress } from "../../lib/discovery/host_address.ts";
import {
  isLinkLocal,
  isNeighbour,
  isOwnComputer,
  networkInterfaces,
} from "../../lib/discovery/interfaces.ts";

const LIST = [
  { name: "lo", family: "IPv4", address: "127.0.0.1", netmask: "255.0.0.0" },
  { name: "lo", family: "IPv6", address: "::1", netmask: "ffff:…" },
  { name: "eth0", family: "IPv4", address: "192.168.1.20", netmask: "255.255.255.0" },
  { name: "eth0", family: "IPv4", address: "10.0.0.1", netmask: "255.0.0.0" },
  { name: "eth0", family: "IPv6", address: "fe80::1", netmask: "ffff:ffff:ffff:ffff::" },
  { name: "wlan0", family: "IPv6", address: "2001:db8::7", netmask: "ffff:ffff:ffff:ffff::" },
] as const;

Deno.test("networkInterfaces() gathers what leads to other computers by interface", () => {
  assert.deepEqual(
    networkInterfaces(LIST).map(({ name, ipv4, ipv6 }) => [
      name,
      ...[...ipv4, ...ipv6].map(({ address }) => address),
    ]),
    [["eth0", "192.168.1.20", "10.0.0.1", "fe80::1"], ["wlan0", "2001:db8::7"]],
  );
  assert.deepEqual(networkInterfaces([]), []);
});

Deno.test("networkInterfaces() knows this computer's own", () => {
  for (const { ipv4, ipv6 } of networkInterfaces()) {
    assert.ok([...ipv4, ...ipv6].every(({ address }) => !isOwnComputer(address)));
  }
});

Deno.test("isNeighbour() tells who is in one of the interface's networks", () => {
  const [eth0, wlan0] = networkInterfaces(LIST);
  assert.ok(isNeighbour("192.168.1.254", eth0!) && isNeighbour("10.200.3.4", eth0!));
  for (const other of ["192.168.2.1", "11.0.0.1", "fe80::1", "", "studio", "1.2.3"]) {
    assert.ok(!isNeighbour(other, eth0!), other);
  }
  assert.ok(!isNeighbour("192.168.1.254", wlan0!));
});

Deno.test("isHostAddress() refuses what no other computer can have", () => {
  for (const address of ["192.168.1.20", "10.0.0.1", "8.8.8.8", "fe80::1", "2001:db8::7"]) {
    assert.ok(isHostAddress(address), address);
  }
  const none = ["127.0.0.1", "127.8.8.8", "0.0.0.0", "224.0.0.251", "239.1.1.1", "255.255.255.255"];
  for (
    const address of [...none, "::", "::1", "::ffff:127.0.0.1", "ff02::fb", "", "a", "1", "x:y"]
  ) {
    assert.ok(!isHostAddress(address), address);
  }
});

Deno.test("isLinkLocal() knows the addresses that need an interface", () => {
  assert.ok(isLinkLocal("fe80::1") && isLinkLocal("FEBF::1"));
  assert.ok(!isLinkLocal("fec0::1") && !isLinkLocal("192.168.1.20") && !isLinkLocal("fe80"));
});
