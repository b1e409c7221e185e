"""Who may use the page: entered, invited, bound to a person, revoked; the same on SQLite and PostgreSQL."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine

from wres.database.audit_log import GENERAL, get_events
from wres.database.registry import open_registry
from wres.database.senders import ListedPerson, add_sender, list_senders, replace_listed, revoke_sender
from wres.database.sign_ins import (
    accept_invitation,
    begin_session,
    end_session,
    get_account_by_key,
    get_account_by_person,
    get_account_by_session,
    is_open_invitation,
)
from wres.errors import WresError
from wres.settings import Settings

SOON = timedelta(hours=1)


@pytest.fixture
def engine(anywhere: Settings) -> Engine:
    return open_registry(anywhere)


def test_a_link_is_used_once_and_a_key_again_and_again(engine: Engine) -> None:
    sender, link = add_sender(engine, "invitation", "Analyst", ["RXY", "RR8"])
    machine, key = add_sender(engine, "key", "Gateway", ["RXY"])
    assert is_open_invitation(engine, link)
    assert not is_open_invitation(engine, key)
    assert accept_invitation(engine, key) is None
    accepted = accept_invitation(engine, link)
    assert accepted is not None
    assert (accepted[0].sender, accepted[0].organisations) == (sender, {"RXY", "RR8"})
    assert accept_invitation(engine, link) is None
    assert get_account_by_key(engine, link) is None
    for _ in range(2):
        account = get_account_by_key(engine, key)
        assert account is not None
        assert (account.sender, account.national) == (machine, False)
    assert [row["state"] for row in list_senders(engine)] == ["signed in", "in force"]
    assert [row["sender"] for row in list_senders(engine, "RR8")] == [sender]


def test_whoever_is_revoked_is_out_at_once_and_stays_so(engine: Engine) -> None:
    sender, link = add_sender(engine, "invitation", "Lead", [], national=True)
    session = begin_session(engine, sender, datetime.now(UTC) + SOON)
    machine, key = add_sender(engine, "key", "Gateway", ["RXY"])
    account = get_account_by_session(engine, session)
    assert account is not None
    assert account.national
    for _ in range(2):
        revoke_sender(engine, sender)
        revoke_sender(engine, machine)
    assert (get_account_by_session(engine, session), get_account_by_key(engine, key)) == (None, None)
    assert accept_invitation(engine, link) is None
    with pytest.raises(WresError, match="no sender nobody"):
        revoke_sender(engine, "nobody")
    events = [(event.kind, event.content()["facts"].get("sender")) for event in get_events(engine, GENERAL)]
    assert events == [
        ("sender entered", sender),
        ("sender entered", machine),
        ("sender revoked", sender),
        ("sender revoked", machine),
    ]


def test_a_session_ends_by_itself_and_when_it_is_ended(engine: Engine) -> None:
    sender, _ = add_sender(engine, "invitation", "Analyst", ["RXY"])
    over = begin_session(engine, sender, datetime.now(UTC) - SOON)
    session = begin_session(engine, sender, datetime.now(UTC) + SOON)
    assert get_account_by_session(engine, over) is None
    assert get_account_by_session(engine, session) is not None
    end_session(engine, session)
    assert get_account_by_session(engine, session) is None


def test_the_file_of_people_is_the_whole_list(engine: Engine) -> None:
    analyst = ListedPerson("Analyst", "s-1", None, False, frozenset({"RXY"}))
    by_mail = ListedPerson("Analyst", None, "analyst@example.nhs.uk", False, frozenset({"RR8"}))
    assert replace_listed(engine, [analyst, by_mail]) == {"people": 2, "entered": 2, "revoked": 0}
    assert replace_listed(engine, [analyst, by_mail]) == {"people": 2, "entered": 0, "revoked": 0}
    account = get_account_by_person(engine, "s-1", None)
    assert account is not None
    assert account.organisations == {"RXY"}
    assert get_account_by_person(engine, "s-2", None) is None
    bound = get_account_by_person(engine, "s-2", "Analyst@Example.nhs.uk")
    assert bound is not None
    assert get_account_by_person(engine, "s-3", "analyst@example.nhs.uk") is None  # it belongs to s-2 by now
    session = begin_session(engine, bound.sender, datetime.now(UTC) + SOON)
    assert replace_listed(engine, [analyst]) == {"people": 1, "entered": 0, "revoked": 1}
    assert get_account_by_session(engine, session) is None
    assert get_account_by_person(engine, "s-2", "analyst@example.nhs.uk") is None
