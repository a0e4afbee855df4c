import assert from "node:assert/strict";
import { userFolder } from "../../lib/privacy/user_folder.ts";

const folder = (system: typeof Deno.build.os, variables: Record<string, string>) =>
  userFolder(system, (name) => variables[name]);

Deno.test("userFolder() is where each system keeps a user's configuration", () => {
  const HOME = "/home/ann";
  assert.equal(folder("linux", { HOME }), "/home/ann/.config/capturevideo");
  assert.equal(folder("linux", { HOME, XDG_CONFIG_HOME: "/etc/ann" }), "/etc/ann/capturevideo");
  assert.equal(folder("freebsd", { HOME }), "/home/ann/.config/capturevideo");
  assert.equal(
    folder("darwin", { HOME: "/Users/ann", XDG_CONFIG_HOME: "/elsewhere" }),
    "/Users/ann/Library/Application Support/capturevideo",
  );
  assert.equal(
    folder("windows", { APPDATA: "C:\\Users\\ann\\AppData\\Roaming" }),
    "C:\\Users\\ann\\AppData\\Roaming\\capturevideo",
  );
});

Deno.test("userFolder() ignores a folder that is not absolute, as it must", () => {
  for (const XDG_CONFIG_HOME of ["", "config", "./config"]) {
    assert.equal(folder("linux", { HOME: "/root", XDG_CONFIG_HOME }), "/root/.config/capturevideo");
  }
});

Deno.test("userFolder() says which variable is missing", () => {
  assert.throws(() => folder("linux", {}), {
    code: "identity",
    message: "Cannot find the folder for keys: the environment variable HOME is not set",
  });
  assert.throws(() => folder("windows", { HOME: "C:\\ann" }), /variable APPDATA is not set$/);
});
