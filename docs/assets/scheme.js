// @ts-check
// Before a page is painted: the scheme the reader chose, or the system's. No module, because those wait.

document.documentElement.classList.remove("no-js");
{
  let scheme = matchMedia("(prefers-color-scheme: dark)").matches ? "slate" : "default";
  try {
    scheme = localStorage.getItem("scheme") ?? scheme;
  } catch {
    // Storage is forbidden.
  }
  document.body.dataset.mdColorScheme = scheme;
}
