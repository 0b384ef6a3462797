// @ts-check
// Python's keywords, comments and long strings, coloured as the site colours its code.

const KEYWORDS =
  "False None True and as assert async await break class continue def del elif else except finally for from global if import in is lambda nonlocal not or pass raise return try while with yield";
const TOKEN = new RegExp(
  [
    "(?<c1>#.*)",
    `(?<sd>"""[^]*?(?:"""|$)|'''[^]*?(?:'''|$))`,
    `"(?:\\\\.|[^"\\\\\\n])*"?|'(?:\\\\.|[^'\\\\\\n])*'?`,
    `\\b(?<k>${KEYWORDS.replaceAll(" ", "|")})\\b`,
  ].join("|"),
  "g",
);

/**
 * Return the lines of some source, each as an element.
 *
 * @param {string} source
 * @param {number | null} wrong The line that is to be marked, from 1
 */
export function colour(source, wrong) {
  let line = document.createElement("span");
  const lines = [line];
  const write = (/** @type {string} */ text, /** @type {string} */ kind) => {
    text.split("\n").forEach((piece, index) => {
      if (index > 0) lines.push((line = document.createElement("span")));
      if (kind) {
        const token = document.createElement("span");
        token.className = kind;
        token.textContent = piece;
        line.append(token);
      } else {
        line.append(piece);
      }
    });
  };
  let end = 0;
  for (const match of source.matchAll(TOKEN)) {
    const [kind] = Object.entries(match.groups ?? {}).find(([, text]) => text) ?? [""];
    write(source.slice(end, match.index), "");
    write(match[0], kind);
    end = match.index + match[0].length;
  }
  write(source.slice(end), "");
  if (wrong !== null) lines[wrong - 1]?.classList.add("dl-practice-wrong");
  return lines;
}
