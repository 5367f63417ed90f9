import { TASKS, type Task } from "../../shared/task.ts";
import { useDataStore } from "../stores/data-store.ts";
import { useExperimentStore } from "../stores/experiment-store.ts";
import { useRequestStore } from "../stores/sharing/request-store.ts";
import { SelectField } from "../ui/fields.tsx";
import { plural } from "../ui/format.ts";
import { LockGroup } from "../ui/Lock.tsx";
import { ClassTable } from "./ClassTable.tsx";
import { ColumnTable } from "./ColumnTable.tsx";
import { FileRoles } from "./FileRoles.tsx";
import { OpenData } from "./OpenData.tsx";
import { OpeningState, Warnings } from "./Problems.tsx";
import { SplitForm } from "./SplitForm.tsx";

const TASK_LABELS: Record<Task, string> = {
  "tabular-classification": "a class from a table row",
  "text-classification": "a class from a text",
  "image-classification": "a class from an image",
};

/** The form of the stage Data. */
export function DataForm() {
  const source = useDataStore((state) => state.source);
  const dataset = useDataStore((state) => state.dataset);
  // What an experiment asks for can always be brought, also where a lesson locks which data these are.
  const isAsked = useRequestStore((state) => state.request !== null);
  const task = useExperimentStore((state) => state.experiment.task);
  return (
    <section className="card form" aria-labelledby="data-form">
      <header>
        <h2 id="data-form">Data</h2>
        <p className="say">
          {dataset && source
            ? `${plural(dataset.classes.length, "class", "classes")} in ${source.name}: ${plural(dataset.train, "item")} to train on, ${dataset.validation} to validate, ${dataset.test} to test.`
            : "Nothing leaves this tab: files are read here and go nowhere."}
        </p>
      </header>
      <LockGroup names={isAsked ? [] : ["data.train"]}>
        <OpenData />
      </LockGroup>
      <OpeningState />
      {source && (
        <>
          <SelectField
            label="Learn"
            path="task"
            value={task}
            options={TASKS.map((value) => ({
              value,
              label: TASK_LABELS[value],
              refusal: (value === "image-classification") === (source.kind === "images") ? null : "not in these data",
            }))}
            onChange={(value) => changeTask(value as Task)}
          />
          <FileRoles />
          <ColumnTable />
          <ClassTable />
          <Warnings />
          <SplitForm />
        </>
      )}
    </section>
  );
}

/** Another task keeps the data and what fits it; backbone and noises start over. */
function changeTask(task: Task): void {
  useExperimentStore.getState().update((file) => {
    const { backbone: _, tuning: __, ...rest } = file;
    return { ...rest, task, repeat: { ...file.repeat, noises: [] } };
  });
}
