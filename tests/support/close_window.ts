/**
 * Sends a window what a window manager sends when the user closes it: `WM_DELETE_WINDOW`.
 *
 * Xvfb has no window manager, and destroying the window from outside is another event, one that
 * toolkits don't expect. Run as `close_window.ts <display> <window number>`.
 *
 * @module
 */

const CLIENT_MESSAGE = 33;

const [display, window] = Deno.args;
if (display === undefined || window === undefined) {
  throw new Error("Cannot close a window: display and window number are missing");
}

const x11 = Deno.dlopen("libX11.so.6", {
  // Display* XOpenDisplay(const char* name)
  XOpenDisplay: { parameters: ["buffer"], result: "pointer" },
  // Atom XInternAtom(Display*, const char* name, Bool onlyIfExists)
  XInternAtom: { parameters: ["pointer", "buffer", "i32"], result: "u64" },
  // Status XSendEvent(Display*, Window, Bool propagate, long eventMask, XEvent*)
  XSendEvent: { parameters: ["pointer", "u64", "i32", "i64", "buffer"], result: "i32" },
  // int XCloseDisplay(Display*), which sends what waits
  XCloseDisplay: { parameters: ["pointer"], result: "i32" },
});

const cString = (text: string) => new TextEncoder().encode(text + "\0");
const connection = x11.symbols.XOpenDisplay(cString(display));
if (connection === null) throw new Error(`Cannot close a window: no display ${display}`);
const atom = (name: string) => x11.symbols.XInternAtom(connection, cString(name), 0);

// XClientMessageEvent as 64-bit machines lay it out, inside an XEvent of 24 longs
const event = new BigInt64Array(24);
const ints = new Int32Array(event.buffer);
ints[0] = CLIENT_MESSAGE;
event[4] = BigInt(window); // window
event[5] = BigInt(atom("WM_PROTOCOLS")); // message_type
ints[12] = 32; // format: longs
event[7] = BigInt(atom("WM_DELETE_WINDOW")); // data.l[0]
const sent = x11.symbols.XSendEvent(
  connection,
  BigInt(window),
  0,
  0n,
  new Uint8Array(event.buffer),
);
x11.symbols.XCloseDisplay(connection);
x11.close();
if (sent === 0) throw new Error(`Cannot close window ${window}: X11 refused the event`);
