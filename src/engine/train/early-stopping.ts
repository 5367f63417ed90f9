import type { EpochRecord } from "../../shared/run-record.ts";
import type { HostParams } from "../models/model.ts";
import type { BestEpoch } from "./loop-state.ts";

/** Before anything was evaluated. */
export const NO_BEST: BestEpoch = { loss: Infinity, epoch: 0, params: null };

/** The best weights so far by validation loss, and whether it has not improved for too many epochs. */
export class EarlyStopping {
  #last = 0;

  /** @param patience epochs without improvement after which it is over */
  constructor(
    readonly patience: number,
    private found: BestEpoch = NO_BEST,
    last?: EpochRecord,
  ) {
    if (last && last.validationLoss !== null) this.#last = last.epoch;
  }

  get best(): BestEpoch {
    return this.found;
  }

  /** Takes an epoch's record into account; reads the weights where they are the best. */
  async see({ epoch, validationLoss }: EpochRecord, read: () => Promise<HostParams>): Promise<void> {
    if (validationLoss === null) return;
    this.#last = epoch;
    if (validationLoss < this.found.loss) this.found = { loss: validationLoss, epoch, params: await read() };
  }

  /** True once the validation loss has not improved for `patience` epochs. */
  get isOver(): boolean {
    return this.#last - this.found.epoch >= this.patience;
  }
}
