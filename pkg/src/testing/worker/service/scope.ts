/** What a service worker has that a page does not. The type library of pages lacks it. */

/** An event that keeps the worker running until promises are settled. */
export interface ExtendableEvent {
  waitUntil(promise: Promise<unknown>): void;
}

/** A request of a page, or a navigation. */
export interface FetchEvent extends ExtendableEvent {
  readonly request: Request;
  respondWith(response: Promise<Response>): void;
  stopImmediatePropagation(): void;
}

/** A message of a page. */
export interface MessageEvent extends ExtendableEvent {
  readonly data: unknown;
  readonly ports: readonly MessagePort[];
  stopImmediatePropagation(): void;
}

interface ServiceWorkerScope {
  readonly registration: ServiceWorkerRegistration;
  readonly location: Location;
  readonly clients: { claim(): Promise<void> };
  skipWaiting(): Promise<void>;
  addEventListener(type: "install" | "activate", listener: (event: ExtendableEvent) => void): void;
  addEventListener(type: "fetch", listener: (event: FetchEvent) => void): void;
  addEventListener(type: "message", listener: (event: MessageEvent) => void): void;
}

/** The global scope of the worker. */
export const scope = globalThis as unknown as ServiceWorkerScope;
