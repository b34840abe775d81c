import { useEffect, useId, useRef, useState, type FormEvent, type InputHTMLAttributes } from 'react';
import { inWords } from '../actions';
import { ApiError } from '../api';

export interface Submission {
  busy: boolean;
  /** What the server says to one field, by the name it gives it. */
  problem(...names: string[]): string | undefined;
  /** What it says that belongs to none of the fields asked about before. */
  rest: string | null;
  onSubmit(event: FormEvent): void;
  /** Forgets what went wrong. */
  reset(): void;
}

/** Runs `action` when the form is sent, keeps what went wrong, and takes the reader to the first field that did. */
export function useSubmission(action: () => Promise<void>): Submission {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const form = useRef<HTMLFormElement | null>(null);
  const fields = error instanceof ApiError ? error.fields : {};
  const asked = new Set<string>();

  useEffect(() => {
    if (error !== null) form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [error]);

  return {
    busy,
    problem(...names) {
      names.forEach((name) => asked.add(name));
      return names.map((name) => fields[name]).find((message) => message !== undefined);
    },
    get rest() {
      if (error === null) return null;
      const others = Object.entries(fields).filter(([name]) => !asked.has(name));
      if (others.length > 0) return others.map(([name, message]) => (name === '' ? message : `${name}: ${message}`)).join(' ');
      return Object.keys(fields).length > 0 ? null : inWords(error);
    },
    onSubmit(event) {
      event.preventDefault();
      if (busy) return;
      form.current = event.currentTarget as HTMLFormElement;
      setBusy(true);
      setError(null);
      action().then(
        () => setBusy(false),
        (reason: unknown) => {
          setBusy(false);
          setError(reason);
        },
      );
    },
    reset: () => setError(null),
  };
}

interface FieldProps extends Omit<InputHTMLAttributes<HTMLInputElement>, 'onChange'> {
  label: string;
  value: string;
  onChange(value: string): void;
  problem?: string | undefined;
  hint?: string;
}

export function Field({ label, problem, hint, onChange, ...input }: FieldProps) {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <input
        {...input}
        id={id}
        onChange={(event) => onChange(event.target.value)}
        aria-invalid={problem !== undefined}
        aria-describedby={problem !== undefined ? `${id}-problem` : hint !== undefined ? `${id}-hint` : undefined}
      />
      {problem !== undefined ? <Problem id={`${id}-problem`} text={problem} /> : hint !== undefined && <p className="hint" id={`${id}-hint`}>{hint}</p>}
    </div>
  );
}

export function Problem({ id, text }: { id?: string; text: string }) {
  return (
    <p className="problem" role="alert" id={id}>
      {text}
    </p>
  );
}
