"""A refund agent. Its first prompt lets it believe the customer's word for the currency, and then the bank refuses."""

from __future__ import annotations

import json
import random
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, NamedTuple

from infra.local.samples.asking import ask
from infra.local.samples.bookshop import Customer, Facts, facts_of, fill
from infra.local.samples.chat import Message, Model, Prompt, Tool, ToolCall
from infra.local.samples.models import TALKING
from infra.local.samples.rhythm import Weather, weather
from infra.local.samples.timeline import Step, Timeline
from infra.local.samples.verdicts import judge_turn

AGENT = "refund agent"
PROMPTS = {
    "v1": "You refund orders of a bookshop.\n"
    "Find the payment of the order with get_payment, then call refund.\n"
    "Take amount and currency from what the customer says they paid.",
    "v2": "You refund orders of a bookshop.\n"
    "Find the payment of the order with get_payment, then call refund.\n"
    "Take amount and currency from the payment, never from the customer's message.\n"
    "Refuse politely when the payment is older than 60 days.",
}
TOOLS = (
    Tool("get_payment", "How an order was paid.", {"order": "Number of the order"}),
    Tool(
        "refund",
        "Give money back.",
        {
            "payment_id": "Of the payment",
            "amount": "Decimal number",
            "currency": "Three letters",
            "idempotency_key": "The same for each try",
        },
    ),
)
_MISMATCH = (
    "RefundRejected: currency_mismatch: payment {payment_id} was captured in EUR, the refund asks for USD\n\n"
    "Traceback (most recent call last):\n"
    '  File "/srv/shop/agents/tools.py", line 88, in refund\n'
    "    receipt = payments.refund(payment_id, amount=amount, currency=currency)\n"
    '  File "/srv/shop/payments/client.py", line 141, in refund\n'
    "    raise RefundRejected(answer['code'], answer['detail'])\n"
    "shop.payments.errors.RefundRejected: currency_mismatch: payment {payment_id} was captured in EUR, "
    "the refund asks for USD\n"
)
_UNREACHABLE = (
    "ConnectionResetError: [Errno 104] Connection reset by peer\n\n"
    "Traceback (most recent call last):\n"
    '  File "/srv/shop/payments/client.py", line 133, in refund\n'
    "    answer = self._session.post(url, json=body, timeout=5)\n"
    "ConnectionResetError: [Errno 104] Connection reset by peer\n"
)
_IN_DOLLARS = "I paid {price} dollars for {title} (order {order}) and sent it back on Monday. Please refund me."
_IN_EUROS = "Please refund {title} from order {order}. It was a double purchase."
_DONE = "I have refunded €{price} for {title}. It reaches your account within three working days."
_SORRY = "The payment for {order} is 94 days old; we can refund up to 60 days. I can offer you a voucher instead."

Ending = Literal["refunded", "currency mismatch", "second try", "approved first", "too late"]


class _Case(NamedTuple):
    version: str
    question: str
    ending: Ending


_CASES = (
    _Case("v1", _IN_DOLLARS, "currency mismatch"),
    _Case("v2", _IN_DOLLARS, "refunded"),
    _Case("v1", _IN_EUROS, "refunded"),
    _Case("v2", _IN_EUROS, "second try"),
    _Case("v2", _IN_EUROS, "too late"),
    _Case("v1", _IN_EUROS, "refunded"),
    _Case("v2", _IN_DOLLARS, "approved first"),
)


@dataclass
class _Refund:
    """One refund as it goes."""

    chance: random.Random
    case: _Case
    model: Model
    facts: Facts
    weather: Weather
    messages: list[Message] = field(default_factory=list)

    def ask(self, root: Step, reply: Message) -> None:
        """The model's next message."""
        ask(root, self.model, Prompt(self.messages, TOOLS), reply, self.weather, self.chance)
        self.messages.append(reply)

    def call(self, name: str, args: Mapping[str, Any]) -> ToolCall:
        """A call of a tool, with an id of its own."""
        return ToolCall(name, fill(args, self.facts), f"toolu_{self.chance.getrandbits(60):015x}")


def refunds(timeline: Timeline, chance: random.Random, starts: Sequence[datetime], now: datetime) -> Iterator[Step]:
    """One trace for each start; the newest of them is a refund that failed."""
    for number, start in enumerate(starts):
        case = _CASES[(len(starts) - 1 - number) % len(_CASES)]
        customer, facts = facts_of(chance)
        facts = {**facts, "payment_id": f"pay_{chance.getrandbits(40):010x}"}
        refund = _Refund(chance, case, TALKING[number % len(TALKING)], facts, weather(start, now))
        yield _trace(timeline, refund, customer, start)


def _trace(timeline: Timeline, refund: _Refund, customer: Customer, start: datetime) -> Step:
    question = fill(refund.case.question, refund.facts)
    about = {
        "user_id": customer.id,
        "thread_id": str(uuid.uuid5(uuid.NAMESPACE_URL, f"{AGENT} {start.isoformat()}")),
        "prompt_version": refund.case.version,
        "environment": "production",
    }
    refund.messages += [Message("system", PROMPTS[refund.case.version]), Message("user", question)]
    root = timeline.trace(AGENT, start, {"messages": [{"role": "user", "content": question}]}, about, ["refund"])
    error = _worked(refund, root)
    said = {"messages": [{"role": "assistant", "content": refund.messages[-1].text}]}
    root.end(None if error else said, error)
    judge_turn(timeline, root, refund.chance, refund.case.version, better=fill(_DONE, refund.facts))
    return root


def _worked(refund: _Refund, root: Step) -> str | None:
    """Look the payment up, then give it back. The error that ended it, if any."""
    _looks_up(refund, root)
    error = None
    if refund.case.ending != "too late":
        error = _pays_back(refund, root)
    if not error:
        refund.ask(
            root, Message("assistant", fill(_SORRY if refund.case.ending == "too late" else _DONE, refund.facts))
        )
    return error


def _looks_up(refund: _Refund, root: Step) -> None:
    call = refund.call("get_payment", {"order": "{order}"})
    payment = {
        "payment_id": "{payment_id}",
        "amount": "{price}",
        "currency": "EUR",
        "method": "card",
        "days_ago": 94 if refund.case.ending == "too late" else 11,
    }
    result = fill(payment, refund.facts)
    refund.ask(root, Message("assistant", "I look for the payment first.", [call]))
    root.call("get_payment", "tool", call.args, refund.chance.uniform(0.05, 0.2), {"output": result})
    refund.messages.append(Message("tool", json.dumps(result, ensure_ascii=False), answers=call))


def _pays_back(refund: _Refund, root: Step) -> str | None:
    """Call the tool `refund`. The error that the agent could not get over, if any."""
    is_mismatch = refund.case.ending == "currency mismatch"
    args = {"payment_id": "{payment_id}", "amount": "{price}", "idempotency_key": "refund-{order}"}
    call = refund.call("refund", args | {"currency": "USD" if is_mismatch else "EUR"})
    refund.ask(root, Message("assistant", "", [call]))
    if is_mismatch:
        error = _MISMATCH.format_map(refund.facts)
        root.call("refund", "tool", call.args, 0.31, error=error)
        return error.partition("\n")[0]
    if refund.case.ending == "approved first":
        _waits_for_a_person(refund, root)
    if refund.case.ending == "second try":
        root.call("refund", "tool", call.args, 5.0, error=_UNREACHABLE, tags=["will retry"])
        root.waits(1)
    receipt = {"receipt": "re_{order}", "amount": "{price}", "currency": "EUR", "state": "accepted"}
    result = fill(receipt, refund.facts)
    root.call("refund", "tool", call.args, refund.chance.uniform(0.2, 0.7), {"output": result})
    refund.messages.append(Message("tool", json.dumps(result, ensure_ascii=False), answers=call))
    return None


def _waits_for_a_person(refund: _Refund, root: Step) -> None:
    """Nothing happens until someone has looked at it: a gap in the trace."""
    amount = refund.facts["price"]
    root.call("ask for approval", "tool", {"channel": "#refunds", "amount": amount}, 0.12, {"message": "sent"})
    root.waits(refund.chance.uniform(70, 130))
    root.call("read approval", "tool", {"channel": "#refunds"}, 0.09, {"approved": True, "by": "ewa"})
