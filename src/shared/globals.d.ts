/** A Blob crosses the boundary; both sides have the whole of it, this folder needs only to name it. */
interface Blob {
  readonly size: number;
  readonly type: string;
}
