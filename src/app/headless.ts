import { type ExperimentFile, parseExperiment } from "../shared/experiment.ts";
import type { HeadlessApi, HeadlessOutcome } from "../shared/headless.ts";
import type { DataSource, EngineError, NamedFile, RunEvent } from "../shared/protocol.ts";
import type { RunRecord } from "../shared/run-record.ts";
import { SAMPLE_PREFIX } from "../shared/samples.ts";
import type { BackendChoice, Split } from "../shared/task.ts";
import { asEngineError, EngineCallError, EngineClient } from "./engine-client.ts";
import { chosenFiles } from "./ui/chosen-files.ts";
import { download } from "./ui/download.ts";

const RUN_ID = "headless";

/** Opens the studio without its page: file inputs and a function that the command line calls. */
export function openHeadless(): void {
  document.body.innerHTML =
    '<label>Files <input type="file" multiple id="files"></label><label>Folder <input type="file" webkitdirectory id="folder"></label><label>Model <input type="file" webkitdirectory id="model"></label>';
  const folders: NamedFile[] = [];
  const engine = new EngineClient();
  const api: HeadlessApi = {
    refrainTrain: async (file, roles, backend) => {
      try {
        return await train(engine, file, [...chosen("files"), ...folders], roles, backend);
      } catch (error) {
        return { record: null, model: null, error: plainError(error) };
      }
    },
    refrainKeepModel: async () => {
      try {
        const { source, revision } = await engine.call("models.add", { files: chosen("model") });
        return { name: { source, revision }, error: null };
      } catch (error) {
        return { name: null, error: plainError(error) };
      }
    },
    refrainExport: async (card) => {
      try {
        const { zip } = await engine.call("model.export", { runId: RUN_ID, card });
        download("model.zip", zip, "application/zip");
        return null;
      } catch (error) {
        return plainError(error);
      }
    },
    refrainKeepFolder: () => folders.push(...chosen("folder")),
  };
  Object.assign(globalThis, api);
}

const chosen = (id: string): NamedFile[] => chosenFiles((document.getElementById(id) as HTMLInputElement).files);

function plainError(error: unknown): EngineError {
  const { kind, message, problems } = asEngineError(error);
  return { kind, message, problems: [...problems] };
}

async function train(
  engine: EngineClient,
  file: ExperimentFile,
  files: NamedFile[],
  roles: Partial<Record<Split, string>>,
  backend: BackendChoice,
): Promise<HeadlessOutcome> {
  const sample = file.data.train.startsWith(SAMPLE_PREFIX) ? file.data.train.slice(SAMPLE_PREFIX.length) : null;
  const source: DataSource = sample === null ? { kind: "files", files, roles } : { kind: "sample", id: sample };
  const tell = (what: RunEvent): void => (globalThis as unknown as HeadlessApi).refrainTell?.(what);
  await engine.call(
    "data.open",
    { source, skipBad: false },
    { onProgress: (progress) => tell({ kind: "progress", ...progress }) },
  );
  const record = await new Promise<RunRecord>((resolve, reject) => {
    engine.onRun(RUN_ID, (event) => {
      tell(event);
      if (event.kind === "ended") resolve(event.record);
      if (event.kind === "failed") reject(new EngineCallError(event.error));
    });
    engine.onRestart(reject);
    engine
      .call("train.start", {
        runId: RUN_ID,
        experiment: parseExperiment(file),
        backend,
        keep: null,
      })
      .catch(reject);
  });
  const { bytes } = await engine.call("model.save", { runId: RUN_ID });
  return { record, model: await base64(bytes), error: null };
}

/** Bytes in base64, by way of a data URL. */
function base64(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result).replace(/^[^,]*,/, ""));
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(new Blob([bytes]));
  });
}
