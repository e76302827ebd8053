"""The dispute (矛盾纠纷): everything that a case says of itself."""

from domain.cases import figure_models, models, off_road_models, signature_models, standing_models
from domain.cases.access_facts import RESOURCES
from domain.cases.command_table import COMMANDS
from domain.cases.court_views import VIEWS as COURT
from domain.cases.facts import OWN_FACTS, CaseFacts
from domain.cases.off_road_views import VIEWS as OFF_ROAD
from domain.cases.parts import VIEWS as PARTS
from domain.cases.repository import SET_DUE
from domain.cases.rules import OWN_RULES
from domain.cases.signature_views import VIEWS as SIGNATURES
from domain.cases.standing_views import VIEWS as STANDING
from domain.cases.views import CASE
from domain.codes.enums import DeadlineKind
from domain.kernel_of_work.rooms import Kind

KIND = Kind(
    name="cases",
    resources=RESOURCES,
    policy="policy.csv",
    commands=COMMANDS,
    subject="case",
    needs=("deadlines", "supervision", "tenancy"),
    models=(models, figure_models, off_road_models, signature_models, standing_models),
    views=(CASE, *PARTS, *STANDING, *OFF_ROAD, *COURT, *SIGNATURES),
    rules=OWN_RULES,
    facts=CaseFacts,
    contributes=(OWN_FACTS,),
    shows_deadlines=dict.fromkeys((DeadlineKind.MEDIATION, DeadlineKind.ENTRUSTED_MEDIATION), SET_DUE),
)
