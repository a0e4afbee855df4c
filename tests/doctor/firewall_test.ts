import assert from "node:assert/strict";
import { lookAtFirewall } from "../../lib/doctor/firewall.ts";
import type { Outcome } from "../../lib/setup/run_command.ts";
import { testUnless } from "../support/test_unless.ts";

const NOT_HERE: Outcome = { code: 127, stdout: "", stderr: "not found" };
const FORBIDDEN: Outcome = {
  code: 1,
  stdout: "",
  stderr: "Operation not permitted (you must be root)\n",
};

/** What is found where only these programs are. */
function look(programs: Readonly<Record<string, Outcome>>) {
  return lookAtFirewall({
    port: 65432,
    run: (program) => Promise.resolve(programs[program] ?? NOT_HERE),
  });
}

const onLinux = Deno.build.os === "linux" ? undefined : "only Linux's firewalls are looked at";

testUnless(onLinux, "lookAtFirewall() finds programs that are not in the user's PATH", async () => {
  const nft = await look({ "/usr/sbin/nft": FORBIDDEN });
  assert.equal(
    nft.what,
    "its rules cannot be read by this user: Operation not permitted (you must be root)",
  );
  assert.deepEqual(nft.type, ["sudo nft list ruleset"]);

  const ufw = await look({ "/usr/sbin/nft": FORBIDDEN, "/usr/sbin/ufw": FORBIDDEN });
  assert.deepEqual(ufw.type, [
    "sudo nft list ruleset",
    "sudo ufw allow 65432/tcp",
    "sudo ufw allow 5353/udp",
  ]);

  const none = await look({});
  assert.equal(none.what, "its rules cannot be read: there is no program nft");
});

testUnless(
  onLinux,
  "lookAtFirewall() takes those who look for hosts for what they are",
  async () => {
    const rule = (port: number, more: readonly unknown[] = []) => ({
      rule: {
        ...{ family: "inet", table: "t", chain: "in" },
        expr: [
          {
            match: { op: "in", left: { payload: { protocol: "th", field: "dport" } }, right: port },
          },
          ...more,
          { accept: null },
        ],
      },
    });
    const daddr = { payload: { protocol: "ip", field: "daddr" } };
    const nftables = [
      {
        chain: {
          ...{ family: "inet", table: "t", name: "in" },
          ...{ type: "filter", hook: "input", policy: "drop" },
        },
      },
      rule(65432),
      rule(5353, [{ match: { op: "==", left: daddr, right: "224.0.0.251" } }]),
    ];
    const open = await look({
      nft: { code: 0, stdout: JSON.stringify({ nftables }), stderr: "" },
    });
    assert.equal(open.what, "TCP port 65432 and UDP port 5353 are open to the network");
  },
);
