import { type ComponentType, lazy } from "react";
import { loadTexts, type Part } from "./i18n";

/** A component that is loaded when it is first shown, together with a part of the texts. */
export function lazyPart<Props>(
  part: Part,
  load: () => Promise<{ default: ComponentType<Props> }>,
) {
  return lazy(async () => {
    const [module] = await Promise.all([load(), loadTexts(part)]);
    return module;
  });
}
