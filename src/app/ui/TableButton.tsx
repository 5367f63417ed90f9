interface Props {
  /** Of what is drawn. */
  title: string;
  asTable: boolean;
  /** Where there are no data. */
  disabled: boolean;
  onToggle: () => void;
}

/** Shows the data of a drawing as a table, and the drawing again. */
export function TableButton({ title, asTable, disabled, onToggle }: Props) {
  return (
    <button
      type="button"
      className="ghost"
      aria-pressed={asTable}
      aria-label={`${title} as a table`}
      disabled={disabled}
      onClick={onToggle}
    >
      Table
    </button>
  );
}
