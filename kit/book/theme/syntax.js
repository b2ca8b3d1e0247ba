// Syntax colours for the few languages of this book, in one pass of a regular expression each.
// They are painted as CSS custom highlights: ranges over the text, so that the text itself stays
// as it was (copying, hidden lines and editing see plain text). A browser without them shows
// uncoloured code.

const C_LIKE = String.raw`(?<comment>\/\/[^\n]*|\/\*[^]*?\*\/)`;
const NUMBER = String.raw`(?<number>\b(?:0x[\da-fA-F_]+|0b[01_]+|\d[\d_]*(?:\.\d[\d_]*)?(?:[eE][+-]?\d+)?)(?:[iuf](?:8|16|32|64|128|size))?\b)`;
const words = (list) => String.raw`(?<keyword>\b(?:${list.trim().replaceAll(/\s+/g, "|")})\b)`;

// Earlier alternatives win, so comments and strings come first. Each group is a highlight's name.
const LANGUAGES = {
  rust: [
    C_LIKE,
    // raw strings, strings, characters; `'a` that is not followed by `'` is a lifetime
    String.raw`(?<string>\b(?:b|c)?r(?<hashes>#*)"[^]*?"\k<hashes>|(?:\b[bc])?"(?:\\[^]|[^"\\])*"|(?:\bb)?'(?:\\(?:u\{[^}]*\}|x..|.)|[^'\\\n])')`,
    String.raw`(?<macro>#!?\[[^\]]*\]|\b[a-z_]\w*!(?=\s*[\(\[\{]))`,
    words(`as async await break const continue crate dyn else enum extern false fn for if impl in let
      loop match mod move mut pub ref return self static struct super trait true type unsafe use where while`),
    NUMBER,
    String.raw`(?<type>\b(?:[A-Z]\w*|[iu](?:8|16|32|64|128|size)|f32|f64|bool|str|char)\b|'[a-z_]\w*)`,
    String.raw`(?<call>\b[a-z_]\w*(?=\s*(?:::<[^>\n]*>)?\())`,
  ],
  js: [
    C_LIKE,
    String.raw`(?<string>"(?:\\[^]|[^"\\\n])*"|'(?:\\[^]|[^'\\\n])*'|${"`"}(?:\\[^]|[^${"`"}\\])*${"`"})`,
    words(`async await break case catch class const continue default delete do else export extends false
      finally for from function if import in instanceof let new null of return static super switch this
      throw true try typeof undefined var void while yield`),
    NUMBER,
    String.raw`(?<type>\b[A-Z]\w*\b)`,
    String.raw`(?<call>\b[a-z_$][\w$]*(?=\s*\())`,
  ],
  json: [String.raw`(?<string>"(?:\\[^]|[^"\\])*")`, words("true false null"), NUMBER],
  toml: [
    String.raw`(?<comment>#[^\n]*)`,
    String.raw`(?<string>"(?:\\[^]|[^"\\\n])*"|'[^'\n]*')`,
    String.raw`(?<type>^\s*\[[^\]\n]*\]+)`,
    String.raw`(?<call>^\s*[\w.-]+(?=\s*=))`,
    words("true false"),
    NUMBER,
  ],
  sh: [
    String.raw`(?<comment>(?<=^|\s)#[^\n]*)`,
    String.raw`(?<string>"(?:\\[^]|[^"\\])*"|'[^']*')`,
    String.raw`(?<keyword>^\$(?=\s))`,
    String.raw`(?<type>(?<=\s)--?[a-zA-Z][\w-]*)`,
  ],
  http: [
    String.raw`(?<keyword>^(?:GET|POST|PUT|DELETE|HEAD|OPTIONS|CONNECT)\b|\bHTTP\/[\d.]+)`,
    String.raw`(?<type>^[A-Za-z][\w-]*(?=:))`,
    String.raw`(?<number>(?<=HTTP\/1\.1 )\d{3})`,
  ],
};
const KINDS = ["comment", "string", "macro", "keyword", "number", "type", "call"];
const ALIASES = { rs: "rust", javascript: "js", bash: "sh", shell: "sh", console: "sh" };

const compiled = new Map();
function grammar(language) {
  const name = ALIASES[language] ?? language;
  if (!Object.hasOwn(LANGUAGES, name)) return undefined;
  if (!compiled.has(name)) compiled.set(name, new RegExp(LANGUAGES[name].join("|"), "gm"));
  return compiled.get(name);
}

/** The tokens of `text`: `{ kind, start, end }`, in order. Nothing for a language not known here. */
export function* tokens(text, language) {
  const pattern = grammar(language);
  if (!pattern) return;
  for (const match of text.matchAll(pattern)) {
    const kind = KINDS.find((name) => match.groups[name] !== undefined);
    yield { kind, start: match.index, end: match.index + match[0].length };
  }
}

/** Paints every code block in `within`; for an edited one call `repaint` on its <code>. */
export function paintSyntax(within = document) {
  for (const code of within.querySelectorAll('pre > code[class*="language-"]')) repaint(code);
}

const painted = new WeakMap(); // <code> to its ranges, to take them back before painting again

export function repaint(code) {
  if (!globalThis.CSS?.highlights) return;
  for (const [kind, range] of painted.get(code) ?? []) CSS.highlights.get(kind)?.delete(range);
  const language = /\blanguage-([\w-]+)/.exec(code.className)?.[1];
  const place = locator(code);
  const ranges = [];
  for (const { kind, start, end } of tokens(code.textContent, language)) {
    const range = new StaticRange({ ...place(start, "start"), ...place(end, "end") });
    if (!CSS.highlights.has(kind)) CSS.highlights.set(kind, new Highlight());
    CSS.highlights.get(kind).add(range);
    ranges.push([kind, range]);
  }
  painted.set(code, ranges);
}

/** From an offset in the whole text to the text node that holds it; offsets must not decrease. */
function locator(code) {
  const walker = document.createTreeWalker(code, NodeFilter.SHOW_TEXT);
  let node = walker.nextNode();
  let before = 0;
  return (offset, side) => {
    // an end may sit at the end of a node, a start may not
    while (before + node.length < offset + (side === "start" ? 1 : 0)) {
      before += node.length;
      node = walker.nextNode();
    }
    return { [`${side}Container`]: node, [`${side}Offset`]: offset - before };
  };
}
