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
    return "This browser has no WebAssembly, or it is switched off, and client and issuer are made of it.";
  }
  if (!isSecureContext) {
    return "Browsers allow service workers only over https and on localhost; please open this page there.";
  }
  if (!("serviceWorker" in navigator)) {
    return "This browser has no service worker here (some private windows forbid them), and the issuer lives in one.";
  }
  return undefined;
}

function tell(text) {
  state.dataset.kind = "error";
  state.textContent = text;
}
