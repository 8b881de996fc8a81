"""A scripted night: what the callers and the staff do with their phones, through the real webhooks."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from hotline.demo.house import House
from hotline.demo.people import HEAD, STAFF, Member, Turn, caller_number
from hotline.simulator import Phone

# Wall seconds until something must have happened: several rungs of the quick protocol and a computer that is busy.
PATIENCE_S = 25.0
SOUND = b"RIFF" + bytes(4000)


@dataclass(frozen=True)
class Note:
    """A line of the story that stands in no event log: what was done to the machine, or by whom."""

    at: datetime
    who: str
    what: str


@dataclass
class Night:
    """The stage: the house, who is on duty, and what was noted."""

    house: House
    turn: Turn
    notes: list[Note] = field(default_factory=list)
    silent: set[str] = field(default_factory=set)
    scene: str = ""

    def caller(self, number: int, name: str) -> Phone:
        """The phone of an invented caller; `name` is what the story calls her."""
        phone = self.house.carrier.phone(caller_number(number))
        phone.name, phone.role = name, "victim"
        return phone

    def phone(self, member: Member) -> Phone:
        """The phone of a staff member."""
        return self.house.carrier.phone(member.phone)

    def note(self, who: str, what: str) -> None:
        """Writes a line of the story."""
        self.notes.append(Note(self.house.services.now(), who, what))

    def writes(self, phone: Phone, text: str, *, sms: bool = False) -> None:
        """A caller writes."""
        self.note(phone.name, f"{'SMS' if sms else 'WhatsApp'}: “{text}”")
        _ = phone.sms(text) if sms else phone.whatsapp(text)

    def says(self, member: Member, words: str) -> None:
        """A staff member answers the offer that came last; `{code}` stands for its code."""
        offer = self.phone(member).expect("YA ", within=PATIENCE_S)
        offer.reply(words)
        self.note(member.name, f"{words.replace('{code}', offer.code)}")

    def hears(self, member: Member, words: str) -> None:
        """Waits until a staff member has been told something."""
        self.phone(member).expect(words, within=PATIENCE_S)

    def receipt(self, phone: Phone) -> None:
        """Waits until a caller has her one line."""
        phone.expect("sudah masuk", within=PATIENCE_S)


def taken_at_once(night: Night) -> None:
    """An emergency by WhatsApp; the companion on duty takes it."""
    ibu = night.caller(1, "Pelapor 1")
    night.writes(ibu, "tolong bu dia pegang pisau di depan pintu, anak saya nangis")
    night.says(night.turn.first, "YA {code}")
    night.hears(night.turn.first, "Tercatat")
    night.receipt(ibu)


def declined(night: Night) -> None:
    """A report by SMS; the first on duty cannot, the second takes it without naming the code."""
    ibu = night.caller(2, "Pelapor 2")
    night.writes(ibu, "suami saya sering pukul saya, tadi malam dipukul lagi sampai lebam", sms=True)
    night.says(night.turn.first, "TIDAK {code}")
    night.says(night.turn.second, "ya")
    night.hears(night.turn.second, "Tercatat")
    night.receipt(ibu)


def ignored(night: Night) -> None:
    """An emergency; the first on duty sleeps through message and call, the second presses 1 on the call."""
    ibu = night.caller(3, "Pelapor 3")
    night.phone(night.turn.second).answers("1")
    night.writes(ibu, "dia mau bunuh saya, saya sembunyi di kamar mandi")
    night.note(night.turn.first.name, "(tidur, tidak menjawab / asleep, does not answer)")
    night.receipt(ibu)
    _until_taken(night)
    night.phone(night.turn.second).does_not_answer()


def with_a_killed_worker(night: Night) -> None:
    """A report by SMS, and the worker dies while it is being offered."""
    # Her one line may be lost with the worker: it is never sent a second time. So it may come, and need not.
    ibu = night.caller(4, "Pelapor 4").forget_expected()
    night.writes(ibu, "tetangga saya dipukul suaminya, dia minta tolong", sms=True)
    night.house.kill_worker()
    night.note("worker", "SIGKILL")
    night.says(night.turn.first, "YA {code}")
    night.hears(night.turn.first, "Tercatat")


def with_an_empty_redis(night: Night) -> None:
    """A report by WhatsApp, and Redis forgets everything in the same moment."""
    ibu = night.caller(5, "Pelapor 5")
    night.writes(ibu, "saya diancam mantan pacar, dia mau sebar foto saya")
    night.house.flush_redis()
    night.note("redis", "FLUSHALL")
    night.says(night.turn.first, "YA {code}")
    night.hears(night.turn.first, "Tercatat")
    night.receipt(ibu)


def a_call_that_is_answered(night: Night) -> None:
    """A call; the companion on duty picks up, presses 1, and they talk."""
    ibu = night.caller(6, "Pelapor 6")
    night.phone(night.turn.first).answers("1", talks_for=6.0)
    night.note(ibu.name, "menelepon / calls")
    leg = ibu.call()
    _wait(night, lambda: leg.ended, "the call does not end")
    night.phone(night.turn.first).does_not_answer()


def a_call_that_nobody_answers(night: Night) -> None:
    """A call with a withheld number; everybody is engaged, she speaks after the tone, and is not forgotten."""
    ibu = night.caller(7, "Pelapor 7")
    for member in STAFF:
        night.phone(member).is_busy()
    night.note(ibu.name, "menelepon, nomor disembunyikan / calls with a withheld number")
    leg = ibu.call(withheld=True)
    _wait(night, lambda: any("nada" in text for text in leg.heard), "no tone is announced")
    leg.say_after_beep(SOUND, then_hang_up=True)
    night.note(ibu.name, "bicara setelah nada / speaks after the tone")
    night.says(HEAD, "YA {code}")
    night.hears(HEAD, "Tercatat")
    for member in STAFF:
        night.phone(member).does_not_answer()


def not_safe_to_answer(night: Night) -> None:
    """She writes that he reads her phone: staff are rung, her own phone stays silent."""
    ibu = night.caller(8, "Pelapor 8")
    night.silent.add(ibu.number)
    night.writes(ibu, "jangan balas, dia sering baca hp saya. saya dipukul tadi malam")
    night.says(night.turn.first, "YA {code}")
    night.hears(night.turn.first, "Tercatat")


def she_writes_again(night: Night) -> None:
    """The first caller writes once more, and the carrier delivers it twice: one report, and its holder is told."""
    ibu = night.caller(1, "Pelapor 1")
    night.writes(ibu, "dia sudah pergi tapi bilang nanti kembali")
    again = next(hook for hook in reversed(night.house.carrier.webhooks) if hook.parameter("From").endswith(ibu.number))
    night.house.carrier.sender.repeat(again)
    night.note("carrier", "pesan yang sama dikirim dua kali / delivers the same message twice")
    night.hears(night.turn.first, "pesan baru")


SCENES: tuple[Callable[[Night], None], ...] = (
    taken_at_once,
    declined,
    ignored,
    with_a_killed_worker,
    with_an_empty_redis,
    a_call_that_is_answered,
    a_call_that_nobody_answers,
    not_safe_to_answer,
    she_writes_again,
)


def _clear(night: Night) -> None:
    """What lies on the phones of staff belongs to the scene before; nobody answers it any more."""
    night.house.carrier.until_idle(PATIENCE_S)
    for member in STAFF:
        for received in night.phone(member).messages:
            received.expected = True


def _until_taken(night: Night) -> None:
    """Waits until a scripted phone has taken the offer by a pressed key."""
    leg = night.phone(night.turn.second)
    _wait(night, lambda: any("Tercatat" in text for call in leg.calls for text in call.heard), "nobody takes the call")
    night.note(night.turn.second.name, "menekan 1 di telepon / presses 1 on the phone")


def _wait(night: Night, done: Callable[[], bool], otherwise: str) -> None:
    if not night.house.carrier.ledger.wait_until(done, PATIENCE_S):
        raise AssertionError(otherwise)


def play(night: Night) -> None:
    """Plays every scene, one after the other. Raises AssertionError when something does not happen in time."""
    for member in STAFF:
        # The ladder may ring any of them; what they are told is judged by the event log.
        night.phone(member).does_not_answer().forget_expected()
    for scene in SCENES:
        _clear(night)
        night.scene = scene.__name__.replace("_", " ")
        scene(night)
    night.house.carrier.until_idle(PATIENCE_S)
