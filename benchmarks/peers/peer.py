"""What the Python peers share: their arguments, the camera, the codecs, the slot of one frame.

A peer is one file that plays both parts: `NAME.py send` films and sends, `NAME.py receive` shows.
None of them measures itself: benchmarks/bench.ts watches from outside. Both parts run until they
are killed.
"""

import argparse
import ctypes
import socket
import threading
import time
from collections import deque

import cv2
import numpy as np

STRIP_ROWS = 16
STRIP_CELLS = 40
SQUARE = 64


def main(send, receive):
    """Runs one of the two parts with the arguments of the command line."""
    parser = argparse.ArgumentParser()
    parser.add_argument("part", choices=["send", "receive"])
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--picture", required=True, help="the pattern as raw BGR pixels")
    parser.add_argument("--width", type=int, default=1280)
    parser.add_argument("--height", type=int, default=720)
    parser.add_argument("--fps", type=int, default=30)
    parser.add_argument("--quality", type=int, default=80)
    parser.add_argument("--codec", choices=CODECS, default="opencv")
    options = parser.parse_args()
    (send if options.part == "send" else receive)(options)


class Camera:
    """A camera that films a clock: frame n is captured n / fps seconds after the clock's zero.

    With one buffer it never queues: who comes late gets the newest frame, and the ones between are
    lost. With more it is what OpenCV makes of a webcam: the driver fills the buffers, drops what
    finds none free, and each read gets the oldest. The frame is one kept array, valid until the
    next read; a read draws the number and moves a square, and leaves the rest as it is.
    """

    def __init__(self, options, buffers=1):
        shape = (options.height, options.width, 3)
        with open(options.picture, "rb") as file:
            self._still = np.frombuffer(file.read(), np.uint8).reshape(shape)
        self._frame = self._still.copy()
        self._fps = options.fps
        self._filled = deque()
        self._buffers = buffers
        self._newest = self._now()
        self._at = 0
        self._cell_of_column = np.arange(options.width) * STRIP_CELLS // options.width

    def read(self):
        """Returns a frame, waiting for it if there is none.

        The next one is drawn while it is waited for: a camera's picture is ready at its time.
        """
        self._fill()
        drawn = None
        while not self._filled:
            drawn = self._newest + 1
            self.draw(drawn)
            time.sleep(max(0, drawn / self._fps - time.monotonic()))
            self._fill()
        number = self._filled.popleft()
        if number != drawn:
            self.draw(number)
        return self._frame

    def _now(self):
        return int(time.monotonic() * self._fps)

    def _fill(self):
        passed = range(self._newest + 1, self._now() + 1)
        self._newest += len(passed)
        if self._buffers == 1:
            self._filled.extend(passed[-1:])
        else:
            self._filled.extend(passed[: self._buffers - len(self._filled)])

    def draw(self, number):
        """Moves the square and writes the number into the top rows, and into the bottom ones, by
        which a picture that was cut short is found out.
        """
        height, width, _ = self._frame.shape
        top = height // 4
        rows = slice(top, top + SQUARE)
        self._frame[rows, self._at : self._at + SQUARE] = self._still[
            rows, self._at : self._at + SQUARE
        ]
        self._at = number * 4 % (width - SQUARE)
        self._frame[rows, self._at : self._at + SQUARE] = 255

        code = number.to_bytes(4, "big")
        cells = np.unpackbits(np.frombuffer(code + bytes([crc8(code)]), np.uint8)) * 255
        strip = cells[self._cell_of_column][None, :, None]
        self._frame[:STRIP_ROWS] = strip
        self._frame[-STRIP_ROWS:] = strip


def crc8(data):
    """CRC-8 with polynomial 0x07 and initial value 0."""
    crc = 0
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = (crc << 1 ^ 0x07) & 0xFF if crc & 0x80 else crc << 1
    return crc


class OpenCvCodec:
    """cv2's own JPEG functions, as nearly every Python program uses them."""

    def __init__(self, options):
        self._parameters = [cv2.IMWRITE_JPEG_QUALITY, options.quality]

    def encode(self, frame):
        """Returns the JPEG as a new array."""
        return cv2.imencode(".jpg", frame, self._parameters)[1]

    def decode(self, jpeg):
        """Returns the picture as a new array, or None."""
        return cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR)


class TurboJpegCodec:
    """TurboJPEG through its C API; its buffers are kept, so no memory is taken per frame."""

    BGR, YUV420, NO_REALLOC = 1, 2, 1024

    def __init__(self, options):
        library = ctypes.CDLL("libturbojpeg.so.0")
        for function in (library.tjInitCompress, library.tjInitDecompress):
            function.restype = ctypes.c_void_p
        library.tjBufSize.restype = ctypes.c_ulong
        self._library = library
        self._compressor = ctypes.c_void_p(library.tjInitCompress())
        self._decompressor = ctypes.c_void_p(library.tjInitDecompress())
        self._size = (options.width, options.height)
        self._quality = options.quality
        most = library.tjBufSize(options.width, options.height, self.YUV420)
        self._jpeg = (ctypes.c_ubyte * most)()
        self._jpeg_pointer = ctypes.pointer(self._jpeg)
        self._picture = np.empty((options.height, options.width, 3), np.uint8)

    def encode(self, frame):
        """Returns a view of the JPEG in the kept buffer."""
        width, height = self._size
        length = ctypes.c_ulong(len(self._jpeg))
        failed = self._library.tjCompress2(
            self._compressor, ctypes.c_void_p(frame.ctypes.data), width, 0, height, self.BGR,
            ctypes.byref(self._jpeg_pointer), ctypes.byref(length),
            self.YUV420, self._quality, self.NO_REALLOC,
        )
        if failed:
            raise RuntimeError("TurboJPEG cannot compress the frame")
        return memoryview(self._jpeg)[: length.value]

    def decode(self, jpeg):
        """Returns the kept picture, valid until the next call, or None."""
        width, height = self._size
        failed = self._library.tjDecompress2(
            self._decompressor, ctypes.c_void_p(np.frombuffer(jpeg, np.uint8).ctypes.data),
            ctypes.c_ulong(len(jpeg)), ctypes.c_void_p(self._picture.ctypes.data),
            width, 0, height, self.BGR, 0,
        )
        return None if failed else self._picture


CODECS = {"opencv": OpenCvCodec, "turbojpeg": TurboJpegCodec}


def codec_of(options):
    """Returns the codec that the command line names."""
    return CODECS[options.codec](options)


class LatestSlot:
    """Holds the newest value only; a value that nobody took is replaced."""

    def __init__(self):
        self._condition = threading.Condition()
        self._value = None

    def put(self, value):
        """Stores a value and returns the one it replaced, or None."""
        with self._condition:
            replaced, self._value = self._value, value
            self._condition.notify()
            return replaced

    def take(self):
        """Waits for a value and empties the slot."""
        with self._condition:
            self._condition.wait_for(lambda: self._value is not None)
            value, self._value = self._value, None
            return value


def show(picture):
    """Shows a picture in the window `image` and lets the toolkit draw it: no longer than it takes."""
    if picture is not None:
        cv2.imshow("image", picture)
        cv2.waitKey(1)


def in_background(function, *arguments):
    """Runs a function in a thread that ends with the program."""
    threading.Thread(target=function, args=arguments, daemon=True).start()


def accept_one(options):
    """Listens and returns the first connection."""
    with socket.create_server(("127.0.0.1", options.port)) as server:
        connection, _ = server.accept()
        return connection


def connect(options, patience=10):
    """Connects to the sender, for up to `patience` seconds, as it may still be starting."""
    until = time.monotonic() + patience
    while True:
        try:
            return socket.create_connection(("127.0.0.1", options.port))
        except ConnectionRefusedError:
            if time.monotonic() > until:
                raise
            time.sleep(0.05)
