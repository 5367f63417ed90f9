import type { Arguments, CallName, Result } from "../../shared/protocol.ts";
import type { Work } from "../data/dataset.ts";

/** How a session answers each call. */
export type Handlers = {
  readonly [N in CallName]: (arguments_: Arguments<N>, work: Work) => Promise<Result<N>>;
};
