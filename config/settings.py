"""Every setting, read top to bottom; what varies comes from the environment."""

import sys
from pathlib import Path

from celery.schedules import crontab
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from config import caches, embedded, environment
from config.proxy import static_file_may_be_kept
from config.release import release

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = environment.folder("VAR_DIR", BASE_DIR / "var")
IS_TESTING = "pytest" in sys.modules

# --- What kind of installation this is -------------------------------------------------

DEBUG = environment.flag("DEBUG")
IS_DEMO = not environment.flag("PRODUCTION")  # production must be said; then nothing is guessed

if IS_DEMO:
    SECRET_KEY = embedded.secret_key(VAR_DIR)
    ALLOWED_HOSTS = environment.words("ALLOWED_HOSTS", ["127.0.0.1", "localhost", "testserver"])
    SITE_URL = environment.text("SITE_URL", "http://127.0.0.1:8000")
else:
    SECRET_KEY = environment.text("SECRET_KEY")
    ALLOWED_HOSTS = environment.words("ALLOWED_HOSTS")
    SITE_URL = environment.text("SITE_URL")
RELEASE = release(BASE_DIR)
SITE_NAME = environment.text("SITE_NAME", "Netthøring")
ACCESSIBILITY_STATEMENT_URL = environment.text("ACCESSIBILITY_STATEMENT_URL", "")
CSRF_TRUSTED_ORIGINS = environment.words("CSRF_TRUSTED_ORIGINS", [] if IS_DEMO else [SITE_URL])

# --- Apps, in the order in which they depend -------------------------------------------

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.mfa",
    "csp",
    "django_htmx",
    "pgtrigger",
    "simple_history",
    "accounts",
    "archive",
    "consultations",
    "casework",
    "moderation",
    "scenarios",
    "config",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "config.middleware.public_pages_know_nobody",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
    "config.middleware.deny_by_default",
    "config.middleware.refusals_are_said",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATE_PLACES = ("filesystem", "app_directories")
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [f"django.template.loaders.{each}.Loader" for each in TEMPLATE_PLACES],
                )
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.messages.context_processors.messages",
                "config.context.site",
            ],
            "builtins": ["django.templatetags.i18n", "django.templatetags.static"],
        },
    }
]

# --- Database, cache, background work --------------------------------------------------

DATABASES = {
    "default": environment.database(
        environment.text("DATABASE_URL", "" if IS_DEMO else None) or embedded.database_url()
    )
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
if IS_TESTING:
    # A crash may lose the last test rows; nobody minds, and the suite is quicker.
    DATABASES["default"]["OPTIONS"]["options"] += " -c synchronous_commit=off"
    DATABASES["default"]["TEST"] = {"NAME": environment.text("TEST_DATABASE", "test_netthoring")}

REDIS_URL = environment.text("REDIS_URL", "" if IS_DEMO else None)
CACHES = caches.of(REDIS_URL)
if REDIS_URL:
    CELERY_BROKER_URL = REDIS_URL
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "socket_connect_timeout": 1,
        "socket_timeout": 5,
        "visibility_timeout": 3600,
    }
else:
    BROKER_DIR = VAR_DIR / "broker"
    for _folder in ("messages", "control"):
        (BROKER_DIR / _folder).mkdir(parents=True, exist_ok=True)
    CELERY_BROKER_URL = "filesystem://localhost"
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(BROKER_DIR / "messages"),
        "data_folder_out": str(BROKER_DIR / "messages"),
        "control_folder": str(BROKER_DIR / "control"),
        "polling_interval": 0.2,  # seconds until the worker looks again
    }

CELERY_TASK_ALWAYS_EAGER = environment.flag("CELERY_TASK_ALWAYS_EAGER", IS_TESTING)
CELERY_TASK_EAGER_PROPAGATES = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_PUBLISH_RETRY = False
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
# By workers of their own in production: they open what strangers have sent, and take their time.
CELERY_TASK_ROUTES = {"archive.tasks.convert_*": {"queue": "conversions"}}
CELERY_TIMEZONE = "Europe/Oslo"
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "beat-schedule")
# The row is the queue: each sweep finds what a lost nudge left waiting.
CELERY_BEAT_SCHEDULE = {
    name: {"task": task, "schedule": seconds}
    for name, task, seconds in [
        ("open and close on schedule", "consultations.tasks.keep_schedule", 60),
        ("screen what waits", "moderation.tasks.screen_outstanding", 60),
        ("scan attachments that wait", "moderation.tasks.scan_outstanding", 60),
        ("confirm organisations", "accounts.tasks.confirm_organisations", 3600),
        ("classify senders", "consultations.tasks.classify_senders", 3600),
        ("send what is owed", "accounts.tasks.send_outstanding", 60),
        ("convert what waits", "archive.tasks.convert_outstanding", 60),
        ("run extractions that wait", "archive.tasks.run_outstanding", 60),
        ("delete drafts left behind", "consultations.tasks.delete_expired_drafts", 3600),
        ("delete files that no row names", "archive.tasks.delete_orphans", 24 * 3600),
        ("delete what was erased", "archive.tasks.delete_erased_outstanding", 3600),
        # At five past midnight, Norwegian time; and each hour for what was missed.
        ("make checkpoints", "archive.tasks.make_checkpoints", crontab(minute=5)),
        # From seven on working days, and each hour of the day for what was missed.
        (
            "remind of requests for access",
            "archive.tasks.remind_of_access_requests",
            crontab(minute=20, hour="7-16"),
        ),
        ("forget who asked for access", "archive.tasks.forget_access_requests", 3600),
        ("delete what was disposed of", "archive.tasks.delete_disposed_outstanding", 3600),
        ("delete packages given up", "archive.tasks.delete_discarded_outstanding", 3600),
        ("verify the journals", "archive.tasks.verify_journals", crontab(hour=3, minute=20)),
        ("verify journals that wait", "archive.tasks.verify_outstanding", 300),
        ("tell those who follow", "consultations.tasks.tell_outstanding", 60),
        ("forget who did not confirm", "consultations.tasks.forget_outstanding", 3600),
    ]
}

# --- Files -----------------------------------------------------------------------------

MEDIA_ROOT = environment.folder("MEDIA_ROOT", VAR_DIR / "media")
EXTRACTIONS_DIR = environment.folder("EXTRACTIONS_DIR", VAR_DIR / "extractions")
NOARK5_SCHEMAS = environment.text("NOARK5_SCHEMAS", "")
# With a bucket, an S3-compatible service keeps the extractions' tar files; else their folder does.
# The key may be left out where the machine itself tells the service who it is.
EXTRACTIONS_S3_BUCKET = environment.text("EXTRACTIONS_S3_BUCKET", "")
EXTRACTIONS_S3_ENDPOINT_URL = environment.text("EXTRACTIONS_S3_ENDPOINT_URL", "")
EXTRACTIONS_S3_REGION = environment.text("EXTRACTIONS_S3_REGION", "")
EXTRACTIONS_S3_ACCESS_KEY = environment.text("EXTRACTIONS_S3_ACCESS_KEY", "")
EXTRACTIONS_S3_SECRET_KEY = environment.text("EXTRACTIONS_S3_SECRET_KEY", "")
# Checkpoints of the journal: slug=/path/to/private-key.pem for each authority that signs its
# own (Ed25519), and the mail addresses of those outside who keep a copy of them all.
CHECKPOINT_SIGNING_KEYS = environment.signing_keys("CHECKPOINT_SIGNING_KEYS")
CHECKPOINT_WITNESSES = environment.words("CHECKPOINT_WITNESSES")
# In how many working days a request for access should be answered (offl. § 29).
ACCESS_WORKING_DAYS = environment.number("ACCESS_WORKING_DAYS", 3)
STATIC_URL = "/static/"
STATIC_ROOT = environment.folder("STATIC_ROOT", VAR_DIR / "static")
STATICFILES_DIRS = [
    BASE_DIR / "static",
    ("designsystemet", BASE_DIR / "node_modules/@digdir/designsystemet-css/dist/src"),
    ("designsystemet-theme", BASE_DIR / "node_modules/@digdir/designsystemet-theme/brand"),
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "extractions": {
        "BACKEND": "archive.bucket.Bucket",
        "OPTIONS": {
            "bucket_name": EXTRACTIONS_S3_BUCKET,
            "endpoint_url": EXTRACTIONS_S3_ENDPOINT_URL or None,
            "region_name": EXTRACTIONS_S3_REGION or None,
            "access_key": EXTRACTIONS_S3_ACCESS_KEY or None,
            "secret_key": EXTRACTIONS_S3_SECRET_KEY or None,
        },
    }
    if EXTRACTIONS_S3_BUCKET
    else {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": EXTRACTIONS_DIR},
    },
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if IS_TESTING or DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
# Nothing is collected for a test or a developer: files are served from where they lie.
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = IS_TESTING or DEBUG
WHITENOISE_ADD_HEADERS_FUNCTION = static_file_may_be_kept
FILE_UPLOAD_PERMISSIONS = 0o600
# What is too much is told by its form, with all that was typed kept. The limits here, and the
# reverse proxy's, are far above the form's and refuse only what no person sends.
FILE_UPLOAD_HANDLERS = [
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "consultations.uploads.BoundedUploadHandler",
]
DATA_UPLOAD_MAX_MEMORY_SIZE = 25 * 1024 * 1024  # bytes of text, files not counted
DATA_UPLOAD_MAX_NUMBER_FILES = 1000

# Such as https://data.brreg.no/enhetsregisteret/api; without it no organisation is looked up.
ENHETSREGISTERET_URL = environment.text("ENHETSREGISTERET_URL", "").rstrip("/")
# clamd: tcp://host:3310 or unix:///path; while it is set, an attachment waits to be scanned.
CLAMAV_URL = environment.text("CLAMAV_URL", "")

# What makes PDF/A of attachments, in a sandbox. Without it, they wait.
LIBREOFFICE = environment.text("LIBREOFFICE", "" if IS_TESTING else "soffice")
GHOSTSCRIPT = environment.text("GHOSTSCRIPT", "" if IS_TESTING else "gs")
CONVERSION_SANDBOX = environment.one_of("CONVERSION_SANDBOX", "bubblewrap", "container")
CONVERSION_SECONDS = environment.number("CONVERSION_SECONDS", 120)
CONVERSION_MEMORY = environment.number("CONVERSION_MEMORY", 2048)  # MB, of each process
CONVERSION_OUTPUT = environment.number("CONVERSION_OUTPUT", 200)  # MB, of each file it writes

# --- People ----------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}Validator"}
    for name in ("UserAttributeSimilarity", "MinimumLength", "CommonPassword", "NumericPassword")
]
if IS_TESTING:
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "accounts:desk-show"
ACCOUNT_LOGOUT_REDIRECT_URL = "consultations:consultation-list"
ACCOUNT_ADAPTER = "accounts.adapters.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_SIGNUP_FORM_CLASS = "accounts.forms.SignupForm"
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_CONFIRM_EMAIL_ON_GET = False
ACCOUNT_LOGIN_ON_EMAIL_CONFIRMATION = False
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "http" if IS_DEMO else "https"
ALLAUTH_TRUSTED_PROXY_COUNT = 0 if IS_DEMO else 1  # nginx, whose X-Forwarded-For is true
# A whole school may sit behind one address; the narrow limits are those per account.
ACCOUNT_RATE_LIMITS = {"login": "60/m/ip", "login_failed": "30/m/ip,5/5m/key", "signup": "60/m/ip"}
FORM_MINIMUM_SECONDS = 0 if IS_TESTING else 3  # sooner, nobody has read the form
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]

# ID-porten, and any other OpenID Connect provider; none unless the environment names it.
OIDC_PROVIDERS = environment.providers("OIDC_PROVIDERS")
SOCIALACCOUNT_ADAPTER = "accounts.adapters.ProviderAccountAdapter"
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {
        "OAUTH_PKCE_ENABLED": True,
        "SCOPE": ["openid", "profile", "email"],
        "APPS": OIDC_PROVIDERS,
    }
}
SOCIALACCOUNT_ONLY = False
SOCIALACCOUNT_STORE_TOKENS = False  # a token may hold a fødselsnummer
SOCIALACCOUNT_REQUESTS_TIMEOUT = 5  # seconds

# --- Mail ------------------------------------------------------------------------------

EMAIL_HOST = environment.text("EMAIL_HOST", "" if IS_DEMO else None)
EMAIL_PORT = environment.number("EMAIL_PORT", 25)
EMAIL_HOST_USER = environment.text("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = environment.text("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = environment.flag("EMAIL_USE_TLS")
EMAIL_TIMEOUT = 10  # seconds
EMAIL_BACKEND = (
    "django.core.mail.backends.smtp.EmailBackend"
    if EMAIL_HOST
    else "django.core.mail.backends.filebased.EmailBackend"
)
EMAIL_FILE_PATH = VAR_DIR / "mail"
DEFAULT_FROM_EMAIL = environment.text("DEFAULT_FROM_EMAIL", "netthoring@localhost")
SERVER_EMAIL = DEFAULT_FROM_EMAIL

# --- Language and time -----------------------------------------------------------------

LANGUAGE_CODE = "nb"
LANGUAGES = [("nb", _("Norwegian Bokmål")), ("nn", _("Norwegian Nynorsk")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale", BASE_DIR / "locale/library"]  # the libraries' texts
USE_I18N = True
USE_TZ = True
FORMAT_MODULE_PATH = "config.formats"
TIME_ZONE = "Europe/Oslo"

# --- Security --------------------------------------------------------------------------

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],  # Designsystemet's icons are data: URLs in its CSS
        "font-src": [SELF],
        "connect-src": [SELF],
        # A log-in at a provider is a form that leads there.
        "form-action": [
            SELF,
            *(url for each in OIDC_PROVIDERS for url in each["settings"]["origins"]),
        ],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "manifest-src": [SELF],
    }
}
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 3600  # seconds: a working day
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_AGE = None  # until the browser is closed, as the page on privacy says
CSRF_FAILURE_VIEW = "config.views.csrf_failure"
SECURE_REFERRER_POLICY = "same-origin"  # a secret link must not reach another site
X_FRAME_OPTIONS = "DENY"
if not IS_DEMO:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^helse/$"]
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
    SECURE_HSTS_SECONDS = 31_536_000  # a year
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True

# --- Logs: what happened, never to whom --------------------------------------------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "filters": {"without secrets": {"()": "config.logs.WithoutSecrets"}},
    "handlers": {
        "stderr": {
            "class": "logging.StreamHandler",
            "formatter": "line",
            "filters": ["without secrets"],
        }
    },
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {
        "django": {"level": "WARNING"},
        "pikepdf": {"level": "ERROR"},  # what is odd about a stranger's PDF is no news
        "celery.app.trace": {"level": "WARNING"},  # a line for every task done tells nothing
    },
}
