"""VidGear NetGear's PAIR pattern: each frame is confirmed when it has arrived, decoded by the
receiving thread, and put in a queue of 96.

NetGear's own receiver also polls that queue in a loop; this one waits, which spares it CPU time.
"""

import queue

import zmq

import peer

QUEUE_FRAMES = 96


def send(options):
    camera, codec = peer.Camera(options), peer.codec_of(options)
    socket = zmq.Context.instance().socket(zmq.PAIR)
    socket.connect(f"tcp://127.0.0.1:{options.port}")
    while True:
        jpeg = codec.encode(camera.read())
        socket.send_json({"terminate_flag": False, "compression": ".jpg"}, zmq.SNDMORE)
        socket.send(jpeg, copy=False)
        socket.recv()


def receive_frames(options, pictures):
    codec = peer.codec_of(options)
    socket = zmq.Context.instance().socket(zmq.PAIR)
    socket.bind(f"tcp://127.0.0.1:{options.port}")
    while True:
        socket.recv_json()
        jpeg = socket.recv(copy=False)
        socket.send_string("received")
        pictures.put(codec.decode(jpeg))


def receive(options):
    pictures = queue.Queue(QUEUE_FRAMES)
    peer.in_background(receive_frames, options, pictures)
    while True:
        peer.show(pictures.get())


if __name__ == "__main__":
    peer.main(send, receive)
