import { Fragment, useId } from "react";
import { useUiStore } from "../stores/ui-store.ts";
import { plural } from "../ui/format.ts";
import { Icon } from "../ui/icons.tsx";

/** Why a file or a link was not taken: each faulty field, what stands there, and what would be right. */
export function FaultPanel() {
  const id = useId();
  const found = useUiStore((state) => state.faults);
  const setFaults = useUiStore((state) => state.setFaults);
  if (!found) return null;
  const { title, faults } = found;
  return (
    <section className="card faults" aria-labelledby={id} role="alert">
      <header>
        <h2 id={id}>{title}</h2>
        <button type="button" className="icon-button" aria-label="Dismiss" onClick={() => setFaults(null)}>
          <Icon name="close" />
        </button>
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls has to be reachable by keyboard */}
      <section className="faults-scroll" tabIndex={0} aria-label={plural(faults.length, "fault")}>
        <table>
          <thead>
            <tr>
              <th scope="col">field</th>
              <th scope="col">given</th>
              <th scope="col">what would be right</th>
            </tr>
          </thead>
          <tbody>
            {faults.map(({ path, given, right }) => (
              <tr key={`${path} ${right}`}>
                <th scope="row">
                  <Path path={path} />
                </th>
                <td>{given === null ? "–" : <code>{given}</code>}</td>
                <td>{right}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </section>
  );
}

/** A path that breaks at its dots, if it has to. */
const Path = ({ path }: { path: string }) =>
  path.split(".").map((key, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: a path is its keys in their order
    <Fragment key={index}>
      {index > 0 && (
        <>
          .<wbr />
        </>
      )}
      {key}
    </Fragment>
  ));
