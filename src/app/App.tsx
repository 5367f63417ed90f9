import { lazy, Suspense, useEffect } from "react";
import { DataForm } from "./data/DataForm.tsx";
import { PageDrop } from "./data/OpenData.tsx";
import { Preview } from "./data/Preview.tsx";
import { Notices } from "./frame/Notices.tsx";
import { useShortcuts } from "./frame/shortcuts.ts";
import { TopBar } from "./frame/TopBar.tsx";
import { Inspect } from "./inspect/Inspect.tsx";
import { Strip } from "./pipeline/Strip.tsx";
import { DataRequestCard } from "./sharing/DataRequestCard.tsx";
import { FaultPanel } from "./sharing/FaultPanel.tsx";
import { LessonBanner } from "./sharing/LessonBanner.tsx";
import { ShareButton } from "./sharing/ShareButton.tsx";
import { AggregateForm } from "./stages/AggregateForm.tsx";
import { BackboneForm } from "./stages/BackboneForm.tsx";
import { HeadForm } from "./stages/HeadForm.tsx";
import { LossForm } from "./stages/LossForm.tsx";
import { RepeatForm } from "./stages/RepeatForm.tsx";
import { useOpenStage, useOpenView } from "./stores/sharing/lesson-store.ts";
import { type Stage, useUiStore } from "./stores/ui-store.ts";
import { RunCard } from "./train/RunCard.tsx";

const RunCharts = lazy(() => import("./charts/RunCharts.tsx"));
const Doctor = lazy(() => import("./data/doctor/Doctor.tsx"));
const Method = lazy(() => import("./method/Method.tsx"));
const Runs = lazy(() => import("./runs/Runs.tsx"));
const AllRuns = lazy(() => import("./compare/AllRuns.tsx"));
const Storage = lazy(() => import("./kept/Storage.tsx"));
const Sweeps = lazy(() => import("./sweeps/Sweeps.tsx"));
const TryIt = lazy(() => import("./tryit/TryIt.tsx"));

export function App() {
  const theme = useUiStore((state) => state.theme);
  const view = useOpenView();
  useShortcuts();
  useEffect(() => {
    if (theme === "system") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
  }, [theme]);
  return (
    <>
      <TopBar share={<ShareButton />} />
      <LessonBanner />
      <main>
        <Notices />
        <FaultPanel />
        {view === "studio" ? (
          <Studio />
        ) : (
          <Suspense fallback={<PagePlaceholder />}>{view === "runs" ? <RunsPage /> : <Sweeps />}</Suspense>
        )}
      </main>
      <PageDrop />
    </>
  );
}

/** One experiment: its pipeline, its settings, its run and what came of it. */
function Studio() {
  const stage = useOpenStage();
  return (
    <>
      <Strip />
      <div className={stage === "data" ? "columns choosing" : "columns"}>
        <div className="left">
          {stage === "data" && <DataRequestCard />}
          {stage && <StageForm stage={stage} />}
        </div>
        <div className="centre">
          <RunCard />
          {stage === "data" && (
            <Suspense fallback={<section className="card" aria-busy="true" />}>
              <Doctor />
            </Suspense>
          )}
          {stage === "data" && <Preview />}
          <Suspense fallback={<ChartsPlaceholder />}>
            <RunCharts />
          </Suspense>
          <Suspense fallback={<section className="card" aria-busy="true" />}>
            <Method />
          </Suspense>
          <Suspense fallback={<section className="card" aria-busy="true" />}>
            <Runs />
          </Suspense>
        </div>
        <div className="right">
          <Inspect />
          <Suspense fallback={<section className="card" aria-busy="true" />}>
            <TryIt />
          </Suspense>
        </div>
      </div>
    </>
  );
}

/** All runs, and what is kept of them. */
function RunsPage() {
  return (
    <>
      <AllRuns />
      <Storage />
    </>
  );
}

const PagePlaceholder = () => <section className="card page-placeholder" aria-busy="true" />;

function StageForm({ stage }: { stage: Stage }) {
  switch (stage) {
    case "data":
      return <DataForm />;
    case "repeat":
      return <RepeatForm />;
    case "backbone":
      return <BackboneForm />;
    case "head":
      return <HeadForm />;
    case "aggregate":
      return <AggregateForm />;
    case "loss":
      return <LossForm />;
  }
}

/** Takes the room of the charts while their code is loaded, so that nothing moves when they come. */
function ChartsPlaceholder() {
  return (
    <>
      <section className="card chart-placeholder" aria-busy="true" />
      <section className="card chart-placeholder" aria-busy="true" />
    </>
  );
}
