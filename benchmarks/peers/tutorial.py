"""The tutorial's way: bare JPEGs, whatever one recv() brings is a frame, a queue, fixed waits."""

import queue

import cv2
import numpy as np

import peer

WAIT_MS = 35
RECEIVE_BYTES = 216800
QUEUE_FRAMES = 20
TIMEOUT_SECONDS = 10
CAMERA_BUFFERS = 4  # what OpenCV asks of V4L2


def send(options):
    connection = peer.accept_one(options)
    camera, codec = peer.Camera(options, CAMERA_BUFFERS), peer.OpenCvCodec(options)
    while True:
        frame = camera.read()
        jpeg = codec.encode(frame).tobytes()
        cv2.imshow("frame", frame)
        cv2.waitKey(WAIT_MS)
        connection.sendall(jpeg)


def receive_pieces(connection, pieces):
    while piece := connection.recv(RECEIVE_BYTES):
        pieces.put(piece)


def receive(options):
    pieces = queue.Queue(QUEUE_FRAMES)
    peer.in_background(receive_pieces, peer.connect(options), pieces)
    while True:
        piece = np.asarray(bytearray(pieces.get(timeout=TIMEOUT_SECONDS)), dtype="uint8")
        try:
            picture = cv2.imdecode(piece, cv2.IMREAD_COLOR)
            cv2.imshow("image", picture)
        except cv2.error as error:
            print(error)
        cv2.waitKey(WAIT_MS)


if __name__ == "__main__":
    peer.main(send, receive)
