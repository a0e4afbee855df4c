/**
 * The options of NATS: which server, and who we are to it.
 *
 * @module
 */

import { NATS_CAMERA_FORM, NATS_SERVERS_FORM } from "../lib/cli/nats_address.ts";
import { group } from "../lib/cli/option.ts";

/** What publishes a host's cameras on a NATS server, and reads them from there. */
export const NATS_OPTIONS = {
  ...group("NATS", ["host", "guest"], {
    nats: {
      kind: "text",
      default: undefined,
      defaultText: "off",
      value: "URL",
      form: NATS_SERVERS_FORM,
      help:
        "Publish the pictures on this NATS server as well, as in `nats://10.0.0.7`; `tls://…` " +
        "asks for TLS, and commas separate the servers of a cluster",
      perProgram: {
        guest: {
          form: NATS_CAMERA_FORM,
          replaces: ["camera", "tiles"],
          help: "The camera on a NATS server, as in `nats://10.0.0.7/studio/front`; the same as " +
            "`[address]`",
        },
      },
    },
    natsUser: {
      kind: "text",
      default: undefined,
      defaultText: "none",
      value: "name",
      help: "Who to be to the NATS server",
    },
    natsPassword: {
      kind: "text",
      default: undefined,
      defaultText: "none",
      value: "password",
      environmentOnly: true,
      help: "The password for `--nats-user`",
    },
    natsPasswordFile: {
      kind: "text",
      default: undefined,
      defaultText: "none",
      value: "file",
      help: "File with the password for `--nats-user`, which nobody else may read; " +
        "CAPTUREVIDEO_NATS_PASSWORD can hold the password itself",
    },
    natsNkeyFile: {
      kind: "text",
      default: undefined,
      defaultText: "none",
      value: "file",
      help:
        "File with the seed of an nkey, which nobody else may read, instead of user and password",
    },
    natsCa: {
      kind: "text",
      default: undefined,
      defaultText: "those that the system knows",
      value: "file",
      help:
        "The certificate, in PEM, of the authority that the NATS server's must be of; asks for TLS",
    },
    natsCert: {
      kind: "text",
      default: undefined,
      defaultText: "none",
      value: "file",
      help: "Our own certificate, in PEM, where the NATS server wants one",
    },
    natsCertKey: {
      kind: "text",
      default: undefined,
      defaultText: "none",
      value: "file",
      help: "Its private key, in PEM, which nobody else may read",
    },
  }),
  ...group("NATS", ["host", "guest"], {
    trustWallClock: {
      kind: "boolean",
      default: false,
      help:
        "Where a user of NATS may only read, and so cannot ask the host what time it is there: " +
        "tell the picture's age by both computers' clocks",
      perProgram: {
        host: {
          help:
            "For `--source nats://…`, where one may only read, and so cannot ask that host what " +
            "time it is there: tell the picture's age by both computers' clocks",
        },
      },
    },
  }),
};
