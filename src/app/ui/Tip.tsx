import { type ReactNode, useId, useState } from "react";

interface Props {
  /** What is said when it is hovered or focused. */
  tip: ReactNode;
  className?: string;
  children: ReactNode;
}

/** A chip that explains itself on hover and on focus; Escape puts the explanation away. */
export function Tip({ tip, className = "chip", children }: Props) {
  const id = useId();
  const [hidden, setHidden] = useState(false);
  return (
    <span className="tip" onPointerLeave={() => setHidden(false)}>
      <button
        type="button"
        className={className}
        aria-describedby={id}
        onBlur={() => setHidden(false)}
        onKeyDown={(event) => event.key === "Escape" && setHidden(true)}
      >
        {children}
      </button>
      <span role="tooltip" id={id} hidden={hidden}>
        {tip}
      </span>
    </span>
  );
}
