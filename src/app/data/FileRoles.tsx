import { SPLITS, type Split } from "../../shared/task.ts";
import { useDataStore } from "../stores/data-store.ts";
import { useExperimentStore } from "../stores/experiment-store.ts";
import { formatBytes, formatCount } from "../ui/format.ts";
import { LockGroup } from "../ui/Lock.tsx";
import { fileRole, withFileRole } from "./file-roles.ts";

const ROLE_LABELS: Record<Split, string> = { train: "training", validation: "validation", test: "test" };

/** What each of several files is for, guessed from its name and changeable. */
export function FileRoles() {
  const files = useDataStore((state) => state.source?.files ?? []);
  const data = useExperimentStore((state) => state.file.data);
  const update = useExperimentStore((state) => state.update);
  if (files.length < 2) return null;
  return (
    <LockGroup names={["data.validation", "data.test"]}>
      <div className="table-scroll">
        <table className="files-table">
          <caption className="sr-only">Files and what they are for</caption>
          <thead>
            <tr>
              <th scope="col">file</th>
              <th scope="col">used for</th>
              <th scope="col">rows</th>
            </tr>
          </thead>
          <tbody>
            {files.map((file) => (
              <tr key={file.name}>
                <th scope="row" title={file.name}>
                  {file.name}
                  <small>{formatBytes(file.bytes)}</small>
                </th>
                <td>
                  <select
                    aria-label={`${file.name} is used for`}
                    value={fileRole(data, file)}
                    onChange={(event) => {
                      const role = event.target.value as Split;
                      update((before) => ({ ...before, data: withFileRole(before.data, files, file.name, role) }));
                    }}
                  >
                    {SPLITS.filter((role) => role !== "train" || file.role === "train").map((role) => (
                      <option key={role} value={role}>
                        {ROLE_LABELS[role]}
                      </option>
                    ))}
                  </select>
                </td>
                <td>{formatCount(file.rows)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </LockGroup>
  );
}
