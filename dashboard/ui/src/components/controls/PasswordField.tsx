import { Eye, EyeOff } from "lucide-react";
import { type ComponentProps, useState } from "react";
import { t } from "../../lib/i18n";
import { IconButton } from "./Button";
import { Field } from "./Field";

/** A password input with "show" and a hint while caps lock is on. */
export function PasswordField(props: Omit<ComponentProps<typeof Field>, "type" | "trailing">) {
  const [isShown, setShown] = useState(false);
  const [isCapsLockOn, setCapsLockOn] = useState(false);
  const label = isShown ? t("password.hide") : t("password.show");
  const Icon = isShown ? EyeOff : Eye;
  return (
    <Field
      {...props}
      type={isShown ? "text" : "password"}
      hint={isCapsLockOn ? t("password.capsLock") : props.hint}
      onKeyUp={(event) => setCapsLockOn(event.getModifierState("CapsLock"))}
      spellCheck={false}
      trailing={
        <IconButton label={label} aria-pressed={isShown} onClick={() => setShown(!isShown)}>
          <Icon size={16} aria-hidden />
        </IconButton>
      }
    />
  );
}
