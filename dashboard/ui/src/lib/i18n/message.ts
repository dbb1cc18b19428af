/**
 * The small part of ICU MessageFormat that the catalogues use: `{name}` and
 * `{count, plural, one {# object} other {# objects}}`. Braces do not nest deeper than that.
 */

export type Params = Readonly<Record<string, string | number>>;

const ARGUMENT = /\{(\w+)(?:, plural,((?: \w+ \{[^{}]*\})+))?\}/g;
const BRANCH = / (\w+) \{([^{}]*)\}/g;

/** Fills a message; an unknown argument stays visible, so that a test or a reader finds it. */
export function formatMessage(message: string, params: Params, locale: string): string {
  return message.replace(ARGUMENT, (whole, name: string, branches: string | undefined) => {
    const value = params[name];
    if (value === undefined) return whole;
    if (branches === undefined) return display(value, locale);
    return plural(branches, Number(value), locale);
  });
}

function plural(branches: string, count: number, locale: string): string {
  const forms = new Map<string, string>();
  for (const [, form, text] of branches.matchAll(BRANCH)) forms.set(form ?? "", text ?? "");
  const chosen = forms.get(new Intl.PluralRules(locale).select(count)) ?? forms.get("other") ?? "";
  return chosen.replaceAll("#", display(count, locale));
}

function display(value: string | number, locale: string): string {
  return typeof value === "number" ? new Intl.NumberFormat(locale).format(value) : value;
}

/** The names of all arguments in a message, sorted: what two languages must have in common. */
export function argumentNames(message: string): string[] {
  return [...new Set([...message.matchAll(ARGUMENT)].map((match) => match[1] ?? ""))].sort();
}
