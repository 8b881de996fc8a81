"""Before the first caller: the slow tables are built without asking anybody outside of the process."""

from hotline.rehearsal import rehearse
from hotline.wiring import build
from tests.services import environment
from triage.concepts.lexicon import lexicon


def test_the_tables_of_triage_are_there_before_the_first_message_and_no_database_is_asked() -> None:
    services = build(environment(DATABASE_URL="sqlite:////nowhere/at/all.sqlite3"))
    lexicon.cache_clear()
    rehearse(services)
    assert lexicon.cache_info().currsize == 1
    services.database.close()
