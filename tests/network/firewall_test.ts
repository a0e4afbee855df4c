/** What the rules are said to do is what they do: each is asked, and then somebody comes. */

import assert from "node:assert/strict";
import { type Fate, fateOf } from "../../lib/doctor/nft_rules.ts";
import { type Computer, Lan } from "./lan.ts";
import { networkTest } from "./requirements.ts";
import { outputOf, textOf } from "../support/commands.ts";
import { until } from "../support/until.ts";

const PORT = 65432;

/** Rules of a chain at the entrance, and what is said of who comes to the port. */
const RULES: readonly (readonly [rules: string, tcp: Fate])[] = [
  ["", "accepted"],
  ["chain in { type filter hook input priority 0; policy accept; }", "accepted"],
  ["chain in { type filter hook input priority 0; policy drop; }", "dropped"],
  ["chain in { type filter hook input priority 0; tcp dport 65432 drop; }", "dropped"],
  ["chain in { type filter hook input priority 0; tcp dport 65432 reject; }", "dropped"],
  ["chain in { type filter hook input priority 0; udp dport 65432 drop; }", "accepted"],
  ["chain in { type filter hook input priority 0; tcp dport 22 drop; }", "accepted"],
  [
    "chain in { type filter hook input priority 0; tcp dport { 22, 65000-65535 } drop; }",
    "dropped",
  ],
  ["chain in { type filter hook input priority 0; tcp dport != 22 drop; }", "dropped"],
  ["chain in { type filter hook input priority 0; iifname lo drop; }", "accepted"],
  ["chain in { type filter hook input priority 0; meta l4proto tcp drop; }", "dropped"],
  [
    "chain in { type filter hook input priority 0; policy drop; ct state established accept; " +
    "iifname lo accept; tcp dport 65432 accept; }",
    "accepted",
  ],
  [
    "chain in { type filter hook input priority 0; policy drop; ct state established accept; " +
    "tcp dport 22 accept; }",
    "dropped",
  ],
  [
    "chain ports { tcp dport 65432 accept; }; " +
    "chain in { type filter hook input priority 0; policy drop; jump ports; }",
    "accepted",
  ],
  [
    "chain ports { tcp dport 65432 return; accept; }; " +
    "chain in { type filter hook input priority 0; policy drop; jump ports; }",
    "dropped",
  ],
  [
    "chain first { type filter hook input priority 0; policy accept; tcp dport 65432 accept; }; " +
    "chain second { type filter hook input priority 1; policy drop; }",
    "dropped",
  ],
  ["chain in { type filter hook input priority 0; udp dport != 53 drop; }", "accepted"],
  ["chain in { type filter hook input priority 0; tcp dport > 1024 drop; }", "unclear"],
  ["chain in { type filter hook input priority 0; limit rate over 999/second drop; }", "accepted"],
  [
    "chain in { type filter hook input priority 0; ip saddr 192.0.2.0/24 accept; drop; }",
    "unclear",
  ],
  [
    "chain in { type filter hook input priority 0; " +
    "ip saddr 192.0.2.0/24 tcp dport 65432 accept; reject; }",
    "unclear",
  ],
  [
    "chain in { type filter hook input priority 0; policy drop; ip saddr 192.0.2.0/24 return; " +
    "accept; }",
    "unclear",
  ],
  [
    "chain not-local { fib daddr type local return; drop; }; " +
    "chain user { tcp dport 65432 accept; }; " +
    "chain in { type filter hook input priority 0; policy drop; jump not-local; jump user; }",
    "accepted",
  ],
  [
    "chain ports { tcp dport 22 accept; }; " +
    "chain in { type filter hook input priority 0; policy drop; goto ports; accept; }",
    "dropped",
  ],
  [
    "chain in { type filter hook input priority 0; policy drop; " +
    "tcp dport vmap { 22-23 : drop, 65432 : accept }; }",
    "accepted",
  ],
  [
    "map ports { type inet_service : verdict; elements = { 65432 : drop }; }; " +
    "chain in { type filter hook input priority 0; tcp dport vmap @ports; }",
    "dropped",
  ],
  [
    "chain in { type filter hook input priority 0; policy drop; " +
    "ip saddr . tcp dport vmap { 192.0.2.1 . 65432 : accept }; }",
    "unclear",
  ],
  [
    "chain in { type filter hook input priority 0; policy drop; ct state established,related " +
    "accept; icmp type echo-request accept; tcp dport 22 accept; }",
    "dropped",
  ],
  [
    "chain in { type filter hook input priority 0; policy drop; ip protocol icmp accept; " +
    "ip6 nexthdr udp accept; sctp dport 65432 accept; }",
    "dropped",
  ],
  [
    "chain in { type filter hook input priority 0; policy drop; ip protocol { tcp, udp } accept; }",
    "accepted",
  ],
  [
    "chain in { type filter hook input priority 0; policy drop; ip6 nexthdr tcp accept; }",
    "unclear",
  ],
];

/** A chain at the entrance. */
const INPUT = {
  ...{ family: "ip", table: "t", name: "a" },
  ...{ type: "filter", hook: "input", policy: "drop" },
};

/** Whether somebody gets through to a listener, within a moment. */
async function getsThrough(from: Computer, to: Computer): Promise<boolean> {
  const code =
    `import socket\ns=socket.socket()\ns.settimeout(0.5)\ns.connect(("${to.ipv4}",${PORT}))`;
  const { success } = await new Deno.Command("ip", {
    args: ["netns", "exec", from.namespace, "/usr/bin/python3", "-c", code],
    stderr: "null",
  }).output();
  return success;
}

networkTest("fateOf() says what the kernel does with who comes", async () => {
  await using lan = await Lan.create();
  const [server, client] = [await lan.join(), await lan.join()];
  const nft = (...args: string[]) => ["netns", "exec", server.namespace, "nft", ...args];
  const listening = new Deno.Command("ip", {
    args: [
      ...["netns", "exec", server.namespace, "/usr/bin/python3", "-c"],
      `import socket\ns=socket.create_server(("",${PORT}))\nwhile True: s.accept()`,
    ],
  }).spawn();
  try {
    await until("the listener", () => getsThrough(client, server));
    for (const [rules, tcp] of RULES) {
      const table = `table inet t {\n${rules.replaceAll("; ", "\n")}\n}`;
      await outputOf("ip", nft(`flush ruleset\n${table}`));
      const json = await textOf("ip", nft("--json", "list", "ruleset"));
      assert.equal(fateOf(json, { protocol: "tcp", port: PORT }), tcp, rules);
      if (tcp === "unclear") continue;
      assert.equal(await getsThrough(client, server), tcp === "accepted", rules);
    }
  } finally {
    listening.kill();
    await listening.status;
  }
});

Deno.test("fateOf() says that it cannot tell where that depends on the sender", () => {
  const match = {
    op: "==",
    left: { payload: { protocol: "ip", field: "saddr" } },
    right: "10.0.0.1",
  };
  const ruleset = (expr: unknown[], policy: string) =>
    JSON.stringify({
      nftables: [
        { chain: { family: "ip", table: "t", name: "c", type: "filter", hook: "input", policy } },
        { rule: { family: "ip", table: "t", chain: "c", expr } },
      ],
    });
  const packet = { protocol: "udp", port: 5353 } as const;
  assert.equal(fateOf(ruleset([{ match }, { accept: null }], "drop"), packet), "unclear");
  assert.equal(
    fateOf(ruleset([{ xt: { type: "match", name: "x" } }, { drop: null }], "accept"), packet),
    "unclear",
  );
  const target = (name: string) => [{ xt: { type: "target", name } }];
  assert.equal(fateOf(ruleset(target("REJECT"), "accept"), packet), "dropped");
  assert.equal(fateOf(ruleset(target("LOG"), "accept"), packet), "accepted");
  assert.equal(fateOf(ruleset(target("TARPIT"), "accept"), packet), "unclear");
  assert.equal(fateOf(ruleset([{ xt: null }], "accept"), packet), "unclear");
  const vmap = { key: match.left, data: "@elsewhere" };
  assert.equal(fateOf(ruleset([{ vmap }], "drop"), packet), "unclear");
  assert.equal(fateOf("{}", packet), "accepted");
  assert.throws(() => fateOf("no JSON", packet), SyntaxError);
});

Deno.test("fateOf() knows where a packet for a group goes", () => {
  const to = (left: unknown, right: unknown) =>
    JSON.stringify({
      nftables: [
        { chain: { ...INPUT, policy: "drop" } },
        {
          rule: {
            ...{ family: "ip", table: "t", chain: "a" },
            expr: [{ match: { op: "==", left, right } }, { accept: null }],
          },
        },
      ],
    });
  const packet = { protocol: "udp", port: 5353, group: "224.0.0.251" } as const;
  const daddr = { payload: { protocol: "ip", field: "daddr" } };
  assert.equal(fateOf(to(daddr, "224.0.0.251"), packet), "accepted");
  assert.equal(fateOf(to(daddr, "239.255.255.250"), packet), "dropped");
  assert.equal(fateOf(to(daddr, { prefix: { addr: "224.0.0.0", len: 4 } }), packet), "unclear");
  const type = { fib: { result: "type", flags: ["daddr"] } };
  assert.equal(fateOf(to(type, "multicast"), packet), "accepted");
  assert.equal(fateOf(to(type, "local"), packet), "dropped");
});

Deno.test("fateOf() comes to an end with chains that call each other", () => {
  const rule = (chain: string, target: string) => ({
    rule: { family: "ip", table: "t", chain, expr: [{ jump: { target } }] },
  });
  const nftables = [{ chain: INPUT }, { chain: { ...INPUT, name: "b", hook: undefined } }];
  const json = JSON.stringify({ nftables: [...nftables, rule("a", "b"), rule("b", "a")] });
  assert.equal(fateOf(json, { protocol: "tcp", port: PORT }), "unclear");
});
