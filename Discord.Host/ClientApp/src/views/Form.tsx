import { useCallback, useEffect, useId, useRef, useState, type FormEvent, type InputHTMLAttributes, type ReactNode, type TextareaHTMLAttributes } from 'react';
import { inWords } from '../actions/session';
import { ApiError } from '../call';

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

interface TextFieldProps extends Omit<TextareaHTMLAttributes<HTMLTextAreaElement>, 'onChange'> {
  label: string;
  value: string;
  onChange(value: string): void;
  problem?: string | undefined;
}

export function TextField({ label, problem, onChange, ...input }: TextFieldProps) {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <textarea rows={3} {...input} id={id} onChange={(event) => onChange(event.target.value)} aria-invalid={problem !== undefined} aria-describedby={problem !== undefined ? `${id}-problem` : undefined} />
      {problem !== undefined && <Problem id={`${id}-problem`} text={problem} />}
    </div>
  );
}

export function Choice({ label, value, options, onChange }: { label: string; value: string; options: readonly (readonly [value: string, text: string])[]; onChange(value: string): void }) {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <select id={id} value={value} onChange={(event) => onChange(event.target.value)}>
        {options.map(([key, text]) => (
          <option key={key} value={key}>
            {text}
          </option>
        ))}
      </select>
    </div>
  );
}

export function Switch({ label, hint, on, disabled = false, onChange }: { label: ReactNode; hint?: string; on: boolean; disabled?: boolean; onChange(on: boolean): void }) {
  return (
    <label className="switch-row">
      <span>
        {label}
        {hint !== undefined && <span className="hint">{hint}</span>}
      </span>
      <input type="checkbox" role="switch" checked={on} disabled={disabled} onChange={(event) => onChange(event.target.checked)} />
    </label>
  );
}

/** A value between two others, and what it stands at in words. */
export function Slider({ label, value, min, max, step = 1, unit, onChange, onReset }: { label: string; value: number; min: number; max: number; step?: number; unit: string; onChange(value: number): void; onReset?(): void }) {
  const id = useId();
  const text = `${value} ${unit}`;
  return (
    <div className="slider">
      <label htmlFor={id}>{label}</label>
      <output htmlFor={id}>{text}</output>
      <input id={id} type="range" min={min} max={max} step={step} value={value} aria-valuetext={text} onChange={(event) => onChange(Number(event.target.value))} onDoubleClick={onReset} />
    </div>
  );
}

/** Runs something at once, without a form, and keeps what went wrong with it. */
export function useAttempt(): { failure: string | null; attempt(run: () => Promise<unknown>): void } {
  const [failure, setFailure] = useState<string | null>(null);
  return {
    failure,
    attempt: useCallback((run) => {
      setFailure(null);
      run().catch((error: unknown) => setFailure(inWords(error)));
    }, []),
  };
}

/** What an answer brings that the store does not keep; read again when `load` is another function. */
export function useLoaded<T>(load: () => Promise<T>): { value: T | null; failure: string | null; set(value: T): void; reload(): void } {
  const [state, setState] = useState<{ value: T | null; failure: string | null }>({ value: null, failure: null });
  const [round, setRound] = useState(0);
  useEffect(() => {
    let wanted = true;
    load().then(
      (value) => wanted && setState({ value, failure: null }),
      (error: unknown) => wanted && setState({ value: null, failure: inWords(error) }),
    );
    return () => {
      wanted = false;
    };
  }, [load, round]);
  return { ...state, set: (value) => setState({ value, failure: null }), reload: () => setRound((known) => known + 1) };
}

export function Problem({ id, text }: { id?: string; text: string }) {
  return (
    <p className="problem" role="alert" id={id}>
      {text}
    </p>
  );
}
