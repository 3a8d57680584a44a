// The small HTML of the bot's templates, rebuilt tag by tag: whatever else comes is plain text.
const TAGS = new Set(["B", "I", "U", "S", "CODE", "BLOCKQUOTE"]);
const LINK = /https?:\/\/[^\s<>"']+[^\s<>"'.,;:!?)]/g;

function link(href, content) {
  const anchor = document.createElement("a");
  anchor.href = href;
  anchor.rel = "noopener noreferrer";
  anchor.target = "_blank";
  anchor.append(content);
  return anchor;
}

/** Words with their web addresses made into links. */
export function fromText(text) {
  const made = document.createDocumentFragment();
  let from = 0;
  for (const found of text.matchAll(LINK)) {
    made.append(text.slice(from, found.index), link(found[0], found[0]));
    from = found.index + found[0].length;
  }
  made.append(text.slice(from));
  return made;
}

function copy(from, into) {
  for (const node of from.childNodes) {
    if (node.nodeType === Node.TEXT_NODE) {
      into.append(from.closest("a") ? node.textContent : fromText(node.textContent));
    } else if (node.nodeName === "A" && /^https?:/.test(node.getAttribute("href") ?? "")) {
      into.append(link(node.getAttribute("href"), node.textContent));
    } else if (TAGS.has(node.nodeName)) {
      const made = document.createElement(node.nodeName);
      copy(node, made);
      into.append(made);
    } else {
      into.append(node.textContent);
    }
  }
}

/** The markup of a bot message as nodes of the page. */
export function fromMarkup(text) {
  const read = new DOMParser().parseFromString(text, "text/html");
  const made = document.createDocumentFragment();
  copy(read.body, made);
  return made;
}
