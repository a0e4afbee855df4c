// The device's end of USB/IP: what the kernel's vhci-hcd sends to a device elsewhere, and its answers.
#pragma once

#include <stdbool.h>
#include <stdint.h>

enum usbip_kind { USBIP_GONE, USBIP_SUBMIT, USBIP_UNLINK };

// What the kernel asks of the device.
struct usbip_request {
  enum usbip_kind kind;
  uint32_t sequence;  // names this request
  uint32_t unlinked;  // USBIP_UNLINK: the request that is to be forgotten
  uint32_t endpoint;
  bool in;             // from the device to the computer
  uint32_t length;     // as many bytes at most
  uint8_t setup[8];    // endpoint 0: what is asked
  uint8_t data[4096];  // what came with it
};

// Plugs the device into a port of the virtual hub; gives the socket that leads there. Closing it
// pulls the plug.
int usbip_plug(int port);

struct usbip_request usbip_receive(int socket);

// `status` is 0 or a negative error number, such as -EPIPE for an endpoint that stalls.
void usbip_answer(int socket, uint32_t sequence, int status, const void* data, uint32_t length);

// Answers USBIP_UNLINK: whether the request had still been waiting.
void usbip_unlinked(int socket, uint32_t sequence, bool waited);
