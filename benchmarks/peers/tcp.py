"""Plain TCP: each JPEG behind its length, nothing else.

With `--codec turbojpeg` this is the floor: the least that Python can do with the best codec, kept
buffers and no waiting. With `--codec opencv` it is the same with cv2's functions.
"""

import socket
import struct
from collections import deque

import peer

LENGTH = struct.Struct(">I")
BUFFERS = 3  # one being filled, one in the slot, one being shown
MAX_JPEG_BYTES = 4 << 20


def send(options):
    camera, codec = peer.Camera(options), peer.codec_of(options)
    connection = peer.accept_one(options)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    while True:
        jpeg = memoryview(codec.encode(camera.read())).cast("B")
        header = LENGTH.pack(len(jpeg))
        sent = connection.sendmsg([header, jpeg])
        if sent < len(header) + len(jpeg):
            connection.sendall(jpeg[sent - len(header) :])


def receive_exactly(connection, view):
    while view:
        received = connection.recv_into(view)
        if not received:
            raise EOFError("the sender closed the connection")
        view = view[received:]


def receive_frames(connection, slot, free):
    header = memoryview(bytearray(LENGTH.size))
    while True:
        receive_exactly(connection, header)
        buffer = free.pop()
        jpeg = memoryview(buffer)[: LENGTH.unpack(header)[0]]
        receive_exactly(connection, jpeg)
        replaced = slot.put((buffer, jpeg))
        if replaced:
            free.append(replaced[0])


def receive(options):
    codec, slot = peer.codec_of(options), peer.LatestSlot()
    free = deque(bytearray(MAX_JPEG_BYTES) for _ in range(BUFFERS))
    peer.in_background(receive_frames, peer.connect(options), slot, free)
    while True:
        buffer, jpeg = slot.take()
        picture = codec.decode(jpeg)
        free.append(buffer)
        peer.show(picture)


if __name__ == "__main__":
    peer.main(send, receive)
