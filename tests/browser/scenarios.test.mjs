import { openChromium } from "./engines/chromium.mjs";
import { testScenarios } from "./scenarios/run.mjs";

testScenarios(openChromium);
