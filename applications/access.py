"""Who may do what: the staff's permissions, and predicates for buttons. Filtering (visible_to, …) is the gate itself."""

from django.contrib.auth.models import Group, Permission

# Deliberately without any "add" on what a verb owns: an application, a review or a decision comes from its verb.
STAFF_PERMISSIONS = [
    "applications.change_application",
    "applications.decide_application",
    "applications.triage_application",
    "applications.view_application",
    "applications.view_assignment",
    "applications.view_decision",
    "applications.view_message",
    "applications.view_review",
    "applications.view_upload",
    *(f"applications.{verb}_{model}" for model in ("form", "section", "question") for verb in ("add", "change", "view")),
    *(f"applications.delete_{model}" for model in ("section", "question")),
    *(f"applications.{verb}_messagetemplate" for verb in ("add", "change", "delete", "view")),
    *(
        f"community.{verb}_{model}"
        for model in ("criterion", "membership", "posting", "postingskill", "profile", "project", "round", "skill")
        for verb in ("add", "change", "view")
    ),
    "community.delete_criterion",
    "community.delete_postingskill",
    "community.view_user",
]


def program_staff_group() -> Group:
    """The group "Program staff" with exactly STAFF_PERMISSIONS, made or brought up to date."""
    group, _created = Group.objects.get_or_create(name="Program staff")
    wanted = [name.split(".") for name in STAFF_PERMISSIONS]
    known = Permission.objects.filter(content_type__app_label__in={app for app, _ in wanted}).select_related(
        "content_type"
    )
    by_name = {(permission.content_type.app_label, permission.codename): permission for permission in known}
    group.permissions.set([by_name[app, codename] for app, codename in wanted])
    return group
