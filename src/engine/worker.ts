import type { FromEngine, ToEngine } from "../shared/protocol.ts";
import { Router } from "./router.ts";
import { Session } from "./session/session.ts";

const send = (message: FromEngine, transfer: Transferable[] = []): void => self.postMessage(message, { transfer });
const session = new Session(
  (runId, event) => send({ type: "run", runId, event }),
  (change) => send({ type: "store", change }),
);
const router = new Router(session.handlers, send);

self.onmessage = ({ data }: MessageEvent<ToEngine>): void => {
  switch (data.type) {
    case "call":
      router.call(data);
      break;
    case "cancel":
      router.cancel(data.id);
      break;
    case "control":
      session.control(data.runId, data.action);
      break;
    case "ping":
      send({ type: "pong" });
      break;
    default:
      data satisfies never;
  }
};

send({ type: "ready" });
