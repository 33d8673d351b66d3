"""All settings, in one file. Values that differ between installations come from the environment.

`OPENSITREP_DEMO=1` (set by script/server) is the only mode with usable defaults: it works on loopback addresses alone.
"""

import re
from datetime import timedelta
from pathlib import Path

from csp.constants import NONCE, NONE, SELF

from config import env

BASE_DIR = Path(__file__).resolve().parent.parent
VERSION = re.search(r"^## (\d[^\s]*)", (BASE_DIR / "CHANGELOG.md").read_text(encoding="utf-8"), re.M)
RELEASE = VERSION.group(1) if VERSION else "unreleased"

DEMO = env.flag("OPENSITREP_DEMO", default=False)
DEBUG = env.flag("DEBUG", default=False)
SECRET_KEY = env.secret("SECRET_KEY", "demo-only-not-a-secret-0123456789-0123456789-abcdef" if DEMO else None)
SECRET_KEY_FALLBACKS = env.words("SECRET_KEY_FALLBACKS")
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]" if DEMO else "")
CSRF_TRUSTED_ORIGINS = env.words("CSRF_TRUSTED_ORIGINS")
DEMO_PASSWORD = "demo" if DEMO else ""

INSTALLED_APPS = [
    "apps.core",
    "apps.accounts",
    "apps.ledger",
    "apps.geo",
    "apps.sources",
    "apps.crises",
    "apps.records",
    "apps.incidents",
    "apps.displacement",
    "apps.access",
    "apps.context",
    "apps.picture",
    "apps.triage",
    "apps.connectors",
    "apps.api",
    "apps.dashboard",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.gis",
    "django.contrib.postgres",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "django_celery_beat",
    "django_linear_migrations",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "leaflet",
    "pgtrigger",
    "rest_framework",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "apps.accounts.middleware.SecondFactorMiddleware",
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
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "apps.triage.context.queue",
            ],
        },
    },
]

# Database: the pool lives in the web processes only, it must not cross a fork (docs/adr/0004).
WEB_POOL = env.flag("DATABASE_POOL", default=False)
DATABASES = {"default": env.database("DATABASE_URL")}
DATABASES["default"]["ATOMIC_REQUESTS"] = False
DATABASES["default"]["CONN_MAX_AGE"] = 0 if WEB_POOL else 60
DATABASES["default"]["CONN_HEALTH_CHECKS"] = not WEB_POOL
STATEMENT_TIMEOUT_MS = env.number("STATEMENT_TIMEOUT_MS", 60_000)
DATABASES["default"]["OPTIONS"] = {
    **DATABASES["default"]["OPTIONS"],  # type: ignore[dict-item]
    "options": f"-c statement_timeout={STATEMENT_TIMEOUT_MS} -c lock_timeout=30000 "
    "-c idle_in_transaction_session_timeout=60000 -c synchronous_commit=on -c timezone=UTC "
    # Compiling takes longer than the statements that it is meant to speed up.
    "-c jit=off",
    **({"pool": {"min_size": 1, "max_size": 8, "timeout": 5}} if WEB_POOL else {}),
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.secret("REDIS_URL")
CACHES = {
    "default": {
        "BACKEND": "django_redis.cache.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "opensitrep",
        "OPTIONS": {"IGNORE_EXCEPTIONS": True, "SOCKET_CONNECT_TIMEOUT": 0.25, "SOCKET_TIMEOUT": 0.25},
    },
    # Throttles fail closed: this alias raises when Redis is gone, and the API answers 503.
    "throttle": {
        "BACKEND": "django_redis.cache.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "opensitrep-throttle",
        "OPTIONS": {"SOCKET_CONNECT_TIMEOUT": 0.25, "SOCKET_TIMEOUT": 0.25},
    },
}

# Celery: Redis only makes it fast. What must not be lost stands in PostgreSQL (sources.RefreshRun, ledger.Job).
CELERY_BROKER_URL = REDIS_URL if not REDIS_URL.startswith("unix://") else "redis+socket://" + REDIS_URL[7:]
CELERY_TASK_DEFAULT_QUEUE = "default"  # script/entry's worker reads this one and "feeds"
CELERY_TASK_ROUTES = {"sources.refresh": {"queue": "feeds"}}
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_TIME_LIMIT = 1_800
CELERY_TASK_SOFT_TIME_LIMIT = 1_740
CELERY_TASK_PUBLISH_RETRY = False
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_MAX_TASKS_PER_CHILD = 200
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BEAT_SCHEDULER = "django_celery_beat.schedulers:DatabaseScheduler"
CELERY_TIMEZONE = "UTC"
# Above the longest task, or it would run twice; kombu sweeps once per interval x throttle.
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 3_600,
    "unacked_restore_throttle": 1,
    "unacked_restore_interval": 15,
    "health_check_interval": 10,
    "socket_connect_timeout": 2,
    "retry_on_timeout": True,
}
CELERY_VISIBILITY_TIMEOUT = 3_600
REFRESH_LEASE = timedelta(minutes=env.number("REFRESH_LEASE_MINUTES", 5))

# Sources: dotted paths of connectors, found by slug through apps.sources.registry.
CONNECTORS = {
    "cod_ab": "apps.connectors.cod_ab.connector.CodAb",
    "gdacs": "apps.connectors.gdacs.connector.Gdacs",
    "hapi": "apps.connectors.hapi.connector.Hapi",
    "idmc": "apps.connectors.idmc.connector.Idmc",
    "news": "apps.connectors.news.connector.News",
    "ourairports": "apps.connectors.ourairports.connector.OurAirports",
    "ucdp": "apps.connectors.ucdp.connector.Ucdp",
    "usgs": "apps.connectors.usgs.connector.Usgs",
}
CREDENTIALS = {
    "hapi_app_identifier": env.secret("HAPI_APP_IDENTIFIER", ""),
    "idmc_client_id": env.secret("IDMC_CLIENT_ID", ""),
    "ucdp_access_token": env.secret("UCDP_ACCESS_TOKEN", ""),
}
HTTP_USER_AGENT = f"OpenSitrep/{RELEASE} (humanitarian situation picture)"
# The crisis the map opens on when the address names none; else the first active one.
DEFAULT_CRISIS = env.text("DEFAULT_CRISIS", "syria" if DEMO else "")
SAMPLE_DIR = BASE_DIR / "apps" / "dashboard" / "sample"

# Sign-in
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "apps.accounts.adapter.InvitationOnlyAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_EMAIL_NOTIFICATIONS = True  # a changed password or second factor is told to its owner
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # nobody learns who has an account, and nobody is written to unasked
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_PREVENT_ENUMERATION = "strict"
ACCOUNT_RATE_LIMITS = {"login": "30/m/ip", "login_failed": "10/m/ip,5/5m/key", "reset_password": "10/m/ip,3/10m/key"}
MFA_ADAPTER = "apps.accounts.adapter.EncryptingMFAAdapter"
MFA_TOTP_ISSUER = "OpenSitrep"
MFA_TOTP_TOLERANCE = 1  # phones in the field are rarely on time to the second
MFA_ALLOW_UNVERIFIED_EMAIL = True  # addresses are vouched for by whoever invites
ALLAUTH_TRUSTED_PROXY_COUNT = env.number("TRUSTED_PROXY_COUNT", 0)

RAW_PAYLOAD_DAYS = env.number("RAW_PAYLOAD_DAYS", 365)
AUDIT_DAYS = env.number("AUDIT_DAYS", 730)
INVITATION_DAYS = env.number("INVITATION_DAYS", 7)

# Mail. Without a server the demo prints mails on the console, and elsewhere they are dropped: links are handed over.
EMAIL_HOST = env.text("EMAIL_HOST", "")
EMAIL_PORT = env.number("EMAIL_PORT", 587)
EMAIL_HOST_USER = env.text("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = env.secret("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = env.flag("EMAIL_USE_TLS", default=True)
EMAIL_TIMEOUT = 10
EMAIL_BACKEND = "django.core.mail.backends." + (
    "smtp.EmailBackend" if EMAIL_HOST else "console.EmailBackend" if DEMO else "dummy.EmailBackend"
)
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", "OpenSitrep <opensitrep@localhost>")

# Languages and time: stored in UTC, shown in the crisis's zone.
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("ar", "العربية")]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
TIME_ZONE = "UTC"
USE_TZ = True

# Static files: ours, and npm packages served from node_modules under npm/.
STATIC_URL = "static/"
STATIC_ROOT = Path(env.text("STATIC_ROOT", str(BASE_DIR / "var" / "static")))
NPM_PACKAGES = ["leaflet.markercluster/dist", "topojson-client/src"]
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "apps.core.npm.NpmFinder",
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
# Brotli on megabytes of other people's source maps was half of the time collectstatic took.
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = ["br", "gif", "gz", "jpeg", "jpg", "map", "png", "webp", "woff", "woff2", "zip"]
WHITENOISE_USE_FINDERS = DEBUG
WHITENOISE_MAX_AGE = 60 if DEBUG else 3_600
MEDIA_ROOT = Path(env.text("MEDIA_ROOT", str(BASE_DIR / "var" / "media")))
TILE_URL = env.text("TILE_URL", "")  # optional online base map; the page works without
TILE_ATTRIBUTION = env.text("TILE_ATTRIBUTION", "")

LEAFLET_CONFIG = {
    "DEFAULT_CENTER": (35.0, 38.5),
    "DEFAULT_ZOOM": 6,
    "MIN_ZOOM": 2,
    "MAX_ZOOM": 18,
    "TILES": [(("Online base map"), TILE_URL, TILE_ATTRIBUTION)] if TILE_URL else [],
    "ATTRIBUTION_PREFIX": "",
    "RESET_VIEW": False,
    "NO_GLOBALS": True,
    "LOADEVENT": "DOMContentLoaded",
    "PLUGINS": {
        "markercluster": {
            "css": ["npm/leaflet.markercluster/dist/MarkerCluster.css"],
            "js": ["npm/leaflet.markercluster/dist/leaflet.markercluster.js"],
            "auto-include": False,
        },
    },
}

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "apps.api.authentication.ApiKeyAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticatedOrReadOnly"],
    "DEFAULT_RENDERER_CLASSES": ["apps.api.renderers.JsonRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_THROTTLE_CLASSES": ["apps.api.throttling.AnonThrottle", "apps.api.throttling.UserThrottle"],
    "DEFAULT_THROTTLE_RATES": {
        "anon": env.text("API_RATE_ANON", "600/min"),
        "user": env.text("API_RATE_USER", "3000/min"),
    },
    "EXCEPTION_HANDLER": "apps.api.problems.problem",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "OpenSitrep API",
    "DESCRIPTION": "Incidents, displacement and access constraints, each figure with who said it.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "ENUM_NAME_OVERRIDES": {},
}

# Security: strict by default; the demo alone runs on plain http, on loopback.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "style-src-attr": ["'unsafe-inline'"],  # Leaflet positions its panes with style attributes
        "img-src": [SELF, "data:", "blob:", *env.words("TILE_ORIGINS")],
        "font-src": [SELF],
        "connect-src": [SELF],
        "worker-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    },
}
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
HTTPS = not DEMO
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^livez$", r"^readyz$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.flag("BEHIND_PROXY", default=False) else None
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_ENGINE = "django.contrib.sessions.backends.db"
# gis.W001 asks for GDAL 3.9; Debian 12 has 3.6. Its subject is GDAL opening files and addresses that a geometry names:
# we build every geometry from coordinates ourselves, and look-ups take nothing else.
SILENCED_SYSTEM_CHECKS = ["gis.W001"]
DATA_UPLOAD_MAX_MEMORY_SIZE = 5_000_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000
GEOS_MAX_VERTICES = 10_000

LOGGING_CONFIG = "config.logging.configure"
LOGGING = {"level": env.text("LOG_LEVEL", "INFO"), "json": not DEMO}
