"""Projects, and who belongs to them in which role."""

from django.contrib import admin

from community.admin.naming import WHOLE_ADDRESSES, HintedChoices, NamedChoices, NamedFields
from community.models import Membership, Project


class MembershipInline(NamedChoices, admin.TabularInline):
    model = Membership
    formset = NamedFields
    extra = 0
    autocomplete_fields = ["person", "posting"]
    fields = ["person", "kind", "role", "posting", "started_on", "ended_on"]


@admin.register(Project)
class ProjectAdmin(HintedChoices, admin.ModelAdmin):
    formfield_overrides = WHOLE_ADDRESSES
    inlines = [MembershipInline]
    list_display = ["name", "licence", "is_listed"]
    list_filter = ["is_listed"]
    search_fields = ["name", "summary"]
    prepopulated_fields = {"slug": ["name"]}
