"""What the demo knows: venues, events, prices, staff and customers, all invented.

Plain values, without ids of their own: `demo_id` gives the same id to the same fact every time, so loading
the demo twice changes nothing. Amounts are minor units of the venue's currency.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import NAMESPACE_DNS, UUID, uuid5
from zoneinfo import ZoneInfo

from evently_desktop.demo import plans
from evently_desktop.demo.plans import Plan
from evently_desktop.domain.staff import Role

_DEMO = uuid5(NAMESPACE_DNS, "demo.evently.example")


def demo_id(kind: str, key: str) -> UUID:
    """The id of the fact with this key, the same on every machine and every day."""
    return uuid5(_DEMO, f"{kind}/{key}")


@dataclass(frozen=True)
class VenueFact:
    """A venue with the function that draws its plan and what an adult pays in each of the plan's zones."""

    key: str
    name: str
    address: str
    city: str
    country: str
    time_zone: str
    currency: str
    draw: Callable[[], Plan]
    adult_prices: Mapping[str, int]


@dataclass(frozen=True)
class EventFact:
    """One performance. Times are aware and UTC; ``sold`` is the share of seats that the demo sells."""

    key: str
    venue: str
    name: str
    series: str
    category: str
    description: str
    starts_at: datetime
    ends_at: datetime
    on_sale_from: datetime
    status: str
    fee_per_seat: int
    max_seats: int
    sold: float


@dataclass(frozen=True)
class StaffFact:
    """A member of staff and the name of his database login."""

    name: str
    initials: str
    login: str
    role: Role


@dataclass(frozen=True)
class CustomerFact:
    """A customer with an address that no mail ever reaches."""

    name: str
    email: str


@dataclass(frozen=True)
class PriceTypeFact:
    """Who the guest is, and how many hundredths of the adult's price he pays."""

    name: str
    key: str
    percent: int
    is_comp: bool = False
    is_standard: bool = False

    def amount(self, adult: int) -> int:
        """The price beside this adult's, to the nearest half unit of the currency."""
        return round(adult * self.percent / 5_000) * 50


@dataclass(frozen=True)
class HoldTypeFact:
    """Why the house sets seats aside, the letter on the map, and who may sell them all the same."""

    name: str
    letter: str
    may_sell: Role


@dataclass(frozen=True)
class TillFact:
    """A cash drawer; ``cash_step`` is its smallest coin in minor units."""

    name: str
    currency: str
    cash_step: int


VENUES = (
    VenueFact(
        "playhouse", "Lindenhof Playhouse", "Lindengasse 12", "Vienna", "Austria", "Europe/Vienna", "EUR",
        plans.playhouse, {"Premium": 7_200, "First": 5_400, "Second": 3_800, "Third": 2_200, "Boxes": 6_000},
    ),
    VenueFact(
        "cellar", "Kohlgarten Cellar", "Kohlgartenweg 3", "Vienna", "Austria", "Europe/Vienna", "EUR",
        plans.cellar, {"Tables at the stage": 4_800, "Tables": 3_900, "Benches": 2_800, "Standing": 1_800},
    ),
    VenueFact(
        "arena", "Seefeld Arena", "Uferweg 200", "Zurich", "Switzerland", "Europe/Zurich", "CHF",
        plans.arena,
        {"Standing": 8_500, "Floor": 14_000, "Lower tier": 11_500, "Upper tier": 7_900, "Side view": 5_500},
    ),
    VenueFact(
        "stadium", "Harbour Stadium", "7 Quayside Road", "Dublin", "Ireland", "Europe/Dublin", "EUR",
        plans.stadium,
        {"Category 1": 9_500, "Category 2": 7_500, "Category 3": 5_500, "Category 4": 3_500,
         "Family": 3_000, "Away": 4_500},
    ),
)  # fmt: skip

PRICE_TYPES = (
    PriceTypeFact("Adult", "A", 100, is_standard=True),
    PriceTypeFact("Child", "C", 50),
    PriceTypeFact("Senior", "S", 80),
    PriceTypeFact("Student", "T", 70),
    PriceTypeFact("Comp", "X", 0, is_comp=True),
)

HOLD_TYPES = (
    HoldTypeFact("Director", "D", Role.MANAGER),
    HoldTypeFact("Press", "P", Role.ORGANIZER),
    HoldTypeFact("Technical", "T", Role.MANAGER),
)

TILLS = (TillFact("Till A", "EUR", 1), TillFact("Till B", "EUR", 1), TillFact("Till C", "CHF", 5))

STAFF = (
    StaffFact("Anna Berger", "AB", "anna", Role.CLERK),
    StaffFact("Jonas Weidinger", "JW", "jonas", Role.CLERK),
    StaffFact("Chiara Lindqvist", "CL", "chiara", Role.ORGANIZER),
    StaffFact("Tomás Varga", "TV", "tomas", Role.MANAGER),
    StaffFact("Ingrid Sørholt", "IS", "ingrid", Role.ADMIN),
)

CUSTOMERS = tuple(
    CustomerFact(name, f"{mailbox}@example.org")
    for mailbox, name in (
        ("adaeze.obiora", "Adaeze Obiora"), ("agnes.koevari", "Ágnes Kővári"),
        ("aiko.morikawa", "Aiko Morikawa"), ("amelie.rouviere", "Amélie Rouvière"),
        ("anouk.vandermolen", "Anouk van der Molen"), ("bartosz.zielny", "Bartosz Żielny"),
        ("beatriz.falcao", "Beatriz Falcão"), ("bjoern.aasland", "Bjørn Åsland"),
        ("carmen.ibanezluz", "Carmen Ibáñez Luz"), ("cian.obrannagain", "Cian Ó Brannagáin"),
        ("clara.huebenthal", "Clara Hübenthal"), ("dagny.thorvalds", "Dagný Þorvalds"),
        ("dilara.guelsoy", "Dilara Gülsoy"), ("elif.cakmakci", "Elif Çakmakçı"),
        ("emre.yildizhan", "Emre Yıldızhan"), ("farah.alnouri", "Farah al-Nouri"),
        ("felix.krautgartner", "Felix Krautgartner"), ("francois.delmare", "François Delmare"),
        ("giulia.montanari", "Giulia Montanari"), ("hana.dvorska", "Hana Dvořská"),
        ("henrik.lonnqvist", "Henrik Lönnqvist"), ("ines.quintela", "Inês Quintela"),
        ("jiri.maslek", "Jiří Máslek"), ("joris.dewael", "Joris De Wael"),
        ("kalina.stoeva", "Kalina Stoeva"), ("katharina.boehmisch", "Katharina Böhmisch"),
        ("liam.oreardan", "Liam O’Reardan"), ("ljubica.saric", "Ljubica Šarić"),
        ("lucia.pastorino", "Lucía Pastorino"), ("malin.akerstrom", "Malin Åkerström"),
        ("mateusz.wronka", "Mateusz Wrónka"), ("minh.tranthi", "Minh Trần Thị"),
        ("noel.grossglauser", "Noël Grossglauser"), ("oksana.hrytsenko", "Oksana Hrytsenko"),
        ("priya.ramanath", "Priya Ramanath"), ("ruediger.strassner", "Rüdiger Straßner"),
        ("siobhan.nicaodha", "Siobhán Nic Aodha"), ("stefan.ionita", "Ștefan Ioniță"),
        ("yusuf.adebola", "Yusuf Adébólá"), ("zuzana.hlinkova", "Zuzana Hlinková"),
    )
)  # fmt: skip

_HAMLET = "The prince of Denmark comes home to a funeral and a wedding. Three hours with one interval."


def events(today: date) -> tuple[EventFact, ...]:
    """What is on around ``today``: three evenings of one run, a cabaret, a concert, a match, and one that is over."""
    return (
        _event("faust", "playhouse", "Faust", today, -6, time(19, 30), 0.83, fee=150, category="theatre",
               description="The doctor strikes a bargain. Two and a half hours with one interval."),
        *(
            _event(f"hamlet-{number}", "playhouse", "Hamlet", today, days, start, sold, fee=150,
                   series="Hamlet", category="theatre", description=_HAMLET)
            for number, (days, start, sold) in enumerate(
                ((1, time(19, 30), 0.62), (2, time(19, 30), 0.41), (4, time(15, 0), 0.18)), 1)
        ),
        _event("cabaret", "cellar", "Songs after Ten", today, 5, time(22, 0), 0.35, fee=100,
               category="cabaret", description="Five voices, one piano. Tables are served from nine."),
        _event("concert", "arena", "Northern Lights Live", today, 9, time(20, 0), 0.55, fee=350,
               category="concert", description="Two hours of brass, bass and light. Doors open at 18:30."),
        _event("match", "stadium", "Harbour Rovers – Atlantic City", today, 16, time(18, 30), 0.35, fee=200,
               category="sport", description="League match. Gates open two hours before the start."),
    )  # fmt: skip


def _event(
    key: str, venue: str, name: str, today: date, days: int, start: time, sold: float, *,
    fee: int, category: str, description: str, series: str = "",
) -> EventFact:  # fmt: skip
    """An event so many days from today at the venue's local time, on sale for two months before."""
    zone = next(ZoneInfo(fact.time_zone) for fact in VENUES if fact.key == venue)
    starts = datetime.combine(today + timedelta(days), start, zone).astimezone(UTC)
    return EventFact(
        key, venue, name, series, category, description, starts, starts + timedelta(hours=3),
        starts - timedelta(days=60), "completed" if days < 0 else "active", fee, 10, sold,
    )  # fmt: skip
