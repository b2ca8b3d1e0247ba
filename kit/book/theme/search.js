// Search: mdBook's own index and engine, loaded when somebody first searches, in a <dialog>, which
// brings focus and Escape. Results are a list of plain links.

const dialog = document.getElementById("search");
const words = document.getElementById("search-words");
const count = dialog.querySelector(".search-count");
const results = dialog.querySelector(".search-results");
let engine; // a promise for { find }, made at the first search

export function openSearch() {
  if (!dialog.open) dialog.showModal();
  words.select();
  engine ??= load();
}

words.addEventListener("input", async () => {
  const asked = words.value.trim();
  if (asked === "") return show([], "");
  try {
    const found = (await engine).find(asked);
    if (asked !== words.value.trim()) return; // typed on meanwhile
    show(found, found.length === 0 ? `Nothing found for “${asked}”.` : `${found.length} found`);
  } catch (error) {
    show([], `The search could not be loaded: ${error.message}`);
    engine = undefined; // try again next time
  }
});

// Enter goes to the first result. Escape and the Close button close the dialog by themselves.
words.addEventListener("keydown", (event) => {
  if (event.key !== "Enter") return;
  event.preventDefault();
  results.querySelector("a")?.click();
});
// A result on this very page is only a jump; the dialog must not stay over it.
results.addEventListener("click", (event) => {
  if (event.target.closest("a")) dialog.close();
});
dialog.addEventListener("click", (event) => {
  if (event.target === dialog) dialog.close(); // the backdrop
});

async function load() {
  // Both are classic scripts of mdBook's that leave a global behind.
  globalThis.search = {};
  await Promise.all([script(dialog.dataset.engine), script(dialog.dataset.index)]);
  const { index, doc_urls: urls, search_options: options, results_options: limits } = globalThis.search;
  const documents = globalThis.elasticlunr.Index.load(index);
  const find = (asked) =>
    documents
      .search(asked, options)
      .slice(0, limits.limit_results)
      .map(({ ref, doc }) => ({
        url: dialog.dataset.root + urls[ref],
        where: doc.breadcrumbs,
        teaser: teaser(doc.body, asked),
      }));
  return { find };
}

function script(source) {
  return new Promise((resolve, reject) => {
    const element = document.createElement("script");
    element.src = source;
    element.onload = resolve;
    element.onerror = () => reject(new Error(`${source} is missing`));
    document.head.append(element);
  });
}

/** About 30 words around the first one that was asked for. */
function teaser(body, asked) {
  const all = body.split(/\s+/);
  const wanted = asked.toLowerCase().split(/\s+/);
  const first = all.findIndex((word) => wanted.some((part) => word.toLowerCase().includes(part)));
  const from = Math.max(0, first - 8);
  return { before: from > 0 ? "… " : "", words: all.slice(from, from + 30), wanted };
}

function show(found, message) {
  count.textContent = message;
  results.replaceChildren(
    ...found.map(({ url, where, teaser }) => {
      const link = document.createElement("a");
      link.href = url;
      const title = document.createElement("span");
      title.className = "where";
      title.textContent = where;
      const text = document.createElement("span");
      text.className = "teaser";
      text.append(teaser.before);
      for (const word of teaser.words) {
        const hit = teaser.wanted.some((part) => word.toLowerCase().includes(part));
        const piece = hit ? document.createElement("mark") : document.createTextNode(word);
        if (hit) piece.textContent = word;
        text.append(piece, " ");
      }
      link.append(title, text);
      const item = document.createElement("li");
      item.append(link);
      return item;
    }),
  );
}
