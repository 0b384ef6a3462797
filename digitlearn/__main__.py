"""Let `python -m digitlearn` be the command line."""

import sys

try:
    from digitlearn.cli import main

    sys.exit(main())
except KeyboardInterrupt:  # while modules are loaded; the command line knows it by itself
    sys.exit(130)
