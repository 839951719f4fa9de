/**
 * Looks whether this browser can run the demo before anything that needs it is loaded.
 */
const state = document.getElementById("state");

const missing = whatIsMissing();
if (missing) {
  tell(missing);
} else {
  import("./main.js").then(({ main }) => main()).catch((error) => tell(`The demo could not start: ${error.message}`));
}

function whatIsMissing() {
  if (typeof WebAssembly === "undefined") {
    return "This demo needs WebAssembly, which this browser does not have or has switched off.";
  }
  if (!isSecureContext) {
    return "Browsers allow service workers only over https and on localhost; please open this page there.";
  }
  if (!("serviceWorker" in navigator)) {
    return "This demo needs a service worker for its issuer, but this browser does not allow one here (some private windows forbid them).";
  }
  return undefined;
}

function tell(text) {
  state.dataset.kind = "error";
  state.textContent = text;
}
