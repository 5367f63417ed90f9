import type { SettingRow } from "../../shared/configuration.ts";

interface Props {
  /** Of the region that scrolls. */
  label: string;
  /** Names of the configurations. */
  columns: readonly string[];
  rows: readonly SettingRow[];
}

/** Settings of configurations beside each other. Where all agree, the first column speaks for all. */
export function SettingsTable({ label, columns, rows }: Props) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls has to be reachable by keyboard
    <section className="configuration-scroll" tabIndex={0} aria-label={label}>
      <table>
        <thead>
          <tr>
            <th scope="col">setting</th>
            {columns.map((column, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: two runs may have one name, and their order stays
              <th key={index} scope="col">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ path, values, differs }) => (
            <tr key={path} className={differs ? "differs" : ""}>
              <th scope="row">{path}</th>
              {values.map((value, index) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: as above
                <td key={index}>{(index === 0 || differs) && (value ?? "–")}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
