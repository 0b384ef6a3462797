"""Let `python -m digitlearn` be the command line."""

import sys

from digitlearn.cli import main

sys.exit(main())
