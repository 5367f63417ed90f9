/** All runs, side by side. */
export default function AllRuns() {
  return <div className="page" />;
}
