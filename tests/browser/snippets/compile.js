// Compiles a program of this folder as the book compiles its snippets.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const FLAGS = [
  ...["--edition", "2024", "--target", "wasm32-wasip1", "--color", "never", "-C", "opt-level=s"],
  ...["-C", "debug-assertions=on", "-C", "link-arg=--max-memory=268435456"],
];

/** The text of a program, by its file's name. */
export function programText(name) {
  return readFileSync(new URL(`${name}.rs`, import.meta.url), "utf8");
}

/** The WebAssembly of a program of this folder, by its file's name. */
export function compileProgram(name) {
  return compileText(programText(name));
}

/** The WebAssembly of a program; throws with rustc's message as `stderr`. */
export function compileText(text) {
  const folder = mkdtempSync(join(tmpdir(), "snippet-"));
  try {
    writeFileSync(join(folder, "snippet.rs"), text);
    const options = { cwd: folder, encoding: "utf8", stdio: "pipe" };
    execFileSync("rustc", [...FLAGS, "snippet.rs", "-o", "program"], options);
    return readFileSync(join(folder, "program"));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
