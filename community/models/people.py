"""People: an account is an e-mail address; a profile is what its owner chooses to show."""

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser, BaseUserManager, PermissionsMixin
from django.core.validators import MinLengthValidator, RegexValidator
from django.db import models
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_countries.fields import CountryField


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """A saved account. Without a password it can sign in by a code sent to its address only."""
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=(username or "").lower())


class User(AbstractBaseUser, PermissionsMixin):
    email = models.EmailField(_("e-mail address"), unique=True)
    is_active = models.BooleanField(
        _("active"), default=True, help_text=_("Off: the person can no longer sign in. Nothing is deleted.")
    )
    is_staff = models.BooleanField(_("staff"), default=False, help_text=_("May sign in to this admin."))
    joined_at = models.DateTimeField(_("joined"), default=timezone.now, editable=False)
    time_zone = models.CharField(
        _("time zone"), max_length=64, blank=True, help_text=_("Times are shown in it. Empty: each role's own zone.")
    )

    language = models.CharField(
        _("language"), max_length=10, blank=True, help_text=_("Letters are written in it. Empty: English.")
    )

    objects: ClassVar[UserManager] = UserManager()

    EMAIL_FIELD = "email"
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        constraints = [
            models.CheckConstraint(condition=models.Q(email=Lower("email")), name="user_email_is_lower_case"),
        ]

    def __str__(self) -> str:
        return self.email


class Skill(models.Model):
    name = models.CharField(_("name"), max_length=60, unique=True)
    slug = models.SlugField(_("address"), max_length=60, unique=True)

    class Meta:
        verbose_name = _("skill")
        verbose_name_plural = _("skills")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class ProfileQuerySet(models.QuerySet["Profile"]):
    def public(self) -> "ProfileQuerySet":
        return self.filter(published_at__isnull=False, user__is_active=True)

    def visible_to(self, user: "User | AnonymousUser") -> "ProfileQuerySet":
        """The public ones, and one's own: its owner sees the page as others would."""
        own = models.Q(user_id=user.pk) if user.is_authenticated else models.Q(pk__in=[])
        return self.filter(models.Q(published_at__isnull=False, user__is_active=True) | own)


class Profile(models.Model):
    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="profile", verbose_name=_("account"))
    handle = models.CharField(
        _("handle"),
        max_length=40,
        unique=True,
        validators=[
            MinLengthValidator(3),
            RegexValidator(
                r"^[a-z0-9]+(-[a-z0-9]+)*\Z",
                _("Use small letters a to z, digits and single hyphens, such as amina-o."),
            ),
        ],
        help_text=_("The end of your page's address: small letters, digits and hyphens."),
    )
    name = models.CharField(_("name"), max_length=120, help_text=_("As you want to be called in public."))
    headline = models.CharField(_("headline"), max_length=160, blank=True, help_text=_("One line about you."))
    bio = models.TextField(_("about you"), max_length=5000, blank=True, help_text=_("Markdown is welcome."))
    country = CountryField(_("country"), blank=True)
    website = models.URLField(_("website"), blank=True)
    code_host = models.URLField(
        _("code"), blank=True, help_text=_("Your page on GitHub, GitLab, Codeberg or elsewhere.")
    )
    skills = models.ManyToManyField(Skill, blank=True, related_name="profiles", verbose_name=_("skills"))
    published_at = models.DateTimeField(_("public since"), null=True, blank=True, editable=False)

    objects: ClassVar[Any] = ProfileQuerySet.as_manager()

    class Meta:
        verbose_name = _("profile")
        verbose_name_plural = _("profiles")
        ordering = ["name", "handle"]

    def __str__(self) -> str:
        return self.name or self.handle

    def get_absolute_url(self) -> str:
        return reverse("person", args=[self.handle])

    @property
    def is_public(self) -> bool:
        return self.published_at is not None
