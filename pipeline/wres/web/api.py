"""The API for machines: what the pages do, for programs. A key is for one organisation; problems are RFC 9457's."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.security import HTTPBearer
from pydantic import BaseModel, ConfigDict, Field
from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, Response

from wres.database.models import Receipt
from wres.database.receipts import get_receipt, get_receipts
from wres.errors import WresError
from wres.feedback.report import REPORT_KEYS
from wres.returns.findings import Finding, findings_in
from wres.web.access import Machine, OrganisationAccess
from wres.web.answers import get_answer
from wres.web.http_errors import NotFoundError
from wres.web.problems import PROBLEM_TYPE, problem_details
from wres.web.responses import template_file
from wres.web.service_state import get_service
from wres.web.upload import read_form, receipt_when_checked, take_in, upload_in


class ProblemDetails(BaseModel):
    """A problem, as RFC 9457 describes it."""

    type: str = Field(examples=["about:blank"])
    title: str
    status: int
    detail: str


class ReceiptSummary(BaseModel):
    """One receipt in the history of an organisation and year."""

    receipt: str
    received_at: datetime
    status: str
    test: bool
    late: bool
    file_name: str
    sha256: str


class Report(BaseModel):
    """The answer to one receipt: the same as report.json. While a file is being checked, only the first keys."""

    model_config = ConfigDict(extra="allow")
    receipt: str
    collection_year: int
    organisation_code: str
    received_at: datetime
    sha256: str
    status: str
    findings: list[Finding] | None = None


def _describe_problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    content = {PROBLEM_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemDetails"}}}
    return {status: {"description": _MEANINGS[status], "content": content} for status in statuses}


_MEANINGS = {
    401: "No key, or one that is not in force.",
    404: "Not there, or not for this key.",
    409: "The file is still being checked.",
    413: "The file is too large.",
    422: "The request cannot be used; the detail says why.",
    429: "Tried too often; Retry-After says when to try again.",
    503: "The service cannot do it now. Nothing is lost: try again.",
}
_key = HTTPBearer(auto_error=False, description="The organisation's key: Authorization: Bearer KEY")
router = APIRouter(prefix="/api/v1", dependencies=[Depends(_key)], responses=_describe_problems(401, 404, 429, 503))

_UPLOAD = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {
                        "file": {"type": "string", "format": "binary", "description": "The return: .xlsx, .ods, .csv"},
                        "test": {"type": "boolean", "description": "Try it out: checked, and never counted."},
                    },
                }
            }
        },
    }
}


@router.post(
    "/returns/{year}/{organisation}",
    status_code=201,
    summary="Send a return",
    response_model=Report,
    responses={
        200: {
            "description": "These bytes are what was sent last; the answer is the one that they had.",
            "model": Report,
        },
        202: {"description": "Received, and still being checked. Ask for the receipt again.", "model": Report},
        **_describe_problems(413, 422),
    },
    openapi_extra=_UPLOAD,
)
async def send_return(request: Request, access: Machine) -> Response:
    """Store a file, check it at once, and answer. The same bytes sent again are not another return."""
    async with read_form(request) as form:
        upload = upload_in(form)
        if upload is None:
            return problem_details(422, "Send the file of the return as the multipart field file.")
        try:
            received = await take_in(request, access, upload)
        except WresError as error:
            return problem_details(422, str(error))
    receipt = await receipt_when_checked(get_service(request), access, received.receipt)
    if receipt.status == "received":
        return _report_response(access, receipt, 202)
    return await run_in_threadpool(_report_response, access, receipt, 200 if received.known else 201)


@router.get("/returns/{year}/{organisation}", summary="The history of an organisation and year")
def list_receipts(access: Machine) -> list[ReceiptSummary]:
    """Return every receipt, the oldest first."""
    receipts = get_receipts(access.context.database, access.year, access.code)
    return [ReceiptSummary.model_validate(receipt, from_attributes=True) for receipt in receipts]


@router.get("/returns/{year}/{organisation}/{receipt}", summary="The answer to one receipt", response_model=Report)
def get_report(access: Machine, receipt: Annotated[str, "2022-RXY-001"]) -> Response:
    """Return the report of one receipt, with what explains its queries now."""
    return _report_response(access, _require_receipt(access, receipt), 200)


@router.get(
    "/returns/{year}/{organisation}/{receipt}/findings",
    summary="The findings of one receipt",
    response_model=list[Finding],
    responses=_describe_problems(409),
)
def list_findings(access: Machine, receipt: str) -> Any:
    """Return the findings in the order of the report.

    While the file is being checked there is no list: an empty one would mean that nothing was found.
    """
    report = _require_receipt(access, receipt).report
    return findings_in(report) if report else problem_details(409, "The file is being checked. Ask again in a minute.")


@router.get(
    "/templates/{year}/{organisation}",
    summary="The blank workbook",
    response_class=Response,
    responses={200: {"content": {"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": {}}}},
)
def get_template(access: Machine) -> Response:
    """Return the workbook, filled in with who and when, and last year's figures beside."""
    return template_file(access.context, access.code)


def _require_receipt(access: OrganisationAccess, name: str) -> Receipt:
    """Return a receipt of an organisation.

    Raises:
        NotFoundError: it has no such receipt.
    """
    receipt = get_receipt(access.context.database, access.year, access.code, name)
    if receipt is None:
        raise NotFoundError
    return receipt


def _report_response(access: OrganisationAccess, receipt: Receipt, status: int) -> Response:
    """Return the report of a receipt, or its first keys while the file is being checked."""
    answer = get_answer(access.context.database, receipt)
    if not answer.checked:
        facts: Mapping[str, Any] = {
            "receipt": receipt.receipt,
            "collection_year": receipt.collection_year,
            "organisation_code": receipt.organisation_code,
            "received_at": receipt.received_at.isoformat(),
            "sha256": receipt.sha256,
            "status": receipt.status,
        }
        return JSONResponse(dict(facts), status)
    report = {key: answer.document[key] for key in REPORT_KEYS} | {"status": receipt.status.removeprefix("test_")}
    if receipt.test:
        report["test"] = True
    report["explained"] = [
        {"code": query.code, "text": query.explanation} for query in answer.queries if query.explanation
    ]
    return JSONResponse(report, status)
