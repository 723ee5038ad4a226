"""The shop that the samples are about: its customers, books and tools, and what customers come with."""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Any, NamedTuple

from infra.local.samples.chat import Tool

Facts = Mapping[str, str]


class Customer(NamedTuple):
    """Someone who writes to the shop."""

    id: str
    name: str
    city: str
    plan: str


class Book(NamedTuple):
    """Something that they bought."""

    title: str
    author: str
    price: str


class Errand(NamedTuple):
    """What a customer asks, the tool that helps with what it is given and gives, and the answer.

    Texts may name facts: `{order}`, `{title}`, `{author}`, `{price}`, `{name}`, `{city}`, `{day}`.
    """

    topic: str
    question: str
    tool: str
    args: Mapping[str, Any]
    result: Mapping[str, Any]
    answer: str
    language: str = "en"


CUSTOMERS = (
    Customer("cus_1041", "Amélie Fournier", "Lyon", "reader"),
    Customer("cus_1187", "Jonas Lindqvist", "Malmö", "reader"),
    Customer("cus_1302", "Noor Al-Hashimi", "Rotterdam", "library"),
    Customer("cus_1355", "Ewa Zielińska", "Gdańsk", "reader"),
    Customer("cus_1498", "Tomás Ferreira", "Porto", "school"),
    Customer("cus_1520", "Hannah Weiss", "Vienna", "library"),
    Customer("cus_1603", "Kenji Morita", "Dublin", "reader"),
)
BOOKS = (
    Book("Invisible Cities", "Italo Calvino", "14.90"),
    Book("The Left Hand of Darkness", "Ursula K. Le Guin", "12.50"),
    Book("The Periodic Table", "Primo Levi", "13.20"),
    Book("Flights", "Olga Tokarczuk", "16.00"),
    Book("The Book of Disquiet", "Fernando Pessoa", "17.80"),
    Book("A Field Guide to Getting Lost", "Rebecca Solnit", "15.40"),
)
_DAYS = ("Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")

TOOLS = (
    Tool("lookup_order", "Status, contents and carrier of an order.", {"order": "Number of the order, like B-48213"}),
    Tool("change_address", "Send an order elsewhere.", {"order": "Number of the order", "city": "Where to"}),
    Tool("search_catalogue", "Books by author, title or subject.", {"query": "What to look for"}),
    Tool("check_gift_card", "What is left on a gift card.", {"card": "Its code, like GC-7H2K"}),
    Tool("open_return", "Open a return and print its label.", {"order": "Number of the order", "reason": "Why"}),
)

_ORDER = {"order": "{order}", "status": "in transit", "carrier": "Postnord", "items": ["{title}"], "arrives": "{day}"}

RECOMMEND = Errand(
    "advice",
    "I loved {title}. What should I read next?",
    "search_catalogue",
    {"query": "similar to {title}, {author}"},
    {"books": [book._asdict() for book in BOOKS[:3]]},
    "If you liked **{title}**, three that readers of {author} come back for:\n\n"
    "1. *The Left Hand of Darkness* by Ursula K. Le Guin: a journey across ice, and a friendship.\n"
    "2. *The Periodic Table* by Primo Levi: a life told in twenty-one elements.\n"
    "3. *Flights* by Olga Tokarczuk: short pieces on why we travel.\n\nAll three are in stock.",
)
STOCK = Errand(
    "stock",
    "Is {title} in stock as a paperback?",
    "search_catalogue",
    {"query": "{title} paperback"},
    {"title": "{title}", "binding": "paperback", "price": "{price}", "in_stock": 7},
    "Yes, seven paperback copies of {title} at €{price}. An order before 15:00 leaves today.",
)
GIFT_CARD = Errand(
    "payment",
    "How much is left on my gift card GC-7H2K?",
    "check_gift_card",
    {"card": "GC-7H2K"},
    {"card": "GC-7H2K", "balance": "21.40", "currency": "EUR", "expires": "2028-11-30"},
    "There is €21.40 left on GC-7H2K. It can be used until 30 November 2028.",
)
WHERE = Errand(
    "delivery",
    "Where is my order {order}?",
    "lookup_order",
    {"order": "{order}"},
    _ORDER,
    "Order {order} with {title} left our warehouse yesterday and arrives on {day}.",
)
ADDRESS = Errand(
    "delivery",
    "Can you send it to my office in {city} instead?",
    "change_address",
    {"order": "{order}", "city": "{city}"},
    {"order": "{order}", "changed": True, "city": "{city}", "arrives": "{day}"},
    "Done: {order} now goes to your office in {city}. It still arrives on {day}.",
)
NOT_AT_HOME = Errand(
    "delivery",
    "And if nobody is there on {day}?",
    "lookup_order",
    {"order": "{order}"},
    {"order": "{order}", "if_absent": {"kept_at": "post office", "days": 7}},
    "Then it waits for you at the post office for seven days; the carrier leaves a card with the address.",
)
DAMAGED = Errand(
    "returns",
    "It came today, but the cover is torn. Here is a photo.",
    "open_return",
    {"order": "{order}", "reason": "cover torn in transit"},
    {"return": "R-{order}", "label": "sent by mail", "keeps_item": True},
    "I am sorry about that, {name}. A new copy of {title} is on its way; you need not send the torn one back.",
)
INVOICE = Errand(
    "payment",
    "I need an invoice for {order} with our VAT number on it.",
    "lookup_order",
    {"order": "{order}"},
    {"order": "{order}", "total": "{price}", "currency": "EUR", "invoice": "F-2026-{order}"},
    "The invoice F-2026-{order} over €{price} is in your mailbox. Reply with the VAT number and I add it.",
)
EBOOK = Errand(
    "ebook",
    "My e-reader says the file of {title} is damaged.",
    "lookup_order",
    {"order": "{order}"},
    {"order": "{order}", "formats": ["epub", "pdf"], "downloads": 3, "checksum": "differs"},
    "The download was cut short. I have renewed your link:\n\n"
    "- delete the old file from the device\n- download the EPUB again, over Wi-Fi\n- open it once while online",
)
CANCEL = Errand(
    "orders",
    "Bonjour, puis-je encore annuler la commande {order} ?",
    "lookup_order",
    {"order": "{order}"},
    {"order": "{order}", "status": "sent", "cancellable": False},
    "La commande {order} est déjà partie. Refusez simplement le colis : nous vous remboursons à son retour.",
    "fr",
)
SIGNED = Errand(
    "stock",
    "Do you have signed books by {author}? My sister collects them.",
    "search_catalogue",
    {"query": "{author} signed"},
    {"books": [], "signed_in_stock": 0, "waiting_list": True},
    "No signed books by {author} at the moment. Shall I put your sister on the waiting list?",
)
KEEP_PAPER = Errand(
    "orders",
    "Then please cancel the e-book and keep the paper copy.",
    "lookup_order",
    {"order": "{order}"},
    {"order": "{order}", "cancelled": ["{title} (EPUB)"], "kept": ["{title} (paperback)"]},
    "Done: the e-book of {title} is cancelled and will be refunded; the paperback stays as it is.",
)
ARABIC = Errand(
    "delivery",
    "مرحبًا، أين طلبي رقم {order}؟",
    "lookup_order",
    {"order": "{order}"},
    _ORDER,
    "أهلًا {name}، غادر طلبك {order} مستودعنا أمس، وسيصل يوم {day} إن شاء الله. 📦",
    "ar",
)
HEBREW = Errand(
    "stock",
    "שלום, האם הספר {title} זמין במלאי?",
    "search_catalogue",
    {"query": "{title}"},
    {"title": "{title}", "in_stock": 4, "price": "{price}"},
    "שלום {name}! כן, נשארו ארבעה עותקים של {title} במחיר €{price}. 📚",
    "he",
)
JAPANESE = Errand(
    "delivery",
    "注文 {order} はいつ届きますか?",
    "lookup_order",
    {"order": "{order}"},
    _ORDER,
    "{name}様、ご注文 {order} は昨日発送され、{day} にお届けの予定です。🚚",
    "ja",
)
THANKS = Errand(
    "thanks", "Wonderful, thank you! 🙏🏽👩‍👩‍👧", "", {}, {}, "You are welcome, {name}. Enjoy {title}! 📖✨"
)

CONVERSATIONS = (
    (WHERE, ADDRESS, NOT_AT_HOME, THANKS),
    (RECOMMEND, STOCK, THANKS),
    (DAMAGED, THANKS),
    (ARABIC, THANKS),
    (GIFT_CARD, RECOMMEND),
    (JAPANESE, ADDRESS),
    (INVOICE, EBOOK),
    (HEBREW, RECOMMEND, THANKS),
    (CANCEL, WHERE),
)
LONG_CONVERSATION = (
    RECOMMEND,
    STOCK,
    GIFT_CARD,
    WHERE,
    ADDRESS,
    NOT_AT_HOME,
    DAMAGED,
    INVOICE,
    EBOOK,
    KEEP_PAPER,
    SIGNED,
    THANKS,
)
"""Twelve turns, one after the other."""


def facts_of(chance: random.Random) -> tuple[Customer, Facts]:
    """A customer, and what the texts of their conversation name."""
    customer, book = chance.choice(CUSTOMERS), chance.choice(BOOKS)
    order = f"B-{chance.randint(40_000, 49_999)}"
    said = {"order": order, "name": customer.name, "city": customer.city, "day": chance.choice(_DAYS)}
    return customer, said | book._asdict()


def fill(value: Any, facts: Facts) -> Any:  # noqa: ANN401 whatever JSON holds
    """The value with the facts that its texts name."""
    if isinstance(value, str):
        return value.format_map(facts)
    if isinstance(value, Mapping):
        return {name: fill(one, facts) for name, one in value.items()}
    return [fill(one, facts) for one in value] if isinstance(value, list) else value
