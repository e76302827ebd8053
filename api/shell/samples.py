"""Loading a sample place whole: its rows, then its histories, whose every step passes the gate like anybody's command."""

from authz.enforcer import Policies
from authz.facts import Facts, facts_in_place
from authz.gate import Gate
from domain.disputes.people.commands import AddNote
from domain.foundation.basics.clock import Clock
from domain.foundation.basics.grant import Grant
from domain.foundation.database.session import Session
from domain.places.loader import Progress, load_place, quiet, read_model
from domain.places.player import Intent, Permit, play
from domain.places.register import RegisterAction
from domain.places.register_player import RegisterIntent
from domain.places.work_player import WorkIntent
from domain.registry import metadata


async def load_sample(
    application_url: str, authentication_url: str, place: str, *, clock: Clock, progress: Progress = quiet
) -> None:
    """Load the place of that name, as `load_place`, and play its histories, as `play`. Repeated, it changes nothing."""
    # Every table must be known before a row is written that refers to one.
    assert metadata.tables
    await load_place(application_url, authentication_url, place, clock=clock, progress=progress)
    await play(application_url, read_model(place), permit(Policies()), clock=clock, progress=progress)


def permit(policies: Policies) -> Permit:
    """The gate, under the policy in force, as those who play histories ask it."""

    async def ask(session: Session, intent: Intent | RegisterIntent | WorkIntent) -> Grant:
        gate = Gate(policies.current, intent.actor, lambda: intent.now)
        if isinstance(intent, RegisterIntent):
            resource = "mediator" if intent.action is RegisterAction.DISMISS else "committee"
            return await gate.require(session, resource, intent.action, intent.subject_id)
        if isinstance(intent, WorkIntent):
            resource, action = intent.command.resource, intent.command.action
            if intent.place is not None:
                return await gate.require_create(session, facts_in_place(resource, intent.actor, intent.place), action)
            assert intent.subject_id is not None
            return await gate.require(session, resource, action, intent.subject_id)
        if intent.case_id is None:
            return await gate.require_create(session, _new_case(intent), intent.action)
        if isinstance(intent.command, AddNote):
            return await gate.require_note(session, intent.case_id, intent.command.visibility, intent.command.side)
        return await gate.require(session, "case", intent.action, intent.case_id)

    return ask


def _new_case(intent: Intent) -> Facts:
    assert intent.location is not None
    place, centre = intent.location.place, intent.location.centre
    return facts_in_place("case", intent.actor, place, organisation_id=centre.id, court_id=intent.court_id)
