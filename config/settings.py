"""Every setting of the site, in one module.

Values that differ between machines come from the environment (README, "Deploying").
A value that is missing or malformed stops the start with a sentence that names it.
"""

import os
import secrets
from pathlib import Path
from urllib.parse import urlsplit

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"


# Reading the environment -------------------------------------------------------------------------


def text(name: str, default: str = "") -> str:
    """The variable `name`, or `default` where it is unset or empty."""
    return os.environ.get(name) or default


def flag(name: str) -> bool:
    """A switch, off unless set. Raises ImproperlyConfigured on a word that is neither on nor off."""
    value = text(name, "off").lower()
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"0", "false", "no", "off"}:
        return False
    raise ImproperlyConfigured(f"{name}={value!r} is neither on nor off. Set it to on or off.")


def number(name: str, default: int) -> int:
    """A whole number from zero up. Raises ImproperlyConfigured on anything else."""
    value = text(name, str(default))
    if not value.isdecimal():
        raise ImproperlyConfigured(f"{name}={value!r} is not a whole number. Set it to one, such as {default}.")
    return int(value)


def secret_key() -> str:
    """SECRET_KEY; with DEBUG or DEMO on, one made once and kept under var/.

    Read from os.environ itself: django-environ would take a secret that begins with `$` for the name of
    another variable.
    """
    value = os.environ.get("SECRET_KEY", "")
    if value:
        return value
    if not (DEBUG or DEMO):
        raise ImproperlyConfigured(
            "SECRET_KEY is not set. Set it to a long random value, kept the same between restarts "
            "(python -c 'import secrets; print(secrets.token_urlsafe(50))')."
        )
    kept = VAR_DIR / "secret-key"
    try:
        return kept.read_text()
    except FileNotFoundError:
        kept.parent.mkdir(parents=True, exist_ok=True)
        made = VAR_DIR / f"secret-key.{os.getpid()}"
        made.touch(mode=0o600)
        made.write_text(secrets.token_urlsafe(50))
        try:
            # A hard link refuses to replace: of two processes that start at once, the first wins.
            os.link(made, kept)
        except FileExistsError:
            pass
        made.unlink()
        return kept.read_text()


def database() -> dict[str, object]:
    """DATABASE_URL as Django's dictionary, with what each engine needs to survive a deadline's evening."""
    default = f"sqlite:///{VAR_DIR / 'db.sqlite3'}"
    config: dict[str, object] = environ.Env.db_url_config(text("DATABASE_URL", default))
    if config["ENGINE"] == "django.db.backends.sqlite3":
        Path(str(config["NAME"])).parent.mkdir(parents=True, exist_ok=True)
        # Deferred transactions answer "database is locked" to almost half of the sends at 50 clients:
        # they read first and cannot upgrade. IMMEDIATE queues writers instead.
        config["OPTIONS"] = {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
        }
    else:
        config["CONN_MAX_AGE"] = 60
        config["CONN_HEALTH_CHECKS"] = True
    return config


DEBUG = flag("DEBUG")
DEMO = flag("DEMO")
SECRET_KEY = secret_key()

PROGRAM_NAME = text("PROGRAM_NAME", "Open Source & Community Development Program")
SITE_URL = text("SITE_URL", "http://127.0.0.1:8000" if DEBUG or DEMO else "").rstrip("/")
if not urlsplit(SITE_URL).netloc:
    raise ImproperlyConfigured(
        "SITE_URL is not set to a whole address. Set it to the address people type, such as https://apply.example.org."
    )
ALLOWED_HOSTS = [
    host.strip() for host in text("ALLOWED_HOSTS", str(urlsplit(SITE_URL).hostname)).split(",") if host.strip()
]
if DEBUG or DEMO:
    ALLOWED_HOSTS += ["127.0.0.1", "localhost", "[::1]"]

# Applications --------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "community",
    "applications",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.sitemaps",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.github",
    "allauth.socialaccount.providers.google",
    "crispy_forms",
    "django_countries",
    "csp",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "community.parameters.ParametersMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.middleware.http.ConditionalGetMiddleware",
    "csp.middleware.CSPMiddleware",
    "community.caching.PublicPageMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    # Django's LoginRequiredMiddleware, except that what was typed on a page that needs a sign-in comes back.
    "applications.keeping.SignInMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "community.timezones.TimeZoneMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "community.context.program",
            ],
        },
    },
]

# Data -----------------------------------------------------------------------------------------------

DATABASES = {"default": database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "community.User"

CACHES = {
    # allauth's rate limits live here; local memory would count per process.
    "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache"},
    # For what never changes, such as the questions of a frozen form, or may be a minute old.
    "process": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "TIMEOUT": 3600},
}

MEDIA_ROOT = Path(text("MEDIA_ROOT", str(VAR_DIR / "media")))
# Uploads are never served from a folder: every file goes through a view that asks who is asking.
MEDIA_URL = "/files-are-served-by-views-only/"
FILE_UPLOAD_PERMISSIONS = 0o600

# Static files ---------------------------------------------------------------------------------------

STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

# Languages and time -----------------------------------------------------------------------------------

LANGUAGE_CODE = "en"
LOCALE_PATHS = [BASE_DIR / "locale"]
# Each by its own name. A language is switched on by its compiled catalogue: adding one is adding its files.
LANGUAGES = [
    (code, name)
    for code, name in [
        ("en", "English"),
        ("fr", "Français"),
        ("pt", "Português"),
        ("sw", "Kiswahili"),
        ("ar", "العربية"),
    ]
    if code == LANGUAGE_CODE or (LOCALE_PATHS[0] / code / "LC_MESSAGES" / "django.mo").exists()
]
USE_I18N = True
USE_TZ = True
FORMAT_MODULE_PATH = "config.formats"
TIME_ZONE = "UTC"

# Accounts ---------------------------------------------------------------------------------------------

AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
# scrypt first: memory-hard, and a tenth of the CPU of a million rounds of PBKDF2 on two small cores.
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "applications.accounts.LongEnough",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "home"

ACCOUNT_ADAPTER = "applications.accounts.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "applications.accounts.LoginForm",
    "signup": "applications.accounts.SignupForm",
    "add_email": "applications.accounts.AddEmailForm",
    "change_password": "applications.accounts.ChangePasswordForm",
    "set_password": "applications.accounts.SetPasswordForm",
    "reset_password": "applications.accounts.ResetPasswordForm",
    "reset_password_from_key": "applications.accounts.ResetPasswordKeyForm",
    "reauthenticate": "applications.accounts.ReauthenticateForm",
    "request_login_code": "applications.accounts.RequestLoginCodeForm",
    "confirm_login_code": "applications.accounts.ConfirmLoginCodeForm",
    "confirm_email_verification_code": "applications.accounts.ConfirmEmailVerificationCodeForm",
    "confirm_password_reset_code": "applications.accounts.ConfirmPasswordResetCodeForm",
}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
# An account is one address. Changing it confirms the new one first and tells the old one.
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_DEFAULT_HTTP_PROTOCOL = urlsplit(SITE_URL).scheme
# Codes instead of links: mail scanners follow links. A quarter of an hour: mail is slow on slow lines.
# Asking again on the code's own page stays off: allauth then writes for known addresses only, which tells.
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_TIMEOUT = 15 * 60
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 15 * 60
ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True
ACCOUNT_PASSWORD_RESET_BY_CODE_TIMEOUT = 15 * 60
# By the address typed before by IP: a cybercafé or a phone company puts hundreds of people behind one.
ACCOUNT_RATE_LIMITS = {
    "signup": "120/m/ip",
    "login": "300/m/ip",
    # Whoever mistypes their address or loses the page begins again within the minute.
    "confirm_email": "3/m/key",
    "login_failed": "100/m/ip,5/300s/key",
    "request_login_code": "120/m/ip,3/m/key",
    "reset_password": "120/m/ip,5/m/key",
    "reset_password_from_key": "120/m/ip",
}
# How many proxies of ours stand before the site; their X-Forwarded-For is then believed.
ALLAUTH_TRUSTED_PROXY_COUNT = number("TRUSTED_PROXY_COUNT", 0)
MFA_ADAPTER = "applications.accounts.MFAAdapter"
MFA_FORMS = {
    "authenticate": "applications.accounts.AuthenticateForm",
    "reauthenticate": "applications.accounts.MFAReauthenticateForm",
    "activate_totp": "applications.accounts.ActivateTOTPForm",
    "generate_recovery_codes": "applications.accounts.GenerateRecoveryCodesForm",
    "add_webauthn": "applications.accounts.AddWebAuthnForm",
    "edit_webauthn": "applications.accounts.EditWebAuthnForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = PROGRAM_NAME
# Browsers allow passkeys over plain http on localhost only; allauth needs to be told.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = SITE_URL.startswith("http://")

SOCIALACCOUNT_ADAPTER = "applications.accounts.SocialAccountAdapter"
SOCIALACCOUNT_FORMS = {
    "signup": "applications.accounts.SocialSignupForm",
    "disconnect": "applications.accounts.DisconnectForm",
}
SOCIALACCOUNT_PROVIDERS = {
    provider: {"APPS": [{"client_id": text(f"{name}_CLIENT_ID"), "secret": os.environ.get(f"{name}_SECRET", "")}]}
    for provider, name in {"github": "GITHUB", "google": "GOOGLE"}.items()
    if text(f"{name}_CLIENT_ID")
}
SOCIALACCOUNT_ONLY = False

# Forms ------------------------------------------------------------------------------------------------

# A million characters of any script fit, so that the page can say that they are too many and show them again.
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
CSRF_FAILURE_VIEW = "applications.keeping.csrf_failure"

CRISPY_ALLOWED_TEMPLATE_PACKS = "house"
CRISPY_TEMPLATE_PACK = "house"
CRISPY_FAIL_SILENTLY = False

# Mail -------------------------------------------------------------------------------------------------

DEFAULT_FROM_EMAIL = text("DEFAULT_FROM_EMAIL", f"no-reply@{urlsplit(SITE_URL).hostname}")
if text("EMAIL_URL"):
    vars().update(environ.Env.email_url_config(text("EMAIL_URL")))
elif DEBUG or DEMO:
    EMAIL_BACKEND = "config.mail.FileBackend"
    EMAIL_FILE_PATH = VAR_DIR / "mail"
EMAIL_TIMEOUT = 20

# Security ---------------------------------------------------------------------------------------------

SIGN_IN_ORIGINS = {"github": "https://github.com", "google": "https://accounts.google.com"}
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "connect-src": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        # Browsers apply this to redirects too, and the button "Continue with GitHub" ends in one.
        "form-action": [SELF, *(SIGN_IN_ORIGINS[provider] for provider in SOCIALACCOUNT_PROVIDERS)],
    }
}
OVER_HTTPS = SITE_URL.startswith("https://")
SECURE_SSL_REDIRECT = OVER_HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if OVER_HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = OVER_HTTPS
SECURE_HSTS_PRELOAD = OVER_HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if OVER_HTTPS else None
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = OVER_HTTPS
CSRF_COOKIE_SECURE = OVER_HTTPS
CSRF_TRUSTED_ORIGINS = [SITE_URL]
SESSION_COOKIE_HTTPONLY = True
X_FRAME_OPTIONS = "DENY"

# Logs -------------------------------------------------------------------------------------------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "config.logs.Line",
            "fmt": "{asctime} {levelname} {name}: {message}",
            "style": "{",
            "is_whole": DEBUG,
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        # A refused or missing address may hold a code or a person's handle; the access log counts it without them.
        "django.request": {"level": "ERROR"},
        # Warns at every HEAD request that it drops the body, as it should.
        "gunicorn.http.wsgi": {"level": "ERROR"},
    },
}
