import { blocks, verbatim } from "../markdown.ts";
import { computationSection } from "./computation-section.ts";
import { configurationSection } from "./configuration-section.ts";
import { dataSection, namedData } from "./data-section.ts";
import { frontMatter } from "./front-matter.ts";
import { limitsSection } from "./limits-section.ts";
import { lineageSection } from "./lineage-section.ts";
import { purpose } from "./purpose.ts";
import { calibrationSection, reportSection } from "./report-section.ts";
import { reproduceSection } from "./reproduce-section.ts";
import type { ModelCardSubject } from "./subject.ts";

/**
 * A model card in Markdown, with the front matter of Hugging Face's hub: what the model does, on what it was trained and
 * how, how well it does and how sure that is, and what it cannot do (Mitchell et al. 2019, 1810.03993, section 4). Every
 * figure is the record's. Without a record it holds what the model's own file says, and says what it does not know.
 */
export function modelCard(subject: ModelCardSubject): string {
  const { record, experiment, name } = subject;
  const card = blocks(
    frontMatter(subject),
    `# ${verbatim(name)}`,
    purpose(subject),
    record ? dataSection(record) : namedData(experiment),
    lineageSection(subject),
    configurationSection(subject),
    ...(record
      ? [reportSection(record), calibrationSection(record)]
      : [
          blocks(
            "## Results",
            "The model was read from a file, which holds no scores: the card that was made when it was trained has them.",
          ),
        ]),
    limitsSection(subject),
    record && computationSection(record),
    reproduceSection(subject),
  );
  return `${card}\n`;
}
