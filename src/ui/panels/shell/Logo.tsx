/** Rings seen from the side of the arena. */
export function Logo() {
  return (
    <svg width="24" height="24" viewBox="0 0 24 24" aria-hidden="true">
      <path d="M1 20a11 11 0 0 1 22 0" fill="none" stroke="var(--user)" strokeWidth="2.4" />
      <path d="M5.2 20a6.8 6.8 0 0 1 13.6 0" fill="none" stroke="var(--kernel)" strokeWidth="2.4" />
      <path d="M9 20a3 3 0 0 1 6 0z" fill="var(--vmm)" />
      <path d="M0 21h24" stroke="var(--ink)" strokeWidth="2" />
    </svg>
  );
}
