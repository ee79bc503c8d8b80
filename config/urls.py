"""The address of every page. English stands without a prefix, other languages under /fr/, /ar/ and so on."""

from allauth.account.decorators import secure_admin_login
from allauth.socialaccount import views as social_views
from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.urls import URLPattern, URLResolver, include, path

from applications.accounts import signup

admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

urlpatterns: list[URLPattern | URLResolver] = i18n_patterns(
    # Before allauth's own: the same page, with the same work done for a known address as for a new one.
    path("accounts/signup/", signup, name="account_signup"),
    # allauth leaves this one behind the sign-in, where whoever failed to sign in cannot read it.
    path(
        "accounts/3rdparty/login/error/",
        login_not_required(social_views.login_error),
        name="socialaccount_login_error",
    ),
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
    path("", include("community.urls")),
    path("", include("applications.urls")),
    prefix_default_language=False,
)

handler400 = "applications.keeping.bad_request"
# 503 with what was typed where the database is what failed.
handler500 = "applications.outage.server_error"
