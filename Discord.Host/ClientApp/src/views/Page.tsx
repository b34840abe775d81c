import { useEffect, type ReactNode } from 'react';

/** A page with one thing to do on it: signing in, an invite, the owner's link. */
export function Page({ instance, title, icon, children }: { instance: string; title: string; icon?: ReactNode; children: ReactNode }) {
  useTitle(title, instance);
  return (
    <main className="page">
      <div className="card">
        <p className="brand">
          <img src="/favicon.svg" alt="" width="28" height="28" />
          {instance}
        </p>
        {icon}
        <h1>{title}</h1>
        {children}
      </div>
    </main>
  );
}

export function useTitle(...parts: (string | undefined)[]): void {
  const title = parts.filter((part) => part !== undefined && part !== '').join(' · ');
  useEffect(() => {
    document.title = title;
  }, [title]);
}
