"""From the files of a place to the rows of its organisation tree: areas, partners, jurisdictions, frameworks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.codes.enums import AreaKind
from domain.foundation.basics.clock import CHINA
from domain.places.invention import Invention
from domain.places.rows import Rows
from domain.places.specification import AreaSpec, PartnerSpec, Place, PlaceError
from domain.tenancy import division_codes

# Areas are the same whichever place's files name them (two places may share a city): their ids know no place.
AREAS = Invention("areas")
AREAS_SINCE = datetime(2022, 1, 1, tzinfo=CHINA)


@dataclass(frozen=True, slots=True)
class Node:
    """An organisation with its id and the level columns of where it is."""

    id: UUID
    county_id: int
    key: str
    kind: str
    name: str
    short_name: str | None
    number_word: str | None
    town_id: UUID | None = None
    community_id: UUID | None = None
    grid_id: UUID | None = None


class Tenants:
    """The organisations of a place, by key; made and checked when constructed.

    Raises PlaceError when a key is unknown or used twice, and DivisionCodeError for an impossible division code.
    """

    def __init__(self, place: Place, inventions: Invention) -> None:
        self._place = place
        self._inventions = inventions
        self._nodes: dict[str, Node] = {}
        self._areas = {area.key: area for area in place.areas}
        self._counties = {county.id: county for county in place.counties}
        for area in place.areas:
            self._remember(self._area_node(area))
        for partner in place.partners:
            self._remember(self._partner_node(partner))

    def __getitem__(self, key: str) -> Node:
        try:
            return self._nodes[key]
        except KeyError:
            raise PlaceError(f"{self._place.name}: there is no organisation {key!r}") from None

    def grid_of(self, community: str) -> Node | None:
        """The first grid of a community, None when the place has none there."""
        for area in self._place.areas:
            if area.kind is AreaKind.GRID and area.parent == community:
                return self[area.key]
        return None

    def add_rows(self, rows: Rows) -> None:
        """Add the organisations, jurisdictions and frameworks of one county cell."""
        for area in self._place.areas:
            if area.county == rows.county_id:
                self._add_area(rows, area)
        for partner in self._place.partners:
            if partner.county == rows.county_id:
                self._add_partner(rows, partner)
        self._add_frameworks(rows)

    def _remember(self, node: Node) -> None:
        if node.key in self._nodes:
            raise PlaceError(f"{self._place.name}: two organisations have the key {node.key!r}")
        if node.county_id not in self._counties:
            raise PlaceError(f"{self._place.name}: {node.key} is in a county {node.county_id} that is not listed")
        self._nodes[node.key] = node

    def _area_node(self, area: AreaSpec) -> Node:
        parent = None
        if area.parent is None:
            # The top of a cell is the cell's own area; what is above it lies in another cell.
            county = self._counties.get(area.county)
            if county is None or area.division_code != county.division_code:
                raise PlaceError(f"{self._place.name}: {area.key} has no parent and is not its county's own area")
            division_codes.check(area.kind, area.division_code)
        else:
            parent = self[area.parent]
            above = self._areas[area.parent]
            division_codes.check(area.kind, area.division_code, (above.kind, above.division_code))
        own = AREAS.identifier(AREAS_SINCE, area.division_code)
        return Node(
            id=own,
            county_id=area.county,
            key=area.key,
            kind=area.kind,
            name=area.name,
            short_name=area.short_name,
            number_word=None,
            town_id=own if area.kind is AreaKind.TOWN else parent.town_id if parent else None,
            community_id=own if area.kind is AreaKind.COMMUNITY else parent.community_id if parent else None,
            grid_id=own if area.kind is AreaKind.GRID else parent.grid_id if parent else None,
        )

    def _partner_node(self, partner: PartnerSpec) -> Node:
        home = self[partner.home]
        if home.county_id != partner.county or not partner.serves:
            raise PlaceError(f"{self._place.name}: {partner.key} needs a home in its county and an area to serve")
        if partner.parent is not None and self[partner.parent].county_id != partner.county:
            raise PlaceError(f"{self._place.name}: {partner.key} and what is above it are in different counties")
        return Node(
            id=self._inventions.identifier(self._place.opened, "organisation", partner.key),
            county_id=partner.county,
            key=partner.key,
            kind=partner.kind,
            name=partner.name,
            short_name=partner.short_name,
            number_word=partner.number_word,
            town_id=home.town_id,
            community_id=home.community_id,
            grid_id=home.grid_id,
        )

    def _add_area(self, rows: Rows, area: AreaSpec) -> None:
        parent = self[area.parent].id if area.parent else None
        self._add_organisation(rows, self[area.key], is_area=True, parent=parent, division_code=area.division_code)

    def _add_partner(self, rows: Rows, partner: PartnerSpec) -> None:
        node = self[partner.key]
        self._add_organisation(
            rows,
            node,
            is_area=False,
            parent=self[partner.parent].id if partner.parent else None,
            home=self[partner.home].id,
            phone=partner.phone,
        )
        for served in partner.serves:
            rows.add("jurisdiction", organisation_id=node.id, area_id=self[served].id)

    def _add_organisation(
        self,
        rows: Rows,
        node: Node,
        *,
        is_area: bool,
        parent: UUID | None,
        division_code: str | None = None,
        home: UUID | None = None,
        phone: str | None = None,
    ) -> None:
        rows.add(
            "organisation",
            id=node.id,
            kind=node.kind,
            is_area=is_area,
            name=node.name,
            short_name=node.short_name,
            division_code=division_code,
            virtual=False,
            parent_id=parent,
            home_id=home,
            town_id=node.town_id,
            community_id=node.community_id,
            grid_id=node.grid_id,
            number_word=node.number_word,
            phone=phone,
            valid_from=AREAS_SINCE if is_area else self._place.opened,
            valid_until=None,
        )

    def _add_frameworks(self, rows: Rows) -> None:
        for framework in self._place.frameworks:
            area = self[framework.area]
            if area.county_id != rows.county_id:
                continue
            identifier = self._inventions.identifier(self._place.opened, "framework", framework.area, framework.name)
            rows.add(
                "framework",
                id=identifier,
                area_id=area.id,
                name=framework.name,
                description=framework.description,
            )
            for ordinal, (member, tier) in enumerate(framework.members, 1):
                rows.add(
                    "framework_member",
                    framework_id=identifier,
                    organisation_id=self[member].id,
                    tier=tier,
                    ordinal=ordinal,
                )
