/**
 * Ends the service worker, as the browser does with one that has nothing to do. The next request
 * starts it again, with nothing in memory.
 *
 * @param {import("puppeteer-core").Page} page any page of the worker's
 * @returns {Promise<() => Promise<boolean>>} tells whether it has been started again
 */
export async function stopWorker(page) {
  const target = page
    .browserContext()
    .targets()
    .find((each) => each.type() === "service_worker");
  if (!target) throw new Error("there is no service worker");
  const worker = await target.createCDPSession();
  const session = await page.createCDPSession();
  let isStopped = false;
  let isRestarted = false;
  const stopped = new Promise((resolve) => {
    session.on("ServiceWorker.workerVersionUpdated", ({ versions }) => {
      for (const { runningStatus } of versions) {
        if (runningStatus === "stopped") {
          isStopped = true;
          resolve(undefined);
        }
        if (runningStatus === "running" && isStopped) isRestarted = true;
        // Puppeteer lets every target wait for it at its start, and overlooks one that starts again.
        if (runningStatus === "starting") {
          worker.send("Runtime.runIfWaitingForDebugger").catch(() => undefined);
        }
      }
    });
  });
  await session.send("ServiceWorker.enable");
  await session.send("ServiceWorker.stopAllWorkers");
  await stopped;
  return async () => isRestarted;
}
