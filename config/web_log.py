"""gunicorn's log: no address, query string or name, and of a path only its first part. Named in config/gunicorn.py.

What keeps the site from starting is logged whole: nobody has sent anything yet.
"""

import sys
from datetime import timedelta
from typing import Any

from gunicorn.glogging import Logger as GunicornLogger

from config.logs import broken, shown


class Logger(GunicornLogger):
    def atoms(self, resp: Any, req: Any, environ: dict[str, Any], request_time: timedelta) -> dict[str, Any]:
        """What the access log may name. An application's reference or a person's handle is not among it."""
        atoms: dict[str, Any] = super().atoms(resp, req, environ, request_time)
        return atoms | {"U": shown(str(atoms["U"]))}

    def warning(self, msg: Any, *args: Any, **words: Any) -> None:
        if str(msg).startswith("Invalid request from"):
            # It names the visitor's address and quotes what came.
            msg, args = "a request that cannot be read was refused", ()
        super().warning(msg, *args, **words)

    def exception(self, msg: Any, *args: Any, **words: Any) -> None:
        if "request" in str(msg):
            # It names the whole address, and the text of the exception may quote what was sent.
            self.error("a request failed\n%s", broken(sys.exc_info()[1]))
        else:
            super().exception(msg, *args, **words)
