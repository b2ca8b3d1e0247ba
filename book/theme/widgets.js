// The custom elements in WebAssembly (kit/widgets). They are large, so they come when one of them is
// near the screen; until then, and where they can't be had, the page shows what stands inside them.
const MODULE = new URL("../generated/widgets/widgets.js", import.meta.url);

export function loadWidgetsNear(elements) {
  const observer = new IntersectionObserver(
    (entries) => {
      if (!entries.some((entry) => entry.isIntersecting)) return;
      observer.disconnect();
      load();
    },
    { rootMargin: "800px" },
  );
  elements.forEach((element) => observer.observe(element));
}

async function load(again = "") {
  try {
    const widgets = await import(MODULE + again);
    await widgets.default();
  } catch (error) {
    // Served by `cargo workshop`, they may still be building: they say when they are there.
    const live = document.querySelector('meta[name="workshop"][content="live"]');
    if (!live || again) throw error;
    document.addEventListener("workshop:ready", ({ detail }) => {
      if (detail.what === "widgets") load(`?${Date.now()}`); // a failed import is remembered
    });
  }
}
