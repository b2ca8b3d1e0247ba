// The custom elements in WebAssembly (course/widgets). They are large, so they come when one of them is
// near the screen; until then, and where they can't be had, the page shows what stands inside them.
const MODULE = new URL("../widgets/widgets.js", import.meta.url);

/** Loads the widgets' module once an element of `elements` is near the screen. */
export async function loadWidgets(elements) {
  await Promise.all([near(elements), built]);
  const widgets = await import(MODULE);
  await widgets.default({ module_or_path: new URL("widgets_bg.wasm", MODULE) });
}

// Served by `cargo workshop` they may still be building: the local server says when they are there,
// or at once to a page that comes later. A static book has them.
const live = document.querySelector('meta[name="workshop"][content="live"]');
const built = new Promise((resolve) => {
  if (!live) return resolve();
  document.addEventListener("workshop:ready", ({ detail }) => {
    if (detail.what === "widgets") resolve();
  });
});

function near(elements) {
  return new Promise((resolve) => {
    const observer = new IntersectionObserver(
      (entries) => {
        if (!entries.some((entry) => entry.isIntersecting)) return;
        observer.disconnect();
        resolve();
      },
      { rootMargin: "800px" },
    );
    elements.forEach((element) => observer.observe(element));
  });
}
