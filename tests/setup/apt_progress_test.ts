import assert from "node:assert/strict";
import { AptProgress, withoutStatus } from "../../lib/setup/apt_progress.ts";

/** What is reported of these lines of apt-get. */
function reportsOf(...lines: string[]): string[] {
  const reports: string[] = [];
  const { take } = new AptProgress(["g++", "xvfb"], (line) => reports.push(line));
  lines.forEach(take);
  return reports;
}

Deno.test("AptProgress reports each tenth once, first of the download, then of the rest", () => {
  const percents = Array.from({ length: 1001 }, (_, index) => (index / 10).toString());
  const tenths = Array.from({ length: 10 }, (_, index) => (index + 1) * 10);
  assert.deepEqual(
    reportsOf(
      ...percents.map((percent) => `dlstatus:3:${percent}:Retrieving file 3 of 90 (2s remaining)`),
      ...percents.map((percent) => `pmstatus:g++:${percent}:Unpacking g++ (amd64)`),
    ),
    ["downloaded", "installed"].flatMap((what) => tenths.map((tenth) => `${tenth} % ${what}`)),
  );
});

Deno.test("AptProgress leaves out what it has reported, and what was too quick for it", () => {
  const status = (percent: number) => `dlstatus:1:${percent}:Retrieving file 1 of 2`;
  assert.deepEqual(reportsOf(status(9.99), status(45), status(41), status(30), status(98)), [
    "40 % downloaded",
    "90 % downloaded",
  ]);
});

Deno.test("AptProgress finds apt's line behind one that dpkg has not ended", () => {
  assert.deepEqual(
    reportsOf("(Reading database ... 5%pmstatus:libgcc-12-dev:31.25:Installing libgcc-12-dev"),
    ["30 % installed"],
  );
});

Deno.test("AptProgress says what is about to be installed, and how much of it is not there yet", () => {
  for (const sizes of ["59.2 MB", "59.2 MB/208 MB"]) {
    assert.deepEqual(
      reportsOf("The following NEW packages:", `Need to get ${sizes} of archives.`),
      [
        "Installing g++, xvfb: 59.2 MB to download, then a minute or two",
      ],
    );
  }
});

Deno.test("AptProgress says nothing of other lines", () => {
  const lines = ["Get:1 http://deb.debian.org/xvfb.deb", "pmerror:g++:50:no space", "50 %", ""];
  assert.deepEqual(reportsOf(...lines), []);
});

Deno.test("withoutStatus() is all but apt's own account", () => {
  const output = "Unpacking g++ ...\ndlstatus:1:5.3:Retrieving file 1 of 9\nE: no space\n";
  assert.equal(withoutStatus(output), "Unpacking g++ ...\nE: no space\n");
});
