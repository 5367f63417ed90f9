import { useDataStore } from "../stores/data-store.ts";
import { formatCount, plural } from "../ui/format.ts";

const SHOWN = 30;

/** Where the items of each class went, and equal items on both sides of a split. */
export function ClassTable() {
  const dataset = useDataStore((state) => state.dataset);
  if (!dataset) return null;
  const largest = Math.max(...dataset.classes.map(({ train, validation, test }) => train + validation + test), 1);
  const { betweenSplits, withinTrain, examples } = dataset.duplicates;
  const conflicting = examples.filter(({ sameLabel }) => !sameLabel).length;
  return (
    <>
      <div className="table-scroll">
        <table className="classes-table">
          <caption className="sr-only">Items of each class</caption>
          <thead>
            <tr>
              <th scope="col">class</th>
              <th scope="col">train</th>
              <th scope="col">val.</th>
              <th scope="col">test</th>
              {dataset.leftOut > 0 && <th scope="col">left out</th>}
            </tr>
          </thead>
          <tbody>
            {dataset.classes.slice(0, SHOWN).map(({ name, train, validation, test, leftOut }) => (
              <tr key={name}>
                <th
                  scope="row"
                  title={name}
                  style={{ "--filled": `${(100 * (train + validation + test)) / largest}%` }}
                >
                  {name}
                </th>
                <td>{formatCount(train)}</td>
                <td>{formatCount(validation)}</td>
                <td>{formatCount(test)}</td>
                {dataset.leftOut > 0 && <td>{formatCount(leftOut)}</td>}
              </tr>
            ))}
          </tbody>
          <tfoot>
            <tr>
              <th scope="row">
                {dataset.classes.length > SHOWN ? `all ${formatCount(dataset.classes.length)} classes` : "all"}
              </th>
              <td>{formatCount(dataset.train)}</td>
              <td>{formatCount(dataset.validation)}</td>
              <td>{formatCount(dataset.test)}</td>
              {dataset.leftOut > 0 && <td>{formatCount(dataset.leftOut)}</td>}
            </tr>
          </tfoot>
        </table>
      </div>
      <p className={betweenSplits > 0 ? "remark warn" : "hint"}>
        {betweenSplits === 0
          ? "No held-out item also stands in training."
          : `${plural(betweenSplits, "held-out item also stands", "held-out items also stand")} in training, so scores flatter the model${conflicting > 0 ? `; ${conflicting} with another label` : ""}.`}
        {withinTrain > 0 && ` ${plural(withinTrain, "training item is", "training items are")} there more than once.`}
      </p>
    </>
  );
}
