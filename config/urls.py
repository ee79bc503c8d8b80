"""The address of every page. English stands without a prefix, other languages under /fr/, /ar/ and so on."""

from allauth.account.decorators import secure_admin_login
from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

from applications.accounts import signup

admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

urlpatterns: list[URLPattern | URLResolver] = i18n_patterns(
    # Before allauth's own: the same page, with the same work done for a known address as for a new one.
    path("accounts/signup/", signup, name="account_signup"),
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
    path("", include("community.urls")),
    path("", include("applications.urls")),
    prefix_default_language=False,
)
