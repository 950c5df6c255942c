import { useEffect, useState } from "preact/hooks";

/** Whole seconds until a time, ms since 1970: counts down by itself and stays at 0. */
export function useCountdown(untilAt: number): number {
  const [now, setNow] = useState(Date.now);
  const leftMs = Math.max(0, untilAt - now);
  useEffect(() => {
    if (leftMs === 0) return undefined;
    const timer = setTimeout(() => setNow(Date.now()), leftMs % 1000 || 1000);
    return () => clearTimeout(timer);
  }, [leftMs]);
  return Math.ceil(leftMs / 1000);
}
