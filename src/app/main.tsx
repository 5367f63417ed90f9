import "./styles/index.css";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./App.tsx";
import { startStudio } from "./stores/studio.ts";

/** `#headless` is the command line's way in: the same worker without a page. */
if (location.hash === "#headless") {
  void import("./headless.ts").then(({ openHeadless }) => openHeadless());
} else {
  startStudio();
  createRoot(document.getElementById("app") as HTMLElement).render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
}
