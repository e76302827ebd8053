"""The dispute (矛盾纠纷): everything that a case says of itself."""

from domain.disputes.access_facts import RESOURCES
from domain.disputes.agreements import models as agreement_models
from domain.disputes.agreements.views import VIEWS as SIGNATURES
from domain.disputes.cases import models
from domain.disputes.cases.command_table import COMMANDS
from domain.disputes.cases.court_views import VIEWS as COURT
from domain.disputes.cases.facts import OWN_FACTS, CaseFacts
from domain.disputes.cases.parts import VIEWS as PARTS
from domain.disputes.cases.repository import SET_DUE
from domain.disputes.cases.views import CASE
from domain.disputes.exceptional_actions import models as exceptional_models
from domain.disputes.exceptional_actions.views import VIEWS as EXCEPTIONAL
from domain.disputes.figures import models as figure_models
from domain.disputes.people import models as people_models
from domain.disputes.people.views import VIEWS as STANDING
from domain.disputes.rules.asking import OWN_RULES
from domain.foundation.kernel.rooms import Kind
from domain.law.deadlines.codes import DeadlineKind

KIND = Kind(
    name="disputes",
    resources=RESOURCES,
    policy="policy.csv",
    commands=COMMANDS,
    subject="case",
    needs=("deadlines", "supervision", "tenancy"),
    models=(models, figure_models, exceptional_models, agreement_models, people_models),
    views=(CASE, *PARTS, *STANDING, *EXCEPTIONAL, *COURT, *SIGNATURES),
    rules=OWN_RULES,
    facts=CaseFacts,
    contributes=(OWN_FACTS,),
    example={
        "agreement_signature": {
            "signer": "'mediator'",
            "user_id": "(SELECT id FROM app_user WHERE county_id = {county} ORDER BY id LIMIT 1)",
        },
    },
    shows_deadlines=dict.fromkeys((DeadlineKind.MEDIATION, DeadlineKind.ENTRUSTED_MEDIATION), SET_DUE),
)
