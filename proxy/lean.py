"""
Imported first by a worker: keeps out what its libraries would load and it never uses.

structlog loads rich, to colour tracebacks on a terminal: 6 MiB for each worker.
"""

import sys

sys.modules.setdefault("rich", None)  # type: ignore[arg-type]  # `None` is how Python says: not here
