"""`python -m dealqa.cli` is the same as `dealqa`."""

import sys

from dealqa.cli import main

sys.exit(main())
