"""The register: mediation committees with their terms and members, mediators, how large committees may be."""

from domain.committees import models
from domain.committees.access_facts import RESOURCES
from domain.committees.command_table import COMMANDS
from domain.committees.rules import REGISTER_RULES
from domain.committees.views import VIEWS
from domain.disputes.people.dismissed import AT_WORK_THOUGH_DISMISSED
from domain.foundation.kernel.facts import contribution, count_of
from domain.foundation.kernel.rooms import Room

# A committee has the key of its organisation.
_OF_AN_ORGANISATION = (
    "(SELECT {column} FROM organisation WHERE county_id = {{county}}"
    " ORDER BY kind <> 'mediation_committee', name NOT LIKE '海宴%', id LIMIT 1)"
)

ROOM = Room(
    name="committees",
    resources=RESOURCES,
    policy="policy.csv",
    commands=COMMANDS,
    needs=("disputes", "supervision", "tenancy"),
    models=(models,),
    views=VIEWS,
    rules=REGISTER_RULES,
    contributes=(
        contribution(
            "case",
            {"mediators_dismissed": count_of("case_mediator", "case_id", AT_WORK_THOUGH_DISMISSED.format(m="f"))},
        ),
    ),
    example={
        "committee_size": {"fewest": "3", "most": "9"},
        "committee_term": {"fewest": "3", "most": "9", "ends_on": "current_date + 1"},
        "mediation_committee": {name: _OF_AN_ORGANISATION.format(column=name) for name in ("id", "town_id")},
        "mediator": {
            "town_id": "(SELECT town_id FROM mediation_committee WHERE county_id = {county} ORDER BY id LIMIT 1)"
        },
    },
)
