"""What the tests run with: the one settings module, fed by this environment.

Loaded by pytest (`-p tests.environment` in pyproject.toml) before it reads the settings. Never read by the site.
"""

import os

ENVIRONMENT = {
    "DJANGO_SETTINGS_MODULE": "config.settings",
    "DEBUG": "off",
    "DEMO": "off",
    "SECRET_KEY": "for-tests-only-and-long-enough-to-satisfy-every-check-there-is",
    "SITE_URL": "http://testserver",
    "PROGRAM_NAME": "Open Source & Community Development Program",
}
# What the caller's shell may hold and no test may depend on. DATABASE_URL is the caller's to choose.
DROPPED = ("ALLOWED_HOSTS", "EMAIL_URL", "DEFAULT_FROM_EMAIL", "MEDIA_ROOT", "GITHUB_CLIENT_ID", "GOOGLE_CLIENT_ID")

for name in DROPPED:
    os.environ.pop(name, None)
os.environ.update(ENVIRONMENT)
