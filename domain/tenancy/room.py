"""Who there is: counties, areas, organisations, people and their memberships; sign-in."""

from domain.foundation.kernel.rooms import Room
from domain.tenancy import models, sign_in_models
from domain.tenancy.access_facts import RESOURCES
from domain.tenancy.views import VIEWS

ROOM = Room(name="tenancy", needs=("policy",), models=(models, sign_in_models), views=VIEWS, resources=RESOURCES)
