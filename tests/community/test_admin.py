"""The staff's tool: verbs behind buttons, a rubric that freezes, and lists that cost the same for any number."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from community.models import Criterion, Posting, User
from tests.factories import MembershipFactory, PostingFactory, ProfileFactory, ProjectFactory, RoundFactory

pytestmark = pytest.mark.django_db
LIST = reverse("admin:community_posting_changelist")


def change(posting):
    return reverse("admin:community_posting_change", args=[posting.pk])


def filled(client, posting, **changed):
    """What the change page would send, with some fields changed."""
    form = client.get(change(posting)).context["adminform"].form
    data = {}
    for bound in form:
        value = bound.value()
        widget = bound.field.widget
        if hasattr(widget, "decompress"):
            for number, part in enumerate(widget.decompress(value)):
                data[f"{bound.html_name}_{number}"] = part or ""
        else:
            data[bound.html_name] = "" if value is None else value
    for prefix in ("posting_skills", "criteria", "texts"):
        rows = Criterion.objects.filter(posting=posting) if prefix == "criteria" else []
        data |= {f"{prefix}-TOTAL_FORMS": len(rows), f"{prefix}-INITIAL_FORMS": len(rows)}
        for number, row in enumerate(rows):
            for name in ("id", "name", "weight", "position", "description", "levels"):
                data[f"{prefix}-{number}-{name}"] = getattr(row, name)
            data[f"{prefix}-{number}-posting"] = posting.pk
    return {**data, **changed}


def test_publish_lists_what_is_missing(as_carol):
    posting = PostingFactory(draft=True, places=None, criteria=None)
    page = as_carol.post(change(posting), filled(as_carol, posting, _publish="1"), follow=True).content.decode()
    assert "be published yet." in page
    assert "Enter how many places there are." in page
    assert "Add at least one criterion" in page
    assert Posting.objects.get().state == "draft"


def confirmed(page):
    """What the page's own button sends."""
    sent = re.findall(r'<input type="(?:hidden|submit)"[^>]* name="(action|index|confirm)" value="([^"]*)"', page)
    return {**dict(sent), "_selected_action": re.findall(r'name="_selected_action" value="(\d+)"', page)}


def test_publish_and_close_by_button(as_carol, now):
    posting = PostingFactory(draft=True)
    page = as_carol.post(change(posting), filled(as_carol, posting, _publish="1"), follow=True).content.decode()
    assert "1 posting is public now." in page
    assert Posting.objects.get().state == "published"
    page = as_carol.post(change(posting), filled(as_carol, posting, _close="1")).text
    assert Posting.objects.get().state == "published"
    assert "A closed posting is not opened again." in page
    as_carol.post(LIST, confirmed(page))
    assert Posting.objects.get().state == "closed"


def test_publish_and_close_by_action_tell_of_each_refusal(as_carol):
    good, bad = PostingFactory(draft=True), PostingFactory(draft=True, places=None)
    page = as_carol.post(
        LIST, {"action": "publish_chosen", "_selected_action": [good.pk, bad.pk]}, follow=True
    ).content.decode()
    assert "1 posting is public now." in page
    assert "Enter how many places there are." in page
    asked = as_carol.post(LIST, {"action": "close_chosen", "_selected_action": [good.pk, bad.pk]}).text
    assert Posting.objects.get(pk=good.pk).state == "published"
    assert confirmed(asked)["_selected_action"] == [str(good.pk)]
    assert f"<bdi>{bad.title}</bdi> (draft)" in asked
    as_carol.post(LIST, confirmed(asked))
    assert set(Posting.objects.values_list("state", flat=True)) == {"closed", "draft"}


def test_a_state_is_never_typed(as_carol):
    posting = PostingFactory(draft=True, places=None)
    as_carol.post(change(posting), filled(as_carol, posting, state="published", published_at_0="2026-01-01"))
    assert Posting.objects.get().state == "draft"


def test_a_public_posting_may_not_come_to_lack_a_fact_or_change_its_address(as_carol):
    posting = PostingFactory()
    page = as_carol.post(change(posting), filled(as_carol, posting, summary="", slug="elsewhere")).content.decode()
    assert "Enter a summary: one sentence for the lists." in page
    posting.refresh_from_db()
    assert posting.summary
    assert posting.slug != "elsewhere"


def test_the_rubric_is_frozen_once_published(as_carol):
    posting = PostingFactory()
    row = Criterion.objects.first()
    page = as_carol.get(change(posting)).content.decode()
    assert 'name="criteria-0-name"' not in page
    as_carol.post(change(posting), filled(as_carol, posting, **{"criteria-0-name": "Changed"}))
    assert Criterion.objects.get(pk=row.pk).name == row.name


def test_dates_left_empty_come_from_the_round_and_a_new_posting_gets_the_usual_rubric(as_carol):
    intake = RoundFactory()
    data = {
        "title": "Writer", "slug": "writer", "round": intake.pk, "posting_skills-TOTAL_FORMS": 0,
        "language": "en", "texts-TOTAL_FORMS": 0, "texts-INITIAL_FORMS": 0,
        "posting_skills-INITIAL_FORMS": 0, "criteria-TOTAL_FORMS": 0, "criteria-INITIAL_FORMS": 0,
    }  # fmt: skip
    answer = as_carol.post(reverse("admin:community_posting_add"), data)
    assert answer.status_code == 302, answer.context["errors"]
    posting = Posting.objects.get()
    assert (posting.opens_at, posting.closes_at, posting.decides_on) == (
        intake.opens_at, intake.closes_at, intake.decides_on,
    )  # fmt: skip
    assert len(posting.rubric) == 4


def test_an_opening_after_the_rounds_closing_is_refused_not_a_crash(as_carol, now):
    posting = PostingFactory(draft=True, round=RoundFactory())
    late = posting.round.closes_at + timedelta(days=1)
    data = filled(as_carol, posting, closes_at_0="", closes_at_1="", opens_at_0=f"{late:%Y-%m-%d}", opens_at_1="09:00")
    assert as_carol.post(change(posting), data).status_code == 200


def test_no_role_may_be_called_feed(as_carol):
    posting = PostingFactory(draft=True)
    assert (
        "taken by another page"
        in as_carol.post(change(posting), filled(as_carol, posting, slug="feed")).content.decode()
    )


def test_only_drafts_can_be_deleted(admin_client):
    assert admin_client.get(reverse("admin:community_posting_delete", args=[PostingFactory().pk])).status_code == 403
    assert (
        admin_client.get(reverse("admin:community_posting_delete", args=[PostingFactory(draft=True).pk])).status_code
        == 200
    )


def test_the_page_says_what_is_still_missing_and_when_it_closes(as_carol):
    draft = PostingFactory(draft=True, places=None, round=RoundFactory(time_zone="Africa/Lagos"))
    page = as_carol.get(change(draft)).content.decode()
    assert "Enter how many places there are." in page
    assert " WAT (" in page
    assert as_carol.get(change(Posting.objects.create(title="Bare", slug="bare"))).status_code == 200
    assert "Still missing" not in as_carol.get(reverse("admin:community_posting_add")).text


def test_a_round_says_whose_clocks_its_moments_are_on_and_how_they_are_announced(as_carol, carol):
    carol.time_zone = "Africa/Nairobi"
    carol.save()
    intake = RoundFactory(time_zone="Africa/Lagos")
    page = as_carol.get(reverse("admin:community_round_change", args=[intake.pk])).text
    assert page.count("In your time zone, Africa/Nairobi.") == 2
    assert " WAT (" in page


def test_lists_tell_deadlines_as_they_are_announced(as_carol, carol):
    carol.time_zone = "Africa/Nairobi"
    carol.save()
    PostingFactory(round=RoundFactory(time_zone="Africa/Lagos"))
    for model in ("round", "posting"):
        page = as_carol.get(reverse(f"admin:community_{model}_changelist") + "?o=-4").text
        assert " WAT (" in page
        assert "EAT" not in page


def test_an_account_that_may_only_be_read_shows_neither_password_nor_button(as_carol, admin_client, alice):
    address = reverse("admin:community_user_change", args=[alice.pk])
    assert "id_password" in admin_client.get(address).text
    page = as_carol.get(address).text
    assert alice.email in page
    assert "Reset password" not in page
    assert "algorithm" not in page


def test_profiles_are_filtered_by_whether_they_are_public(as_carol, now):
    public, private = ProfileFactory(published_at=now), ProfileFactory(published_at=None)
    people = reverse("admin:community_profile_changelist")
    for answer, found in (("yes", {public}), ("no", {private})):
        assert set(as_carol.get(f"{people}?public={answer}").context["cl"].result_list) == found


def test_mentors_and_strangers_have_no_business_here(as_bob, stranger):
    for client in (as_bob, stranger):
        assert client.get(LIST).status_code == 302


@pytest.mark.parametrize("model", ["posting", "project", "round", "profile", "skill", "user"])
def test_lists_cost_the_same_for_one_and_for_three(model, admin_client, django_assert_max_num_queries):
    address = reverse(f"admin:community_{model}_changelist")
    counts = []
    for _ in range(2):
        MembershipFactory.create_batch(2, person=ProfileFactory(public=True).user)
        PostingFactory.create_batch(2)
        with django_assert_max_num_queries(20) as queries:
            assert admin_client.get(address).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_people_are_filtered_by_the_countries_that_they_named(admin_client):
    for country, handle in (("KE", "wanjiru"), ("SN", "awa"), ("", "nobody")):
        ProfileFactory(public=True, handle=handle, country=country)
    address = reverse("admin:community_profile_changelist")
    page = admin_client.get(address).content.decode()
    assert re.findall(r"\?country=(\w*)", page) == ["KE", "SN"]
    found = admin_client.get(address, {"country": "SN"}).content.decode()
    assert "awa" in found
    assert "wanjiru" not in found


def test_staff_make_accounts_by_address_in_small_letters(admin_client):
    data = {"email": "New@Example.org", "usable_password": "false"}
    answer = admin_client.post(reverse("admin:community_user_add"), data)
    assert answer.status_code == 302, answer.context["errors"]
    made = User.objects.get(email="new@example.org")
    page = admin_client.get(reverse("admin:community_user_change", args=[made.pk]))
    assert page.status_code == 200
    assert made.password not in page.content.decode()
    assert admin_client.get(reverse("admin:community_user_changelist"), {"q": "new"}).status_code == 200


def test_every_change_page_opens(admin_client):
    membership = MembershipFactory(person=ProfileFactory().user)
    for row in (membership.project, RoundFactory(), membership.person.profile, ProjectFactory(), PostingFactory()):
        name = f"admin:community_{row._meta.model_name}_change"
        assert admin_client.get(reverse(name, args=[row.pk])).status_code == 200


def test_lists_are_filtered_by_having_no_project_in_words(as_carol) -> None:
    PostingFactory(project=None)
    ProjectFactory()
    page = as_carol.get("/admin/community/posting/?project__isnull=True")
    assert re.search(r'<a href="\?project__isnull=True">\s*none</a>', page.text)
