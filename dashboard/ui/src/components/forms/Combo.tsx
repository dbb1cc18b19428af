import { useId } from "react";
import { Field } from "../controls/Field";

interface ComboProps extends Omit<React.ComponentProps<typeof Field>, "onChange" | "list"> {
  value: string;
  onChange: (value: string) => void;
  suggestions: readonly string[];
}

/** A text field that knows likely answers; the browser's own list offers them. */
export function Combo({ suggestions, onChange, ...field }: ComboProps) {
  const id = useId();
  return (
    <>
      <Field
        {...field}
        list={id}
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => onChange(event.target.value)}
      />
      <datalist id={id}>
        {suggestions.map((text) => (
          <option key={text} value={text} />
        ))}
      </datalist>
    </>
  );
}
