import { experimentJson } from "../stores/experiment-file.ts";
import { useExperimentStore } from "../stores/experiment-store.ts";
import { download } from "../ui/download.ts";

/** Saves the experiment in the editor, complete with its defaults; dropping the file on the page opens it again. */
export function ExperimentFileButton() {
  const keep = () => {
    const { experiment } = useExperimentStore.getState();
    download("experiment.json", experimentJson(experiment), "application/json");
  };
  return (
    <button
      type="button"
      className="ghost experiment-file"
      title="Saves the experiment in the editor; drop the file on the page to open it again"
      onClick={keep}
    >
      Experiment file
    </button>
  );
}
