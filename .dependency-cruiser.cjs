/** Who may import whom. src/cli/import-rules.test.ts plants a violation of each rule and sees it refused. */
const SLOTS = "noises|poolings|objectives|consistencies|optimizers|schedules|tunings";
const TESTS = "[.]test[.]tsx?$";

module.exports = {
  forbidden: [
    {
      name: "shared-stands-alone",
      comment: "shared/ is plain TypeScript that both sides read; it imports nothing of ours.",
      severity: "error",
      from: { path: "^src/shared/" },
      to: { path: "^(src|e2e)/", pathNot: "^src/shared/" },
    },
    {
      name: "engine-and-app-meet-in-shared",
      comment: "Engine and page know each other through the protocol only.",
      severity: "error",
      from: { path: "^src/(engine|app)/" },
      to: { path: "^(src|e2e)/", pathNot: ["^src/shared/", "^src/$1/"] },
    },
    {
      name: "cli-imports-shared",
      comment: "The command line drives the built page.",
      severity: "error",
      from: { path: "^src/cli/", pathNot: TESTS },
      to: { path: "^src/(engine|app)/" },
    },
    {
      name: "tfjs-only-through-tf",
      comment: "tfjs and its workarounds live in engine/tf.ts.",
      severity: "error",
      from: { path: "^src/", pathNot: ["^src/engine/tf[.]ts$", "^src/engine/testing/", TESTS] },
      to: { path: "node_modules/@tensorflow/" },
    },
    {
      name: "plugins-do-not-know-siblings",
      comment: "A plugin imports its contract, tf.ts and the random streams; index.ts lists all.",
      severity: "error",
      from: {
        path: `^src/engine/(${SLOTS})/([^/]+)[.]ts$`,
        pathNot: ["/index[.]ts$", TESTS, "-update[.]ts$", "/(order-statistics|link)[.]ts$"],
      },
      to: {
        path: `^src/engine/(${SLOTS})/`,
        pathNot:
          "/(noise|pooling|objective|link|consistency|optimizer|schedule|tuning|adam-update|order-statistics)[.]ts$",
      },
    },
    {
      name: "features-do-not-know-each-other",
      comment: "App.tsx composes the features of the page; charts/ draws for all of them.",
      severity: "error",
      from: {
        path: "^src/app/(sharing|data|inspect|tryit|runs|compare|sweeps|kept|method|stages|pipeline|train|charts|frame)/",
      },
      to: {
        path: "^src/app/(sharing|data|inspect|tryit|runs|compare|sweeps|kept|method|stages|pipeline|train|frame)/",
        pathNot: "^src/app/$1/",
      },
    },
    {
      name: "no-cycles",
      comment: "A cycle hides who depends on whom.",
      severity: "error",
      from: { pathNot: TESTS },
      to: {
        circular: true,
        dependencyTypesNot: ["type-only"],
        viaOnly: { dependencyTypesNot: ["type-only", "dynamic-import"] },
      },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { extensions: [".ts", ".tsx", ".js", ".json"] },
  },
};
