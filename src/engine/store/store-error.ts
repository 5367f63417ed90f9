/** What can be wrong with what is kept. */
export type StoreFault =
  /** A blob or an entry is missing, or is not what it was. */
  | "damaged"
  /** There is no such run, data set or document. */
  | "unknown"
  /** Another tab is at it. */
  | "busy"
  /** The browser gives no more room. */
  | "full"
  /** It was kept by a newer version of the studio. */
  | "newer";

/** Something wrong with what is kept; nothing of it was changed. */
export class StoreError extends Error {
  override readonly name = "StoreError";
  constructor(
    readonly fault: StoreFault,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
