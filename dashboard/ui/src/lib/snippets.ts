/** Ready-to-paste settings for the tools people use, with this credential filled in. */
import { LIBRARIES } from "./snippetLibraries";
import { PROGRAMS } from "./snippetPrograms";
import type { SnippetFacts } from "./snippetTool";

export type { SnippetFacts } from "./snippetTool";

export interface Snippet {
  id: string;
  /** The tool's own name. */
  tool: string;
  fileName: string;
  text: string;
}

/** One snippet per tool; values are quoted for the language they stand in. */
export function snippetsFor(facts: SnippetFacts): Snippet[] {
  return [...PROGRAMS, ...LIBRARIES].map(({ render, ...tool }) => ({
    ...tool,
    text: render(facts),
  }));
}

/** The credential as lines of an environment file. */
export function envFile({ endpoint, region, accessKey, secretKey }: SnippetFacts): string {
  return [
    `AWS_ACCESS_KEY_ID=${accessKey}`,
    `AWS_SECRET_ACCESS_KEY=${secretKey}`,
    `AWS_DEFAULT_REGION=${region}`,
    `AWS_ENDPOINT_URL_S3=${endpoint}`,
    "",
  ].join("\n");
}
