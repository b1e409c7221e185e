"""The answer to one return: its page, its files, and the forms that explain and sign off the return that counts."""

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request
from markupsafe import Markup
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from wres.database.receipts import get_receipt
from wres.errors import WresError
from wres.feedback.report import report_files
from wres.feedback.report_files import html_part
from wres.storage.landing import read_landed
from wres.web.access import OrganisationAccess, Readable, Sendable, SignedIn, Visitor
from wres.web.answers import ReceiptAnswer, get_answer
from wres.web.http_errors import NotFoundError
from wres.web.responses import download_file, show_page
from wres.web.service_state import get_service
from wres.web.statement_forms import MOST_CHARACTERS, EnteredForm, explain_queries, sign_off
from wres.web.upload import read_form, receipt_when_checked

router = APIRouter()


@router.get("/returns/{year}/{organisation}/{receipt}", name="receipt")
async def show_answer(request: Request, visitor: SignedIn, access: Readable, receipt: str) -> Response:
    """Show the answer to a receipt; while it is being checked, wait for it, then say so."""
    checked = await receipt_when_checked(get_service(request), access, receipt)
    answer = await run_in_threadpool(get_answer, access.context.database, checked)
    return await run_in_threadpool(_show_answer_page, request, visitor, access, answer)


@router.get("/returns/{year}/{organisation}/{receipt}/report.{ending}", name="report")
def give_report(access: Readable, receipt: str, ending: str) -> Response:
    """Give the answer as a file: the marked workbook, or CSV, JSON or a page to keep."""
    answer = _get_answer(access, receipt)
    content = report_files(answer.document).get(f"report.{ending}") if answer.checked else None
    if content is None:
        raise NotFoundError
    return download_file(content, f"{receipt}-report.{ending}")


@router.get("/returns/{year}/{organisation}/{receipt}/file", name="sent_file")
def give_sent_file(access: Readable, receipt: str) -> Response:
    """Give back what was sent, byte for byte; what was refused unread or erased is not there any more."""
    sent, settings = _get_answer(access, receipt).receipt, access.context.settings
    try:
        content = read_landed(settings, sent.sha256, settings.max_landed_bytes)
    except FileNotFoundError:
        raise NotFoundError from None
    return download_file(content, sent.file_name)


@router.post("/returns/{year}/{organisation}/{receipt}/explain", name="explain")
async def take_explanations(request: Request, visitor: SignedIn, access: Sendable, receipt: str) -> Response:
    """Record what explains the queries of the return that counts."""
    return await _take_statements(request, visitor, access, receipt, explain_queries)


@router.post("/returns/{year}/{organisation}/{receipt}/sign-off", name="sign_off")
async def take_sign_off(request: Request, visitor: SignedIn, access: Sendable, receipt: str) -> Response:
    """Record the sign-off of the return that counts: by which role, and when."""
    return await _take_statements(request, visitor, access, receipt, sign_off)


async def _take_statements(
    request: Request, visitor: Visitor, access: OrganisationAccess, receipt: str, record: Any
) -> Response:
    """Record what a form says of a return, by `explain_queries` or `sign_off`."""
    async with read_form(request) as form:
        visitor.check_form(form.get("form_token"))
        return await run_in_threadpool(_record_statements, request, visitor, access, receipt, record, form)


def _record_statements(
    request: Request, visitor: Visitor, access: OrganisationAccess, receipt: str, record: Any, form: Any
) -> Response:
    """Record a form's statements, then show the answer again; where something is wrong, the form with its errors."""
    answer = _get_answer(access, receipt)
    if not answer.counts:
        raise NotFoundError
    try:
        entered: EnteredForm = record(access, answer, form)
    except WresError as error:  # another return was accepted meanwhile
        return _show_answer_page(request, visitor, access, answer, problem=str(error))
    if entered.errors:
        return _show_answer_page(request, visitor, access, answer, entered)
    return RedirectResponse(f"{access.path}/{receipt}", 303)


def _get_answer(access: OrganisationAccess, name: str) -> ReceiptAnswer:
    receipt = get_receipt(access.context.database, access.year, access.code, name)
    if receipt is None:
        raise NotFoundError
    return get_answer(access.context.database, receipt)


def _show_answer_page(
    request: Request,
    visitor: Visitor,
    access: OrganisationAccess,
    answer: ReceiptAnswer,
    entered: EnteredForm | None = None,
    problem: str = "",
) -> Response:
    """Show an answer; the forms are there while the return counts and whoever looks may send."""
    entered = entered or EnteredForm()
    return show_page(
        request,
        visitor,
        "answer.html",
        400 if entered.errors or problem else 200,
        access=access,
        answer=answer,
        entered=entered,
        problem=problem,
        open=access.may_send and answer.counts,
        most_characters=MOST_CHARACTERS,
        report=Markup(html_part(_current_report(answer))) if answer.checked else "",  # noqa: S704 - escaped by its template
    )


def _current_report(answer: ReceiptAnswer) -> Mapping[str, Any]:
    """Return the report of an answer; that of a return which another one has replaced says so, and asks for nothing."""
    if answer.receipt.status != "superseded":
        return answer.document
    return {**answer.document, "status": "superseded"}
