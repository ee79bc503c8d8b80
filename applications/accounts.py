"""Accounts: allauth in this site's voice. Its mail goes through the outbox; no page tells who has an account.

Called by allauth only, through the settings ACCOUNT_*, MFA_* and SOCIALACCOUNT_FORMS, and by config/urls.py.
Never sends mail in a request: a request neither waits for a mail server nor takes longer for a known address.
"""

import base64
import hashlib
import uuid
from typing import Any

from allauth.account import forms as account_forms
from allauth.account import views as account_views
from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context as allauth_context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.base import forms as mfa_forms
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes import forms as recovery_forms
from allauth.mfa.totp import forms as totp_forms
from allauth.mfa.webauthn import forms as webauthn_forms
from allauth.socialaccount import forms as social_forms
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialApp
from cryptography.fernet import Fernet, MultiFernet
from django import forms
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import MinimumLengthValidator
from django.core.validators import MaxLengthValidator
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django.utils import timezone
from django.utils.encoding import force_bytes
from django.utils.safestring import mark_safe
from django.utils.translation import gettext, gettext_noop, ngettext
from django.utils.translation import gettext_lazy as _

from applications import notifications
from applications.models import Assignment
from community.models import User

Words = dict[str, Any]

# Labels of allauth's forms, whose own Arabic speaks of source code.
ALLAUTHS_OWN = (gettext_noop("Code"), gettext_noop("Authenticator code"))


# What allauth calls upon ---------------------------------------------------------------------------


class AccountAdapter(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | {
        "account_inactive": _("This account is closed. Write to us if you think that it should not be."),
        "duplicate_email": _("This is already the address of your account. Enter another one."),
        "email_password_mismatch": _(
            "This address and this password do not belong together. Check both, or ask for a code by e-mail."
        ),
        "email_taken": _("This address cannot be used for your account. Enter another one."),
        "enter_current_password": _("Enter the password that you use now."),
        "incorrect_code": _("This is not the code. Check the newest message from us, and enter it again."),
        "incorrect_password": _("This is not your password. Enter it again."),
        "invalid_password_reset": _("This link no longer works. Ask for a new one."),
        "rate_limited": _("That was tried too often. Wait a minute, then try again."),
        "same_as_current": _("This is already the address of your account. Enter another one."),
        "too_many_login_attempts": _(
            "That was tried too often. Wait five minutes, or ask for a code by e-mail instead."
        ),
    }

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """A row in the outbox. Secret: most of these hold a code, and none is worth keeping once sent."""
        context = {
            "request": allauth_context.request,
            "email": email,
            "program_name": settings.PROGRAM_NAME,
            "site_url": settings.SITE_URL,
        } | context
        message = self.render_mail(template_prefix, email, context)
        person = context.get("user")
        notifications.write(
            f"account:{uuid.uuid4().hex}",
            to=email,
            subject=str(message.subject),
            body=str(message.body),
            at=timezone.now(),
            person=person if person is not None and person.pk else None,
            is_secret=True,
        )

    def save_user(self, request: HttpRequest, user: User, form: forms.BaseForm, commit: bool = True) -> User:
        """As allauth's, with the hash that SignupView made; a person from GitHub or Google has no password."""
        user.email = form.cleaned_data["email"]
        user.password = getattr(form, "password_hash", user.password)
        if commit:
            user.save()
        return user

    def set_password(self, user: User, password: str) -> None:
        """The password and nothing else. Hashing takes long: allauth's own would write back what staff took away
        from the account meanwhile."""
        user.set_password(password)
        user.save(update_fields=["password"])

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Where a person most likely wants to go: staff to the admin, mentors to their queue, others home to theirs."""
        if request.user.is_staff:
            return resolve_url("admin:index")
        if Assignment.objects.reviewable_by(request.user).exists():
            return resolve_url("review_queue")
        return resolve_url("my_applications")

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return resolve_url("account_email")


class LongEnough(MinimumLengthValidator):
    """Django's own, in words that every language of the site has."""

    def get_error_message(self) -> str:
        return ngettext(
            "Use %(count)d character or more for your password.",
            "Use %(count)d characters or more for your password.",
            self.min_length,
        ) % {"count": self.min_length}


class SocialAccountAdapter(DefaultSocialAccountAdapter):
    def get_app(self, request: HttpRequest, provider: str, client_id: str | None = None) -> SocialApp:
        """A provider that the environment does not switch on does not exist, at its own addresses too."""
        try:
            return super().get_app(request, provider, client_id)
        except SocialApp.DoesNotExist:
            raise Http404 from None


class MFAAdapter(DefaultMFAAdapter):
    """Secrets of authenticator apps are kept encrypted: a copy of the database alone opens no account."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": _("This is not the code. Wait for the next one in your app, and enter that."),
    }

    def build_totp_svg(self, url: str) -> str:
        """The bare <svg> element, to stand in the page: the CSP allows no data: image."""
        drawn = super().build_totp_svg(url)
        return mark_safe(drawn[drawn.index("<svg") :].replace("<svg", '<svg class="qr" aria-hidden="true"', 1))  # noqa: S308 - drawn here

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return super().get_public_key_credential_rp_entity() | {"name": settings.PROGRAM_NAME}

    def generate_authenticator_name(self, user: User, type: Authenticator.Type) -> str:
        return gettext("Key %(number)d") % {"number": Authenticator.objects.filter(user=user, type=type).count() + 1}

    def encrypt(self, text: str) -> str:
        return _box().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _box().decrypt(encrypted_text.encode()).decode()


def _box() -> MultiFernet:
    """Keyed by SECRET_KEY, reading what SECRET_KEY_FALLBACKS wrote."""
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet(
        [Fernet(base64.urlsafe_b64encode(hashlib.sha256(b"mfa secrets:" + force_bytes(key)).digest())) for key in keys]
    )


# Sign-up takes the same time for a known address as for a new one -----------------------------------


class SignupView(account_views.SignupView):
    def form_valid(self, form: Any) -> HttpResponse:
        """The account and the message with its code are written together, or neither is.

        The password is hashed first: inside the transaction, SQLite's one writer would wait for it.
        """
        form.password_hash = make_password(form.cleaned_data["password1"])
        with transaction.atomic():
            return super().form_valid(form)


signup = SignupView.as_view()


# Forms: labels and messages that say what to do ------------------------------------------------------

LABELS: Words = {
    "email": _("E-mail address"),
    "login": _("E-mail address"),
    "remember": _("Stay signed in on this device"),
    "oldpassword": _("Password now"),
    "password2": _("New password, once more"),
    "passwordless": _("Sign in with this key alone"),
    "name": _("Name of this key"),
}
HINTS: Words = {
    "password1": _("Ten characters or more. A few words in a row are easy to keep and hard to guess."),
    "remember": _("Leave this empty on a device that others use."),
    "passwordless": _("Your device will ask for a fingerprint, a face or a PIN instead of your password."),
    "name": _("So that you know it from others, such as “my phone”."),
}
MISSING: Words = {
    "email": _("Enter your e-mail address"),
    "login": _("Enter your e-mail address"),
    "password": _("Enter your password"),
    "password1": _("Enter a password"),
    "password2": _("Enter the new password once more"),
    "oldpassword": _("Enter the password that you use now"),
    "code": _("Enter the code"),
    "name": _("Enter a name for this key"),
    "account": _("Choose which one to remove"),
    "credential": _("Your device gave no answer. Try again, or use another way."),
}


class InOurWords:
    """A form of allauth's with this site's labels and messages, without placeholders, the browser's checks off."""

    use_required_attribute = False
    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            field.label = LABELS.get(name, field.label)
            if name == "password1" and "password2" in self.fields:
                field.label = _("New password")
            field.help_text = HINTS.get(name, field.help_text)
            field.error_messages["required"] = MISSING.get(name, field.error_messages.get("required", ""))
            if isinstance(field, forms.EmailField):
                field.error_messages["invalid"] = _("Enter an e-mail address, such as name@example.org")
                # As long as the database keeps; longer ones would fail there.
                field.validators.append(MaxLengthValidator(254))
            if name == "code":
                field.widget.attrs |= {"autocapitalize": "characters", "spellcheck": "false"}


class LoginForm(InOurWords, account_forms.LoginForm):
    pass


class SignupForm(InOurWords, account_forms.SignupForm):
    password_hash: str
    account_already_exists: bool

    def try_save(self, request: HttpRequest) -> tuple[User | None, HttpResponse | None]:
        """As allauth's; for a known address, after the same work on an account that is never kept."""
        if self.account_already_exists:
            known = self.cleaned_data["email"]
            self.account_already_exists = False
            with transaction.atomic():
                self.cleaned_data["email"] = f"{uuid.uuid4().hex}@nobody.invalid"
                self.save(request)
                transaction.set_rollback(True)
            self.cleaned_data["email"] = known
            self.account_already_exists = True
        return super().try_save(request)


class AddEmailForm(InOurWords, account_forms.AddEmailForm):
    pass


class ChangePasswordForm(InOurWords, account_forms.ChangePasswordForm):
    pass


class SetPasswordForm(InOurWords, account_forms.SetPasswordForm):
    pass


class ResetPasswordForm(InOurWords, account_forms.ResetPasswordForm):
    pass


class ResetPasswordKeyForm(InOurWords, account_forms.ResetPasswordKeyForm):
    pass


class ReauthenticateForm(InOurWords, account_forms.ReauthenticateForm):
    pass


class RequestLoginCodeForm(InOurWords, account_forms.RequestLoginCodeForm):
    pass


class ConfirmLoginCodeForm(InOurWords, account_forms.ConfirmLoginCodeForm):
    pass


class ConfirmEmailVerificationCodeForm(InOurWords, account_forms.ConfirmEmailVerificationCodeForm):
    pass


class ConfirmPasswordResetCodeForm(InOurWords, account_forms.ConfirmPasswordResetCodeForm):
    pass


class AuthenticateForm(InOurWords, mfa_forms.AuthenticateForm):
    pass


class MFAReauthenticateForm(InOurWords, mfa_forms.ReauthenticateForm):
    pass


class ActivateTOTPForm(InOurWords, totp_forms.ActivateTOTPForm):
    pass


class GenerateRecoveryCodesForm(InOurWords, recovery_forms.GenerateRecoveryCodesForm):
    pass


class AddWebAuthnForm(InOurWords, webauthn_forms.AddWebAuthnForm):
    pass


class EditWebAuthnForm(InOurWords, webauthn_forms.EditWebAuthnForm):
    pass


class SocialSignupForm(InOurWords, social_forms.SignupForm):
    pass


class DisconnectForm(InOurWords, social_forms.DisconnectForm):
    pass
