"""MkDocs hook: every page says what it may load and run: its own files, and nothing else.

A Content-Security-Policy in the page itself holds wherever the site is copied to. The theme's few
inline scripts become files, so that the same policy may be sent as a header, too. Inline styles
stay allowed: figures and the theme have thousands, and a style runs nothing.
"""

import hashlib
import re
from html import escape
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.pages import Page
from mkdocs.utils import get_relative_url

POLICY = {
    "default-src": "'none'",
    "script-src": "'self' 'wasm-unsafe-eval'",  # Python, where exercises run it, is WebAssembly
    "worker-src": "'self' blob:",
    "connect-src": "'self'",
    "style-src": "'self' 'unsafe-inline'",
    "img-src": "'self' data: blob:",
    "font-src": "'self'",
    "base-uri": "'none'",
    "form-action": "'none'",
}
INLINE = r'<script(?![^>]* src=)(?![^>]* type="application/json")[^>]*>(.*?)</script>'
serving = False


def on_startup(command: Literal["build", "gh-deploy", "serve"], dirty: bool) -> None:
    """Remember whether pages are served while they are written: then MkDocs adds a script."""
    global serving
    serving = command == "serve"


def scripts_outside(html: str, site: Path, base: str) -> str:
    """Return a page with its inline scripts in files of the site, which is at `base`."""

    def move(match: re.Match[str]) -> str:
        digest = hashlib.sha256(match[1].encode()).hexdigest()[:8]
        path = site / f"assets/javascripts/{digest}.js"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(match[1], encoding="utf-8")
        return f'<script src="{base}/{path.relative_to(site).as_posix()}"></script>'

    return re.sub(INLINE, move, html, flags=re.DOTALL)


def add_policy(html: str) -> str:
    """Return a page with its policy before everything that the policy is about."""
    rules = "; ".join(f"{name} {value}" for name, value in POLICY.items())
    meta = f'<meta http-equiv="Content-Security-Policy" content="{escape(rules)}">'
    return re.sub(r'<meta charset="utf-8">', rf"\g<0>{meta}", html, count=1)


def on_post_page(output: str, page: Page, config: MkDocsConfig) -> str:
    """Give a page its policy."""
    if serving:
        return output
    base = get_relative_url(".", page.url).rstrip("/")
    return add_policy(scripts_outside(output, Path(config.site_dir), base))


def on_post_template(output_content: str, template_name: str, config: MkDocsConfig) -> str:
    """Give the page of a wrong address its policy, too."""
    if serving or template_name != "404.html":
        return output_content
    # It is shown at any address, so its own addresses begin at the root.
    base = urlsplit(config.site_url or "/").path.rstrip("/")
    return add_policy(scripts_outside(output_content, Path(config.site_dir), base))
