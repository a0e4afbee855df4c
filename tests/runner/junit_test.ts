import assert from "node:assert/strict";
import { closingLine, countTests, slowestTests } from "./junit.ts";

const REPORT = `<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="deno test" tests="5" failures="2" errors="0" time="0.064">
    <testsuite name="./a_test.ts" tests="5" disabled="1" errors="0" failures="2">
        <testcase name="passes" classname="./a_test.ts" time="0.000" line="1" col="6">
        </testcase>
        <testcase name="says &lt;failure &gt; and &lt;skipped/&gt;" classname="./a_test.ts">
        </testcase>
        <testcase name="fails" classname="./a_test.ts" time="0.000" line="2" col="6">
            <failure message="Uncaught Error: no &lt;x&gt;">Error: no &lt;x&gt;
    at file:///a_test.ts:2:36</failure>
        </testcase>
        <testcase name="fails &gt; a step" classname="./a_test.ts" time="0.000" line="2" col="9">
            <failure message="Uncaught Error: x">Error: x</failure>
        </testcase>
        <testcase name="ignored" classname="./a_test.ts" time="0.000" line="3" col="6">
            <skipped/>
        </testcase>
    </testsuite>
</testsuites>
`;

Deno.test("countTests() counts tests and steps by how they ended", () => {
  assert.deepEqual(countTests(REPORT), { passed: 2, failed: 2, skipped: 1 });
});

Deno.test("countTests() counts a step that was tried again as it ended the second time", () => {
  const attempt = (seconds: string, content: string) =>
    `<testcase name="a &gt; b" classname="./a_test.ts" time="${seconds}" line="4" col="48">
       ${content}
     </testcase>`;
  const failure = '<failure message="late">late</failure>';
  assert.deepEqual(countTests(attempt("0.002", failure) + attempt("0.001", "")), {
    passed: 1,
    failed: 0,
    skipped: 0,
  });
  assert.deepEqual(countTests(attempt("0.002", failure) + attempt("0.001", failure)), {
    passed: 0,
    failed: 1,
    skipped: 0,
  });
});

Deno.test("countTests() finds nothing in a report that was never written", () => {
  assert.deepEqual(countTests(""), { passed: 0, failed: 0, skipped: 0 });
});

Deno.test("closingLine() names skipped tests and second tries only where there are some", () => {
  assert.equal(closingLine({ passed: 12, failed: 0, skipped: 0 }), "12 passed, 0 failed");
  assert.equal(closingLine({ passed: 1, failed: 2, skipped: 3 }), "1 passed, 2 failed, 3 skipped");
  assert.equal(
    closingLine({ passed: 5, failed: 0, skipped: 0 }, 2),
    "5 passed, 0 failed, 2 needed a second try",
  );
});

Deno.test("slowestTests() names those that took longest, with their file, the slowest first", () => {
  const test = (name: string, seconds: string) =>
    `<testcase name="${name}" classname="./tests/a_test.ts" time="${seconds}" line="1" col="6">
     </testcase>`;
  const report = [
    test("quick", "0.001"),
    test("it&apos;s slow", "12.3"),
    test("slow &gt; step", "9.0"),
  ];
  assert.deepEqual(slowestTests(report.join("\n"), 2), [
    { name: "tests/a_test.ts: it's slow", seconds: 12.3 },
    { name: "tests/a_test.ts: slow > step", seconds: 9 },
  ]);
});
