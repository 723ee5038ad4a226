"""The shop's handbook, in pieces as an index holds them, and what people ask of it."""

from __future__ import annotations

from typing import NamedTuple


class Passage(NamedTuple):
    """A piece of a page."""

    source: str
    title: str
    text: str


class Question(NamedTuple):
    """What someone asks, the passages that answer it (none: nothing does), and what the model says."""

    text: str
    searched: str
    passages: tuple[str, ...]
    answer: str


PASSAGES = {
    "returns": Passage(
        "handbook/returns.md",
        "Returns",
        "Books can be returned within 60 days of delivery, unread or not, if they can still be sold. The label is free "
        "within the European Union. Damaged books need not be sent back: a photo is enough.",
    ),
    "refund-time": Passage(
        "handbook/returns.md",
        "When the money arrives",
        "Refunds go to the card or account that paid, never to another. Cards take three working days, bank transfers "
        "up to seven. A refund is always made in the currency in which the payment was captured.",
    ),
    "shipping": Passage(
        "handbook/shipping.md",
        "Where we ship",
        "We ship to all countries of the European Union, to Norway, Switzerland and the United Kingdom. Orders before "
        "15:00 on a working day leave the same day.",
    ),
    "rates": Passage(
        "handbook/shipping.md",
        "What shipping costs",
        "Within the European Union €3.90, free from €35. Norway and Switzerland €9.80, the United Kingdom €8.40. "
        "Express costs €6 more and arrives on the next working day.",
    ),
    "gift-cards": Passage(
        "handbook/gift-cards.md",
        "Gift cards",
        "Gift cards are valid until the end of the second year after the purchase. What is left stays on the card. "
        "They cannot be paid out and cannot buy other gift cards.",
    ),
    "library": Passage(
        "handbook/plans.md",
        "Libraries and schools",
        "Libraries pay by invoice within 30 days and get 12 %; schools get 8 % from ten copies on. Both need a form "
        "with the institution's VAT number, which we keep for ten years.",
    ),
    "ebooks": Passage(
        "handbook/ebooks.md",
        "E-books",
        "E-books come as EPUB and PDF without copy protection, with a mark of the buyer. A link works for five "
        "downloads and can be renewed at any time from the account.",
    ),
    "privacy": Passage(
        "handbook/privacy.md",
        "What we keep",
        "Orders are kept for ten years, as the law asks; searches and conversations for 14 days. On request we delete "
        "everything but invoices within 30 days and confirm it in writing.",
    ),
    "integration": Passage(
        "handbook/developers.md",
        "The orders API",
        "GET /v2/orders/{id} needs a key with the scope orders:read. Lists are paged by cursor, at most 100 a page. "
        "Answer 429 carries Retry-After in seconds.",
    ),
}
QUESTIONS = (
    Question(
        "Can I return a book that I have already read?",
        "return policy read books",
        ("returns", "refund-time"),
        "Yes. A book may be returned within **60 days**, read or not, as long as it can still be sold [1]. The refund "
        "goes to the card that paid and takes three working days [2].",
    ),
    Question(
        "What does shipping cost to Norway, and how does it compare?",
        "shipping cost Norway",
        ("rates", "shipping"),
        "| To | Standard | Express |\n|---|---:|---:|\n| European Union | €3.90, free from €35 | €9.90 |\n"
        "| Norway, Switzerland | €9.80 | €15.80 |\n| United Kingdom | €8.40 | €14.40 |\n\n"
        "Orders before 15:00 on a working day leave the same day [2].",
    ),
    Question(
        "How do I read an order with the API, in Python?",
        "orders API example",
        ("integration", "privacy"),
        "You need a key with the scope `orders:read` [1]:\n\n```python\nimport httpx\n\n"
        'order = httpx.get(\n    "https://api.bookshop.example/v2/orders/B-48213",\n'
        '    headers={"Authorization": f"Bearer {key}"},\n).raise_for_status().json()\n```\n\n'
        "On `429`, wait as many seconds as `Retry-After` says.",
    ),
    Question(
        "We are a school. Which discount do we get?",
        "school discount",
        ("library",),
        "From ten copies on schools get **8 %** [1]. What we need from you:\n\n- the form for institutions\n"
        "- your VAT number\n- the name of whoever signs for it",
    ),
    Question(
        "How long is a gift card valid?",
        "gift card validity",
        ("gift-cards",),
        "Until the end of the second year after the purchase [1]. One bought today is good until 31 December 2028.",
    ),
    Question(
        "Which data do you keep about me?",
        "stored personal data retention",
        ("privacy", "library"),
        "Orders for ten years, as the law asks; searches and conversations for 14 days. Ask us and everything but "
        "invoices is deleted within 30 days [1].",
    ),
    Question(
        "Est-ce que vos livres numériques sont protégés ?",
        "ebook copy protection",
        ("ebooks",),
        "Non : ils sont livrés en EPUB et PDF sans protection, avec une marque de l'acheteur [1].",
    ),
    Question(
        "Do you ship to research stations in Antarctica?",
        "shipping Antarctica",
        (),
        "Yes, we ship to Antarctica by polar courier within 21 days for €48. Just choose “Rest of the world” at the "
        "checkout.",
    ),
)
