"""How gunicorn serves the site: `gunicorn -c config/gunicorn.py`. PORT and BIND come from the environment.

No address, query string or name reaches the log, and of a path only its first part: the rest may be a code.
"""

import os

wsgi_app = "config.gate:application"
bind = os.environ.get("BIND") or f"127.0.0.1:{os.environ.get('PORT') or 8000}"
workers = int(os.environ.get("WEB_CONCURRENCY") or 2)
worker_class = "config.worker.Worker"
# These wait for lines, they hardly work: a hundred uploads at 20 kB/s on each worker leave room for everybody else.
# How many work at a time, each with a database connection, is config/gate.py's to say; so is how many may wait: what a
# process takes of uploads (120), places and those who wait (50) finds a thread.
threads = 180
backlog = 512
# Each worker has a queue of its own that the kernel fills evenly: with one for both, one worker idled half of the time.
reuse_port = True
# A worker that stops answering is replaced after this; a slow upload is not such a worker, its threads go on.
timeout = 60
graceful_timeout = 30
keepalive = 15
control_socket_disable = True
accesslog = "-"
access_log_format = "%(t)s %(m)s %(U)s %(s)s %(B)s bytes %(M)s ms"
logger_class = "config.web_log.Logger"
