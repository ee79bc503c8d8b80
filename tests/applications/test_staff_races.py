"""Staff against staff, the applicant and the worker at the same moment: one consistent end, and a sentence to the rest."""

from datetime import timedelta

import pytest
from django.urls import reverse

from applications import answering, corresponding, deciding, drafting, erasing, lifecycle, reviewing, revising, triage
from applications.models import Application, Assignment, Decision, HistoryEntry, Letter, Message
from applications.models.decisions import Outcome
from applications.states import Action, Event, Status
from community.models import Membership, User
from tests import factories
from tests.cast import signed_in
from tests.racing import all_at_once

pytestmark = pytest.mark.django_db(transaction=True)

ROUNDS = 4


@pytest.fixture
def dan(carol) -> User:
    """A second member of the staff."""
    person = factories.UserFactory(email="dan@example.org", is_staff=True)
    person.groups.set(carol.groups.all())
    return person


@pytest.fixture
def decision(posting, alice) -> Decision:
    return factories.DecisionFactory(
        application=factories.ApplicationFactory(posting=posting, applicant=alice, status=Status.SHORTLISTED),
        outcome=Outcome.DECLINE,
    )


def fresh(decision: Decision) -> Decision:
    return Decision.objects.get(pk=decision.pk)


def test_what_was_taken_off_the_clock_a_moment_ago_is_not_released(decision, carol, now) -> None:
    """The worker had read it as due before staff took its time away."""
    Decision.objects.update(release_at=now)
    as_the_worker_read_it = fresh(decision)
    deciding.schedule([fresh(decision)], None, by=carol, at=now)
    released = deciding.release([as_the_worker_read_it], by=None, at=now)
    assert (released.count, [sentence for _it, sentence in released.skipped]) == (0, [lifecycle.raced()])
    assert Application.objects.get().status == Status.SHORTLISTED
    assert not Message.objects.exists()


def test_of_two_times_set_at_once_one_is_set_and_the_other_is_told(decision, carol, dan, now) -> None:
    for hours in range(1, 1 + 2 * ROUNDS, 2):
        times = {carol: now + timedelta(hours=hours), dan: now + timedelta(hours=hours + 1)}
        read = {person: fresh(decision) for person in times}
        done = all_at_once(
            [
                lambda mine=read[person], person=person, at=at: deciding.schedule([mine], at, by=person, at=now)
                for person, at in times.items()
            ]
        )
        assert sorted(it.count for it in done) == [0, 1]
        won = next(person for person, it in zip(times, done, strict=True) if it.count)
        assert fresh(decision).release_at == times[won]
        (lost,) = (it for it in done if not it.count)
        assert lost.skipped[0][1] == lifecycle.raced()


def test_a_decision_whose_time_was_just_set_is_not_taken_back_unseen(decision, carol, now) -> None:
    as_read = fresh(decision)
    deciding.schedule([fresh(decision)], now + timedelta(hours=1), by=carol, at=now)
    with pytest.raises(lifecycle.Raced):
        deciding.unstage(as_read, by=carol, at=now)
    assert fresh(decision).release_at == now + timedelta(hours=1)


def test_release_and_taking_back_at_once_do_one_of_both(posting, carol, dan, now) -> None:
    for _round in range(ROUNDS):
        decision = factories.DecisionFactory(
            application=factories.ApplicationFactory(posting=posting, status=Status.SHORTLISTED),
            outcome=Outcome.DECLINE,
        )
        released, taken = all_at_once(
            [
                lambda decision=decision: deciding.release([decision], by=carol, at=now),
                lambda decision=decision: deciding.unstage(decision, by=dan, at=now),
            ]
        )
        application = Application.objects.get(pk=decision.application_id)
        was_released = application.status == Status.DECLINED
        assert released.count == was_released
        assert isinstance(taken, deciding.DecidingRefused) == was_released
        assert bool(released.skipped) != was_released
        assert Message.objects.filter(application=application).count() == was_released
        assert Decision.objects.filter(application=application).count() == was_released


def test_two_who_stage_and_one_who_withdraws_end_in_one_state(posting, carol, dan, now) -> None:
    for _round in range(ROUNDS):
        application = factories.ApplicationFactory(posting=posting, status=Status.SHORTLISTED)
        person = application.applicant
        read = [Application.objects.get(pk=application.pk) for _ in range(3)]

        def stage(mine: Application, by: User) -> Decision:
            return deciding.stage(mine, Outcome.DECLINE, subject="No", body="Not now.", by=by, at=now)

        first, second, _left = all_at_once(
            [
                lambda read=read: stage(read[0], carol),
                lambda read=read: stage(read[1], dan),
                lambda read=read, person=person: drafting.withdraw(read[2], by=person, at=now),
            ]
        )
        assert Application.objects.get(pk=application.pk).status == Status.WITHDRAWN
        assert not Decision.objects.filter(application=application).exists()
        staged = [it for it in (first, second) if isinstance(it, Decision)]
        assert len(staged) <= 1
        assert all(isinstance(it, lifecycle.Refused) for it in (first, second) if it not in staged)
        assert HistoryEntry.objects.filter(application=application, action=Event.STAGE).count() == len(staged)


def test_released_or_withdrawn_never_both(posting, carol, now) -> None:
    for _round in range(ROUNDS):
        application = factories.ApplicationFactory(posting=posting, status=Status.SHORTLISTED)
        decision = factories.DecisionFactory(application=application, outcome=Outcome.DECLINE)
        released, withdrawn = all_at_once(
            [
                lambda decision=decision: deciding.release([decision], by=carol, at=now),
                lambda it=application: drafting.withdraw(it, by=it.applicant, at=now),
            ]
        )
        application.refresh_from_db()
        if released.count:
            assert application.status == Status.DECLINED
            assert isinstance(withdrawn, lifecycle.Refused)
        else:
            assert application.status == Status.WITHDRAWN
            assert withdrawn is None
            assert released.skipped
        assert application.messages.count() == 1
        assert application.history.count() == 1


def test_two_different_steps_at_once_leave_one_line_and_one_sentence(posting, carol, dan, now) -> None:
    for _round in range(ROUNDS):
        application = factories.ApplicationFactory(posting=posting, status=Status.SUBMITTED)
        read = [Application.objects.get(pk=application.pk) for _ in range(2)]
        results = all_at_once(
            [
                lambda read=read: triage.shortlist(read[0], by=carol, at=now),
                lambda read=read: triage.send_to_review(read[1], by=dan, at=now),
            ]
        )
        assert [type(it) for it in results if it is not None] == [lifecycle.Raced]
        assert application.history.count() == 1


def test_changes_sent_while_a_decision_goes_out_are_in_it_or_refused(posting, carol, now) -> None:
    for number in range(ROUNDS):
        draft = factories.ApplicationFactory(posting=posting, answers={"why": "As sent."})
        person = draft.applicant
        application = drafting.submit(draft, by=person, at=now)
        decision = deciding.stage(application, Outcome.DECLINE, subject="No", body="No.", by=carol, at=now)
        copy = revising.change_answers(application, by=person, at=now)
        why = copy.answers.get(question__key="why")
        type(why).objects.filter(pk=why.pk).update(value=f"As changed {number}.")
        released, sent = all_at_once(
            [
                lambda decision=decision: deciding.release([decision], by=carol, at=now),
                lambda it=application, by=person: revising.send_changes(it, by=by, at=now),
            ]
        )
        application.refresh_from_db()
        if released.count:
            assert isinstance(sent, drafting.DraftingRefused)
            assert application.status == Status.DECLINED
            assert application.revisions.count() == 1
        else:
            assert application.revisions.count() == 2
            assert application.status == Status.SUBMITTED
            assert not application.decisions.exists()
            assert released.skipped


def test_an_offer_accepted_turned_down_and_lapsed_at_once_has_one_end(posting, now) -> None:
    for _round in range(ROUNDS):
        application = factories.ApplicationFactory(
            posting=posting, status=Status.OFFERED, decision__answer_by=now + timedelta(seconds=1)
        )
        person = application.applicant
        all_at_once(
            [
                lambda it=application, by=person: answering.accept_offer(it, by=by, at=now),
                lambda it=application, by=person: answering.turn_down_offer(it, by=by, at=now),
                lambda: answering.expire_offers(now + timedelta(seconds=2)),
            ]
        )
        application.refresh_from_db()
        assert application.status in {Status.ACCEPTED, Status.TURNED_DOWN, Status.LAPSED}
        assert Membership.objects.filter(person=person).count() == (application.status == Status.ACCEPTED)
        assert application.messages.count() == 1
        ends = [Action.ACCEPT, Action.TURN_DOWN, Action.LAPSE]
        assert application.history.filter(action__in=ends).count() == 1


def test_staff_and_worker_release_one_decision_once(posting, carol, now) -> None:
    for _round in range(ROUNDS):
        decision = fresh(
            factories.DecisionFactory(
                application=factories.ApplicationFactory(posting=posting, status=Status.SHORTLISTED),
                outcome=Outcome.DECLINE,
                release_at=now,
            )
        )
        results = all_at_once(
            [
                lambda decision=decision: deciding.release([decision], by=carol, at=now).count,
                *[lambda: deciding.release_due(now)] * 3,
            ]
        )
        assert sorted(results) == [0, 0, 0, 1]
        assert Message.objects.filter(application=decision.application_id).count() == 1


def test_a_mentor_erased_while_being_asked_leaves_no_address(posting, project, carol, now) -> None:
    for number in range(ROUNDS):
        mentor = factories.UserFactory(email=f"mentor{number}@example.org")
        factories.MembershipFactory(mentor=True, person=mentor, project=project)
        application = factories.ApplicationFactory(posting=posting, status=Status.IN_REVIEW)
        asked, _gone = all_at_once(
            [
                lambda it=application, mentor=mentor: triage.assign(it, mentor, by=carol, at=now),
                lambda mentor=mentor: erasing.erase(mentor, at=now),
            ]
        )
        assert isinstance(asked, Assignment | triage.TriageRefused), asked
        assert not HistoryEntry.objects.filter(note__contains=f"mentor{number}@").exists()
        assert not User.objects.filter(email=mentor.email).exists()
        letters = Message.objects.filter(to=mentor.email).exclude(key__startswith="erased:")
        assert not letters.exists()


def test_a_mentor_erased_while_their_assignments_end_leaves_no_address(posting, project, carol, now) -> None:
    for number in range(ROUNDS):
        mentor = factories.UserFactory(email=f"mentor{number}@example.org")
        factories.MembershipFactory(mentor=True, person=mentor, project=project)
        factories.AssignmentFactory(
            application=factories.ApplicationFactory(posting=posting, status=Status.IN_REVIEW),
            mentor=mentor,
            assigned_by=carol,
        )
        factories.ApplicationFactory(posting=posting, applicant=mentor, status=Status.SUBMITTED)
        ended, erased = all_at_once([lambda: reviewing.end_conflicts(now), lambda it=mentor: erasing.erase(it, at=now)])
        assert ended in {0, 1}
        assert not isinstance(erased, Exception)
        assert not HistoryEntry.objects.filter(note__contains=f"mentor{number}@").exists()
        assert not Message.objects.filter(to=mentor.email).exclude(key__startswith="erased:").exists()


def test_staff_write_to_somebody_who_is_being_erased(posting, carol, now) -> None:
    application = factories.ApplicationFactory(posting=posting, status=Status.SUBMITTED)
    person = application.applicant
    written, erased = all_at_once(
        [
            lambda: corresponding.write_letter(application, "Hello.", by=carol, at=now),
            lambda: erasing.erase(person, at=now),
        ]
    )
    assert isinstance(written, Letter | lifecycle.Raced), written
    assert not isinstance(erased, Exception)
    assert not Application.objects.exists()
    assert list(Message.objects.values_list("key", flat=True)) == [f"erased:{erased.code}"]


def test_confirming_what_another_has_changed_since_the_page_was_drawn_says_so(decision, carol, dan, now) -> None:
    """Each step, pressed on a page that is out of date: nothing changes, and the sentence is there."""
    address = reverse("admin:applications_application_step", args=["release"]) + f"?codes={decision.application.code}"
    browser = signed_in(carol)
    page = browser.get(address).content.decode()
    seen = page.split('name="seen" value="')[1].split('"')[0]
    deciding.schedule([fresh(decision)], now + timedelta(hours=3), by=dan, at=now)
    answer = browser.post(address, {"seen": seen, "confirm": "1"}, follow=True)
    assert lifecycle.raced() in answer.content.decode()
    assert Application.objects.get().status == Status.SHORTLISTED
