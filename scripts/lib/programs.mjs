import { accessSync, constants, existsSync, readdirSync } from "node:fs";
import { basename, delimiter, isAbsolute, join } from "node:path";

/** The first browser found: $CHROMIUM, Chromium, Chrome. */
export function findChromium() {
  return findProgram(process.env["CHROMIUM"], "chromium", "chromium-browser", "google-chrome");
}

/** $FIREFOX, or what the system calls so. */
export function findFirefox() {
  return findProgram(process.env["FIREFOX"], "firefox-esr", "firefox");
}

/** The program that drives WebKitGTK: $WEBKIT_WEBDRIVER, or where the distributions have it. */
export function findWebKitWebDriver() {
  const elsewhere = inFoldersOf("/usr/lib", /^webkit2?gtk-/, "WebKitWebDriver");
  return findProgram(process.env["WEBKIT_WEBDRIVER"], "WebKitWebDriver", ...elsewhere);
}

/** WebKitGTK's own small browser, which is in no $PATH: $MINIBROWSER, or where the distributions have it. */
export function findMiniBrowser() {
  const places = ["/usr/lib", "/usr/libexec", "/usr/lib64"];
  const found = places.flatMap((place) => inFoldersOf(place, /^webkit2?gtk-/, "MiniBrowser"));
  return findProgram(process.env["MINIBROWSER"], "MiniBrowser", ...found);
}

/** The X server that shows nothing: $XVFB, Xvfb. */
export function findXvfb() {
  return findProgram(process.env["XVFB"], "Xvfb");
}

/** The program that drives Chromium for the wasm-bindgen tests: $CHROMEDRIVER, chromedriver. */
export function findChromedriver() {
  return findProgram(process.env["CHROMEDRIVER"], "chromedriver");
}

/** The C++ compiler that libFuzzer is built with: $CXX, or what the system calls so. */
export function findCxx() {
  return findProgram(process.env["CXX"], "c++", "g++", "clang++");
}

export function findPython() {
  return findProgram(process.env["PYTHON"], "python3", "python");
}

export function findBash() {
  return findProgram("bash");
}

export function findCurl() {
  return findProgram("curl");
}

/** The command of Go. */
export function findGo() {
  return findProgram("go");
}

/** What formats Go, which comes with it. */
export function findGofmt() {
  return findProgram("gofmt");
}

/** The archives that tests in Java are compiled with and run by. */
const JARS = [
  "apiguardian-api",
  "jackson-annotations",
  "jackson-core",
  "jackson-databind",
  "junit-jupiter-api",
  "junit-jupiter-engine",
  "junit-jupiter-params",
  "junit-platform-commons",
  "junit-platform-console",
  "junit-platform-engine",
  "junit-platform-launcher",
  "junit-platform-reporting",
  "opentest4j",
  "picocli",
];

/** Java with its compiler, and the archives of JUnit 5 and Jackson, where Debian has them. */
export function findJava() {
  const [java, javac] = [findProgram("java"), findProgram("javac")];
  const jars = JARS.map((name) => `/usr/share/java/${name}.jar`);
  return java && javac && jars.every((jar) => existsSync(jar)) ? { java, javac, jars } : undefined;
}

/** $CARGO_DENY, or cargo-deny. */
export function findDeny() {
  return findProgram(process.env["CARGO_DENY"], "cargo-deny");
}

/** Apache with mod_auth_openidc, and the folder of its modules: $APACHE, where Debian has them. */
export function findApache() {
  const program = findProgram(process.env["APACHE"], "apache2", "/usr/sbin/apache2", "httpd");
  const folders = ["/usr/lib/apache2/modules", "/usr/lib64/httpd/modules"];
  const modules = folders.find((folder) => existsSync(join(folder, "mod_auth_openidc.so")));
  return program && modules ? { program, modules } : undefined;
}

/** What finds each program that the tests drive, by the name that people read. */
const FINDERS = {
  Chromium: findChromium,
  chromedriver: findChromedriver,
  Firefox: findFirefox,
  WebKitWebDriver: findWebKitWebDriver,
  "WebKitGTK's MiniBrowser": findMiniBrowser,
  Xvfb: findXvfb,
  "a C++ compiler": findCxx,
  "Python 3": findPython,
  "Java with JUnit 5 and Jackson": findJava,
  Go: findGo,
  bash: findBash,
  curl: findCurl,
  "cargo-deny or Python 3": () => findDeny() ?? findPython(),
  "Apache with mod_auth_openidc": findApache,
};

/**
 * The first of these programs that this machine lacks.
 *
 * @typedef {keyof typeof FINDERS} ProgramName
 * @param {readonly ProgramName[]} names
 */
export function missingOf(names) {
  return names.find((name) => !FINDERS[name]());
}

/**
 * Where a program may be: in folders of this name, beside each other or one level deeper, as Debian
 * has one level for each architecture. The newest first.
 *
 * @param {string} top
 * @param {RegExp} folder
 * @param {string} program
 */
function inFoldersOf(top, folder, program) {
  const below = foldersIn(top).flatMap((each) => [each, ...foldersIn(each).filter(isWanted)]);
  return below
    .filter(isWanted)
    .sort()
    .reverse()
    .map((each) => join(each, program));

  /** @param {string} path */
  function isWanted(path) {
    return folder.test(basename(path));
  }
}

/** @param {string} path */
function foldersIn(path) {
  try {
    const entries = readdirSync(path, { withFileTypes: true });
    return entries.filter((each) => each.isDirectory()).map(({ name }) => join(path, name));
  } catch {
    return [];
  }
}

/**
 * The path of the first of these programs that is there.
 * @param {...(string | undefined)} names names to look up in $PATH, or paths
 */
function findProgram(...names) {
  for (const name of names) {
    if (!name) continue;
    const found = candidates(name).find(isExecutable);
    if (found) return found;
  }
  return undefined;
}

/** @param {string} name */
function candidates(name) {
  if (isAbsolute(name)) return [name];
  return (process.env["PATH"] ?? "").split(delimiter).map((folder) => join(folder, name));
}

/** @param {string} path */
function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
