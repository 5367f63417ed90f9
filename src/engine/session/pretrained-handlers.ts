import type { PretrainedCalls } from "../../shared/pretrained.ts";
import type { ModelLibrary } from "../pretrained/library.ts";
import type { Handlers } from "./handlers.ts";

/** How a session answers calls about models by name. They touch no backend and may be long, so they wait for nothing. */
export const pretrainedHandlers = (
  library: ModelLibrary,
): Pick<Handlers, Exclude<keyof PretrainedCalls, "backbone.measure" | "backbone.rate">> => ({
  "models.kept": () => library.kept(),
  "models.look": ({ base, ...name }, work) => library.look(name, base, work),
  "models.fetch": ({ base, ...name }, work) => library.fetch(name, base, work),
  "models.add": ({ files }, work) => library.add(files, work),
  "models.delete": (name) => library.remove(name),
  "models.trained": (given) => library.trained(given),
});
