import type { Issuer } from "../../../issuer/issuer.js";
import type { Control, Json } from "../../control.js";
import type { HostileCase } from "../../hostile.js";
import type { ScriptedFault } from "../../script.js";
import type { Automatic, ClockState } from "../messages.js";
import type { WorkerJournal } from "./journal.js";
import type { JournalState, State } from "./store.js";

/**
 * All that tests and requests have changed.
 *
 * @param key the key that signs, if it is none that follows from the beginning
 */
export async function stateOf(
  issuer: Issuer,
  control: Control,
  journal: WorkerJournal,
  key: State["key"],
): Promise<State> {
  // The issuer decides each at once, so nothing comes in between.
  const asked = Promise.all(["journal", "faults", "hostile", "automatic"].map((path) => control("GET", path)));
  const snapshot = issuer.snapshot();
  const clock = await clockOf(control);
  const [noted, { faults }, { cases }, automatic] = (await asked) as [
    Pick<JournalState, "entries" | "latest">,
    { faults: ScriptedFault[] },
    { cases: HostileCase[] },
    Automatic,
  ];
  // Those that were used up are shown as well.
  const waiting = faults.filter(({ left }) => left !== 0);
  const active = cases.filter(({ left }) => left !== undefined && left !== 0);
  return {
    snapshot,
    key,
    clock,
    automatic,
    faults: waiting.map(({ id, used, left, ...fault }) => ({ ...fault, times: left })),
    hostile: active.map(({ name, left }) => ({ case: name, times: left })),
    journal: journal.whole(noted),
  };
}

/** Leads an issuer that has just begun to where it was. */
export async function stateTo(state: State, control: Control): Promise<void> {
  const { clock, automatic, faults, hostile, snapshot, journal } = state;
  const now = clock.frozenAt ?? hostSeconds() + clock.offset;
  await control("PUT", "snapshot", { snapshot: base64url(snapshot), now, frozen: clock.frozenAt !== undefined });
  await control("PUT", "automatic", automatic as Json);
  for (const fault of faults) await control("POST", "faults", fault as Json);
  for (const each of hostile) await control("POST", "hostile", each as Json);
  if (journal.limit !== undefined) await control("PUT", "journal", { limit: journal.limit });
}

/** How the issuer's clock goes. */
export async function clockOf(control: Control): Promise<ClockState> {
  for (;;) {
    const before = hostSeconds();
    const { now, frozen } = (await control("GET", "clock")) as { now: number; frozen: boolean };
    // Asked across the end of a second, the two clocks would seem to be a second further apart.
    if (frozen || hostSeconds() === before) return { offset: now - before, frozenAt: frozen ? now : undefined };
  }
}

function hostSeconds(): number {
  return Math.floor(Date.now() / 1000);
}

function base64url(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}
