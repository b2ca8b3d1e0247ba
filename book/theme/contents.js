// The contents beside the text: says which chapter this is, and lists its sections under it.
const nav = document.getElementById("contents");

export function markContents() {
  const here = currentLink();
  if (!here) return;
  here.setAttribute("aria-current", "page");
  const sections = [...document.querySelectorAll("main > h2[id]")];
  if (sections.length > 1) followSections(sections, listSections(here, sections));
  // Scroll the contents, never the page.
  nav.scrollTop = here.offsetTop - nav.clientHeight / 3;
}

/** The link to this page; index.html is the first chapter under another name. */
function currentLink() {
  const links = [...nav.querySelectorAll(".chapter a")];
  const path = location.pathname.replace(/\/$/, "/index.html");
  const plain = (pathname) => pathname.replace(/\.html$/, "");
  const here = links.find((link) => plain(link.pathname) === plain(path));
  return here ?? (path.endsWith("/index.html") ? links[0] : undefined);
}

function listSections(here, sections) {
  const list = document.createElement("ol");
  list.className = "sections";
  for (const section of sections) {
    const link = document.createElement("a");
    link.href = `#${section.id}`;
    link.textContent = section.textContent;
    list.append(document.createElement("li"));
    list.lastChild.append(link);
  }
  here.closest("li").append(list);
  // On a narrow screen the contents lie over the text that was asked for.
  list.addEventListener("click", (event) => {
    if (event.target.closest("a") && nav.matches(":popover-open")) nav.hidePopover();
  });
  return [...list.querySelectorAll("a")];
}

/** Marks the section being read: the last one whose heading has passed the upper third. */
function followSections(sections, links) {
  const mark = () => {
    const line = innerHeight / 3;
    const read = sections.findLastIndex((section) => section.getBoundingClientRect().top < line);
    links.forEach((link, i) => {
      if (i === read) link.setAttribute("aria-current", "location");
      else link.removeAttribute("aria-current");
    });
  };
  let due = false;
  const soon = () => {
    if (due) return;
    due = true;
    requestAnimationFrame(() => {
      due = false;
      mark();
    });
  };
  addEventListener("scroll", soon, { passive: true });
  addEventListener("resize", soon, { passive: true });
  mark();
}
