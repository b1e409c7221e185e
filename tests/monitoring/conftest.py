"""Returns as the registry remembers them, without files: received and validated as a test wants them."""

from collections.abc import Callable
from datetime import datetime

import pytest
from sqlalchemy import Engine

from tests.support.registry import save_all_results
from wres.clock import LONDON
from wres.database.receipts import NewReceipt, add_receipt
from wres.database.registry import open_registry
from wres.reference.year_config import load_year
from wres.returns.findings import Finding, Severity, ValidationResult
from wres.settings import Settings

Send = Callable[..., str]
SEVERITIES: dict[str, Severity] = {"S": "reject", "V": "reject", "Q": "query", "M": "note"}


@pytest.fixture
def engine(anywhere: Settings) -> Engine:
    return open_registry(anywhere)


@pytest.fixture
def sqlite(settings: Settings) -> Engine:
    return open_registry(settings)


@pytest.fixture
def send() -> Send:
    """Has an organisation send a return at a time (London's), validated with these findings or left to wait."""

    def sent(
        engine: Engine, code: str, when: str, *findings: str, explained: tuple[str, ...] = (), validate: bool = True
    ) -> str:
        moment = datetime.fromisoformat(when).replace(tzinfo=LONDON)
        receipt = add_receipt(
            engine,
            NewReceipt(moment.year, code, "folder", f"{code} {when}", "r.csv", "0" * 64, 1, moment, "machine", False),
        )
        status = "accepted"
        if any(finding[0] in "SV" for finding in findings):
            status = "rejected"
        elif any(finding[0] == "Q" for finding in findings):
            status = "accepted_with_queries"
        result = ValidationResult(
            receipt=receipt,
            status=status,
            late=moment > load_year(moment.year).deadline,
            template_version="2.0",
            rule_set="wres-edits/1",
            findings=[Finding(code, SEVERITIES[code[0]], "m", "h") for code in findings],
            texts={f"explanation.{code}": "Because." for code in explained},
        )
        if validate:
            save_all_results(engine, moment.year, [result], moment)
        return receipt

    return sent
