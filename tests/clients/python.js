// A Python of our own, with the packages of requirements.txt, in target/.
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "./setup.js";

const FOLDER = join(ROOT, "target", "clients-python");
const EXECUTABLE = join(FOLDER, process.platform === "win32" ? "Scripts/python.exe" : "bin/python");

/** Its path; undefined when it can't be made: no python3, no module `venv`, no network. */
export const PYTHON = (() => {
  try {
    const options = { stdio: ["ignore", "ignore", "inherit"], timeout: 120_000 };
    if (!existsSync(EXECUTABLE)) execFileSync("python3", ["-m", "venv", FOLDER], options);
    const requirements = join(import.meta.dirname, "requirements.txt");
    const install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement", requirements];
    execFileSync(EXECUTABLE, install, options);
    return EXECUTABLE;
  } catch (error) {
    console.error(error.message);
    return undefined;
  }
})();
