/** Searches over many experiments. */
export default function Sweeps() {
  return <div className="page" />;
}
