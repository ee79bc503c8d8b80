"""Accounts, profiles, the skills to choose from, and where somebody is signed in."""

from typing import Any

from allauth.usersessions.admin import UserSessionAdmin as AllauthSessionAdmin
from allauth.usersessions.models import UserSession
from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as BaseUserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from community.admin.filters import PublicFilter
from community.admin.holding import HoldsItsRow
from community.admin.naming import WHOLE_ADDRESSES, NamedChoices
from community.models import Profile, Skill, User


class UserCreation(AdminUserCreationForm):
    class Meta:
        model = User
        fields = ["email"]

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).lower()


class UserChange(UserChangeForm):
    class Meta:
        model = User
        fields = ["email", "is_active", "is_staff", "is_superuser", "groups", "user_permissions", "time_zone"]

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).lower()


@admin.register(User)
class UserAdmin(HoldsItsRow, BaseUserAdmin):
    form = UserChange
    add_form = UserCreation
    fieldsets = (
        (None, {"fields": ["email", "password", "time_zone"]}),
        (
            _("What the account may do"),
            {"fields": ["is_active", "is_staff", "is_superuser", "groups", "user_permissions"]},
        ),
        (_("Dates"), {"fields": ["joined_at", "last_login"]}),
    )
    add_fieldsets = ((None, {"classes": ["wide"], "fields": ["email", "usable_password", "password1", "password2"]}),)
    readonly_fields = ["joined_at", "last_login"]
    list_display = ["email", "is_staff", "is_active", "joined_at"]
    list_filter = ["is_staff", "is_active", "groups"]
    search_fields = ["email"]
    ordering = ["email"]

    def get_fieldsets(self, request: HttpRequest, obj: User | None = None) -> Any:
        """Who may not change an account is not shown how its password is kept, nor a button that refuses them."""
        fieldsets = super().get_fieldsets(request, obj)
        if obj is None or self.has_change_permission(request, obj):
            return fieldsets
        return [
            (title, {**more, "fields": [name for name in more["fields"] if name != "password"]})
            for title, more in fieldsets
        ]

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        """By the filters beside the list alone: else an address tells who has begun, written or asked for something."""
        return lookup.partition("__")[0] in self.list_filter


class CountryFilter(admin.SimpleListFilter):
    """The countries that people named, not all there are."""

    title = _("country")
    parameter_name = "country"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        codes = set(Profile.objects.order_by().values_list("country", flat=True).distinct())
        return [(code, str(name)) for code, name in Profile._meta.get_field("country").flatchoices if code in codes]

    def queryset(self, request: HttpRequest, queryset: "QuerySet[Profile]") -> "QuerySet[Profile]":
        return queryset.filter(country=self.value()) if self.value() else queryset


@admin.register(Profile)
class ProfileAdmin(HoldsItsRow, NamedChoices, admin.ModelAdmin):
    formfield_overrides = WHOLE_ADDRESSES | {models.ManyToManyField: {"widget": forms.CheckboxSelectMultiple}}
    list_display = ["name", "handle", "country", "published_at"]
    list_filter = [PublicFilter, CountryFilter]
    search_fields = ["name", "handle", "user__email"]
    autocomplete_fields = ["user"]
    readonly_fields = ["published_at"]


@admin.register(Skill)
class SkillAdmin(admin.ModelAdmin):
    list_display = ["name", "slug"]
    search_fields = ["name"]
    prepopulated_fields = {"slug": ["name"]}


admin.site.unregister(UserSession)


@admin.register(UserSession)
class UserSessionAdmin(AllauthSessionAdmin):
    # allauth searches by a user name, which nobody has here.
    search_fields = ["user__email", "ip"]
