"""Which modules are this project's own: their warnings are errors, those of others are shown."""

from pathlib import Path

ROOT = Path(__file__).parents[1]
FOLDERS = ["docs/study", "docs/tools", "tests", "tests/benchmarks", "tests/browser"]

NAMES = ["__main__", "digitlearn"]
NAMES += sorted(f"digitlearn.{path.stem}" for path in (ROOT / "digitlearn").glob("*.py"))
NAMES += sorted({path.stem for folder in FOLDERS for path in (ROOT / folder).glob("*.py")})

# For a new process: python *STRICT -c ...
STRICT = [option for name in NAMES for option in ("-W", f"error:::{name}")]
