// The contents beside the text: says which chapter this is, and lists its sections under it.
const nav = document.getElementById("contents");

export function markContents() {
  const here = currentLink();
  if (!here) return;
  here.setAttribute("aria-current", "page");
  const sections = [...document.querySelectorAll("main > h2[id]")];
  if (sections.length > 1) followSections(sections, listSections(here, sections));
  show(here);
  // On a narrow screen they have no height before they are opened.
  nav.addEventListener("toggle", () => show(here));
}

/** Scrolls the contents, never the page, to a link that is out of sight in them. */
function show(link) {
  const top = link.offsetTop - nav.scrollTop;
  if (top < 0 || top + link.offsetHeight > nav.clientHeight) {
    nav.scrollTop = link.offsetTop - nav.clientHeight / 3;
  }
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
  let marked;
  const mark = () => {
    const line = innerHeight / 3;
    const read = links[sections.findLastIndex((section) => section.getBoundingClientRect().top < line)];
    if (read === marked) return;
    marked?.removeAttribute("aria-current");
    read?.setAttribute("aria-current", "location");
    if (read) show(read);
    marked = read;
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
