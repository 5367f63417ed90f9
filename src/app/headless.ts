import { type ExperimentFile, parseExperiment } from "../shared/experiment.ts";
import type { HeadlessApi } from "../shared/headless.ts";
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
  const files = (): NamedFile[] => [...chosen("files"), ...folders];
  /** Opens the data of a sweep once more, where an engine that died took them along. */
  let reopen: (() => Promise<void>) | null = null;
  let isLost = false;
  engine.onRestart(() => {
    isLost = true;
  });
  const api: HeadlessApi = {
    refrainTrain: async (file, roles, backend) => {
      try {
        await open(engine, file, files(), roles);
        const record = await run(engine, file, backend);
        const { bytes } = await engine.call("model.save", { runId: RUN_ID });
        return { record, model: await base64(bytes), error: null };
      } catch (error) {
        return { record: null, model: null, error: plainError(error) };
      }
    },
    refrainOpen: async (first, roles) => {
      try {
        reopen = () => open(engine, first, files(), roles);
        await reopen();
        const { train, sha256 } = await engine.call("data.prepare", { experiment: parseExperiment(first) });
        return { train, sha256, error: null };
      } catch (error) {
        return { train: null, sha256: null, error: plainError(error) };
      }
    },
    refrainRun: async (file, backend) => {
      try {
        if (isLost) await reopen?.();
        isLost = false;
        const record = await run(engine, file, backend);
        await engine.call("model.drop", { runId: RUN_ID });
        return { record, error: null };
      } catch (error) {
        return { record: null, error: plainError(error) };
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

const tell = (what: RunEvent): void => (globalThis as unknown as HeadlessApi).refrainTell?.(what);

async function open(
  engine: EngineClient,
  { data }: ExperimentFile,
  files: NamedFile[],
  roles: Partial<Record<Split, string>>,
): Promise<void> {
  const sample = data.train.startsWith(SAMPLE_PREFIX) ? data.train.slice(SAMPLE_PREFIX.length) : null;
  const source: DataSource = sample === null ? { kind: "files", files, roles } : { kind: "sample", id: sample };
  await engine.call(
    "data.open",
    { source, skipBad: false },
    { onProgress: (progress) => tell({ kind: "progress", ...progress }) },
  );
}

async function run(engine: EngineClient, file: ExperimentFile, backend: BackendChoice): Promise<RunRecord> {
  const ends: (() => void)[] = [];
  try {
    return await new Promise<RunRecord>((resolve, reject) => {
      const listen = engine.onRun(RUN_ID, (event) => {
        tell(event);
        if (event.kind === "ended") resolve(event.record);
        if (event.kind === "failed") reject(new EngineCallError(event.error));
      });
      ends.push(listen, engine.onRestart(reject));
      engine
        .call("train.start", { runId: RUN_ID, experiment: parseExperiment(file), backend, keep: null })
        .catch(reject);
    });
  } finally {
    for (const end of ends) end();
  }
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
