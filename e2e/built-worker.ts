import { build, type Rolldown } from "vite";

/**
 * A worker of the engine's built as the studio builds its own: its script and those that it loads later, by file name.
 * @param input path of its entry
 * @param entry file name that the entry gets
 */
export async function builtWorker(input: string, entry: string): Promise<ReadonlyMap<string, string>> {
  const { output } = (await build({
    configFile: false,
    logLevel: "warn",
    build: {
      write: false,
      target: "es2023",
      rolldownOptions: { input, output: { entryFileNames: entry } },
    },
  })) as Rolldown.RolldownOutput;
  return new Map(output.flatMap((file) => (file.type === "chunk" ? [[file.fileName, file.code]] : [])));
}
