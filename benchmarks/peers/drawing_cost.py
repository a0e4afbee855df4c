"""Prints what the peers' camera costs, in CPU milliseconds a frame: it is no part of sending."""

import time

import peer

FRAMES = 600


def measure(options):
    camera = peer.Camera(options)
    start = time.process_time()
    for number in range(FRAMES):
        camera.draw(number)
    print((time.process_time() - start) * 1000 / FRAMES)


if __name__ == "__main__":
    peer.main(send=measure, receive=None)
