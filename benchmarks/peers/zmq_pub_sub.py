"""imageZMQ's PUB/SUB with the reading thread that its documentation recommends: newest frame only."""

import zmq

import peer


def send(options):
    camera, codec = peer.Camera(options), peer.codec_of(options)
    socket = zmq.Context.instance().socket(zmq.PUB)
    socket.bind(f"tcp://127.0.0.1:{options.port}")
    while True:
        jpeg = codec.encode(camera.read())
        socket.send_json({"msg": "camera"}, zmq.SNDMORE)
        socket.send(jpeg, copy=False)


def receive_frames(options, slot):
    socket = zmq.Context.instance().socket(zmq.SUB)
    socket.setsockopt(zmq.SUBSCRIBE, b"")
    socket.connect(f"tcp://127.0.0.1:{options.port}")
    while True:
        socket.recv_json()
        slot.put(socket.recv(copy=False))


def receive(options):
    codec, slot = peer.codec_of(options), peer.LatestSlot()
    peer.in_background(receive_frames, options, slot)
    while True:
        peer.show(codec.decode(slot.take()))


if __name__ == "__main__":
    peer.main(send, receive)
