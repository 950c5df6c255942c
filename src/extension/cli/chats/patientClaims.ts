import type { Claims } from "../../../core/ports";
import { systemClock as clock } from "../../adapters/clock";

/** Another command has a chat for a moment; a window keeps it for as long as it shows it. */
const WAIT_MS = 2_000;
const LOOK_EVERY_MS = 50;

/** Claims that are waited for a little while. */
export function patientClaims(claims: Claims): Claims {
  return {
    ...claims,
    async claim(stream) {
      for (const end = clock.now() + WAIT_MS; ; ) {
        const owner = await claims.claim(stream);
        if (owner === undefined || clock.now() >= end) return owner;
        await new Promise<void>((resolve) => clock.after(LOOK_EVERY_MS, resolve));
      }
    },
  };
}
