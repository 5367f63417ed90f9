import { lazy, Suspense, useEffect } from "react";
import { Notices } from "./frame/Notices.tsx";
import { useShortcuts } from "./frame/shortcuts.ts";
import { TopBar } from "./frame/TopBar.tsx";
import { Strip } from "./pipeline/Strip.tsx";
import { AggregateForm } from "./stages/AggregateForm.tsx";
import { BackboneForm } from "./stages/BackboneForm.tsx";
import { HeadForm } from "./stages/HeadForm.tsx";
import { LossForm } from "./stages/LossForm.tsx";
import { RepeatForm } from "./stages/RepeatForm.tsx";
import { useUiStore } from "./stores/ui-store.ts";
import { RunCard } from "./train/RunCard.tsx";

const RunCharts = lazy(() => import("./charts/RunCharts.tsx"));

export function App() {
  const theme = useUiStore((state) => state.theme);
  useShortcuts();
  useEffect(() => {
    if (theme === "system") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
  }, [theme]);
  return (
    <>
      <TopBar />
      <main>
        <Notices />
        <Strip />
        <div className="columns">
          <div className="left">
            <StageForm />
          </div>
          <div className="centre">
            <RunCard />
            <Suspense fallback={<ChartsPlaceholder />}>
              <RunCharts />
            </Suspense>
          </div>
          <div className="right" />
        </div>
      </main>
    </>
  );
}

function StageForm() {
  const stage = useUiStore((state) => state.stage);
  switch (stage) {
    case "data":
      return null;
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
