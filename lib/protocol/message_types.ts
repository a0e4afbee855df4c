/**
 * What the twelve messages of protocol version 1 hold, and how much of it.
 *
 * @module
 */

interface OfType<Type extends string> {
  /** Tells the messages apart. */
  readonly type: Type;
}

/** How large a guest shows the pictures, in pixels. */
export interface ViewSize {
  readonly width: number;
  readonly height: number;
}

/** The first message of a guest. */
export interface HelloMessage extends OfType<"hello"> {
  /** Protocol versions that the guest speaks, 1–16 of them, each 1–255. */
  readonly versions: readonly number[];
  /** Name and version of the guest's program, for the host's log; at most 200 characters. */
  readonly program: string;
  /** The guest wants no more frames per second than this; as many as there are when left out. */
  readonly maxFps?: number;
  /** The guest shows the pictures in no more than so many pixels; all they have when left out. */
  readonly view?: ViewSize;
  /** Which of the host's cameras, by its name, at most 64 characters; the first when left out. */
  readonly camera?: string;
  /** Whether the guest only wants to know which cameras there are: BYE follows WELCOME. */
  readonly list?: boolean;
  /**
   * Of a host that shows the pictures on: its channel, and all behind it, at most
   * {@linkcode MAX_RELAYS}, each of at most 64 characters.
   */
  readonly relays?: readonly string[];
}

/** What the host's frames are, as far as it is known when the guest is welcomed. */
export interface SourceDescription {
  /** In words, at most 200 characters. */
  readonly description: string;
  /** Width of the picture in pixels, 0 while unknown. */
  readonly width: number;
  /** Height of the picture in pixels, 0 while unknown. */
  readonly height: number;
  /** Frames per second that the source promises, 0 while unknown. */
  readonly fps: number;
  /** The camera's own format (`"mjpg"`, `"yuyv"`, `"bgr"`), empty while unknown; at most 32 characters. */
  readonly format: string;
}

/** How one of a host's cameras is; `idle`: closed, as nobody watches. */
export const LISTED_STATES = ["idle", "starting", "live", "lost"] as const;

/** One of a host's cameras. */
export interface ListedCamera {
  /** At most 64 characters. */
  readonly name: string;
  readonly state: typeof LISTED_STATES[number];
  /** What it is, in words, at most 200 characters. */
  readonly description: string;
}

/** The host's answer to HELLO. */
export interface WelcomeMessage extends OfType<"welcome"> {
  /** The protocol version that the host chose of the guest's. */
  readonly version: number;
  /** The host computer's name, at most 255 characters. */
  readonly host: string;
  readonly source: SourceDescription;
  /** Whether the host takes VIEW, and sends pictures that fit; it does not when left out. */
  readonly views?: boolean;
  /** Which of its cameras the frames are of; a host that knows of only one may leave it out. */
  readonly camera?: string;
  /** All of its cameras, the first first, at most {@linkcode MAX_CAMERAS}. */
  readonly cameras?: readonly ListedCamera[];
  /**
   * Where the pictures are another host's: the channels that they come through, this one first, each
   * as in `relays` of a HELLO.
   */
  readonly via?: readonly string[];
}

/** To a page that lends its camera: whether its pictures are wanted from now on, and which. */
export interface WantMessage extends OfType<"want"> {
  readonly isWanted: boolean;
  /** The size that they are to fit into, in pixels. */
  readonly width: number;
  readonly height: number;
  /** Frames per second. */
  readonly fps: number;
  /** JPEG quality, 0 to 100. */
  readonly quality: number;
}

/** The guest shows the pictures in another size from now on. */
export interface ViewMessage extends OfType<"view"> {
  /** The room that a picture has now; as much as it needs when left out. */
  readonly view?: ViewSize;
}

/** One picture. */
export interface FrameMessage extends OfType<"frame"> {
  /** The host's number of the picture, u32, wraps around; missing are those this guest was not sent. */
  readonly sequence: number;
  /** When the picture was taken, in microseconds of the host's monotonic clock. */
  readonly capturedAtMicros: number;
  /** The JPEG; of a received frame a view on memory that belongs to this message alone. */
  readonly jpeg: Uint8Array;
}

/** The guest has the whole frame. */
export interface AckMessage extends OfType<"ack"> {
  readonly sequence: number;
}

/** Asks for a PONG. */
export interface PingMessage extends OfType<"ping"> {
  /** When it was sent, in microseconds of the sender's monotonic clock. */
  readonly t1: number;
}

/** Answers a PING. */
export interface PongMessage extends OfType<"pong"> {
  /** The PING's own t1: microseconds of the pinging side's monotonic clock. */
  readonly t1: number;
  /** When the PING arrived, in microseconds of the answering side's monotonic clock. */
  readonly t2: number;
  /** When the PONG was sent, in microseconds of the answering side's monotonic clock. */
  readonly t3: number;
}

/** Every {@linkcode CameraState}. */
export const CAMERA_STATES = ["live", "lost", "starting"] as const;

/** What a host says of its camera: frames come, are interrupted, or have yet to come. */
export type CameraState = typeof CAMERA_STATES[number];

/** How the camera is; sent after WELCOME and whenever it changes. */
export interface StatusMessage extends OfType<"status"> {
  /** Whether pictures come. */
  readonly camera: CameraState;
  /** The reason in one line, at most 500 characters. */
  readonly why?: string;
}

/** The sender closes the connection behind this. */
export interface ByeMessage extends OfType<"bye"> {
  /** Why, in one line, at most 500 characters. */
  readonly reason: string;
  /** Whether connecting again may be of use; it may when left out. */
  readonly retry?: boolean;
  /** Whether the host speaks inside TLS only; it does not when left out. */
  readonly private?: boolean;
}

/** What the other side's proof is to be about, so that none fits twice. */
export interface NonceMessage extends OfType<"nonce"> {
  /** 32 random bytes. */
  readonly nonce: Uint8Array;
}

/** That the sender has the key. */
export interface ProofMessage extends OfType<"proof"> {
  /** 32 bytes. */
  readonly proof: Uint8Array;
}

/** What both send in front of all else, inside TLS. */
export type KeyMessage = NonceMessage | ProofMessage;

/** What a guest may send. */
export type GuestMessage =
  | HelloMessage
  | AckMessage
  | PingMessage
  | PongMessage
  | ByeMessage
  | ViewMessage
  | WantMessage
  | KeyMessage;

/** What a host may send. */
export type HostMessage =
  | WelcomeMessage
  | FrameMessage
  | PingMessage
  | PongMessage
  | StatusMessage
  | ByeMessage
  | KeyMessage;

/** Every message of version 1. */
export type Message = GuestMessage | HostMessage;

/** The most characters (code points) that each text may have. */
export const MAX_CHARACTERS = {
  program: 200,
  camera: 64,
  host: 255,
  description: 200,
  format: 32,
  why: 500,
  reason: 500,
} as const;

/** The most entries in the `versions` of a HELLO. */
export const MAX_VERSIONS = 16;

/** The most entries in the `cameras` of a WELCOME. */
export { MAX_CAMERAS } from "../cli/camera_name.ts";

/** The most entries in the `relays` of a HELLO, and in the `via` of a WELCOME. */
export const MAX_RELAYS = 256;

/** The most characters of each of them. */
export const MAX_RELAY_CHARACTERS = 64;
