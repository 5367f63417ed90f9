import { modelCard } from "../../shared/model-card/model-card.ts";
import type { ModelCardSubject } from "../../shared/model-card/subject.ts";
import { download } from "./download.ts";
import { cardFileName } from "./file-name.ts";

/** Offers a model's card as a Markdown file. */
export const keepModelCard = (subject: ModelCardSubject): void =>
  download(cardFileName(subject.name), modelCard(subject), "text/markdown");
