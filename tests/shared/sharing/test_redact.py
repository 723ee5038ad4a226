"""What a rule hides is in no byte of what is shown, wherever it stood and however it was spelled."""

from __future__ import annotations

import html
import json
import unicodedata
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.sharing.embedded import encoded
from shared.sharing.redact import HIDDEN, Redactor
from shared.sharing.redaction import MARK, Custom, Redaction, redaction_in, redaction_of

SECRET = "Zq7kVwX93hunter-Jb"
LETTERS = st.sampled_from(list("abcdeXYZ019 .,:;-_\"'\\\n\t{}[]=é漢🙂"))
TEXTS = st.text(LETTERS, max_size=12)
SECRETS = st.text(st.sampled_from(list("QWJKVXZqwjkvxz\"'\\é漢🙂<&")), min_size=8, max_size=20)
"""Letters that stand in no name of a rule, so that what is found was not put there by us."""


def values(leaves: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """JSON values, nested, with these leaves."""
    return st.recursive(
        leaves,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
        max_leaves=8,
    )


PLAIN = (
    st.none() | st.booleans() | st.integers(-(2**63), 2**63) | st.floats(allow_nan=False, allow_infinity=False) | TEXTS
)


def spellings(secret: str) -> st.SearchStrategy[str]:
    """Texts that hold a secret, in forms that a trace is full of."""
    forms = [secret, json.dumps(secret), repr(secret), html.escape(secret), quote(secret)]
    forms += [json.dumps({"deep": [secret]}), json.dumps(json.dumps([secret])), json.dumps({secret: 1})]
    forms += [unicodedata.normalize(form, secret) for form in ("NFC", "NFD")]
    return st.builds(lambda before, form, after: before + form + after, TEXTS, st.sampled_from(forms), TEXTS)


def shown(redactor: Redactor, fields: dict[str, Any]) -> dict[str, Any]:
    """All fields of a run, in both passes."""
    for field, value in fields.items():
        redactor.learn(field, value)
    return {field: redactor.field(field, value) for field, value in fields.items()}


def leaves_of(value: Any) -> list[str]:  # noqa: ANN401 any JSON value
    """All texts of a value, names of fields too."""
    if isinstance(value, dict):
        return [*value, *(leaf for one in value.values() for leaf in leaves_of(one))]
    if isinstance(value, list):
        return [leaf for one in value for leaf in leaves_of(one)]
    return [str(value)]


@given(st.data())
def test_what_a_key_hides_is_in_no_byte(data: st.DataObject) -> None:
    """Under the key at any depth, and then anywhere else: in texts, names of fields, JSON in texts, other spellings."""
    secret = data.draw(SECRETS)
    key = data.draw(st.sampled_from(["password", "Pass-Word", "PASS_WORD"]))
    fields = {
        "inputs": data.draw(values(PLAIN | st.builds(lambda: {key: secret}) | st.just({key: {"in": [secret]}}))),
        "outputs": {"said": data.draw(values(PLAIN | spellings(secret)))},
        "error": data.draw(spellings(secret)),
        "extra": {"metadata": {key: secret}},
    }
    out = shown(Redactor(Redaction(keys=("password",))), fields)
    raw = encoded(out).decode()
    assert secret not in raw
    assert all(secret not in leaf for leaf in leaves_of(out))
    assert json.dumps(secret)[1:-1] not in raw


@given(values(PLAIN))
def test_without_anything_to_hide_nothing_changes(value: Any) -> None:  # noqa: ANN401 any JSON value
    """No rule hits, so each value is the one that was sent."""
    redactor = Redactor(Redaction(keys=("password",), paths=("inputs.there.is.no.such",)))
    assert shown(redactor, {"inputs": value}) == {"inputs": value}
    assert redactor.counts.total() == 0


def shape(value: Any) -> Any:  # noqa: ANN401 any JSON value
    """What is left of a value when only its structure counts."""
    if isinstance(value, dict):
        return {name: shape(one) for name, one in value.items()}
    return [shape(one) for one in value] if isinstance(value, list) else None


@given(values(PLAIN | st.sampled_from(["bob@example.com", "mail bob@example.com!", "4111 1111 1111 1111"])))
def test_hiding_keeps_the_structure(value: Any) -> None:  # noqa: ANN401 any JSON value
    """Lists are as long, objects have as many fields, and only texts and numbers change."""
    redactor = Redactor(Redaction(patterns=("email", "card")))
    assert shape(redactor.field("outputs", value)) == shape(value)


@given(st.lists(st.sampled_from(["plain", "bob@example.com", "a@b.example and c@d.example"]), max_size=6))
def test_counts_are_the_places_that_were_hidden(texts: list[str]) -> None:
    """One for each mark, by rule; and what is hidden twice is not counted twice."""
    redactor = Redactor(Redaction(patterns=("email",)))
    out = redactor.field("inputs", {"texts": texts})
    assert redactor.counts["email"] == encoded(out).decode().count(MARK)
    assert redactor.counts["email"] == sum(text.count("@") for text in texts)


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        ("email", "bob.o'neill+tag@mail.example.co.uk"),
        ("email", "jörg@müller.example"),
        ("email", "bob\uff20example.com"),
        ("email", "bo\u200bb@exam\u00adple.com"),
        ("email", '{"to": "bob@example.com"}'),
        ("email", '{"to": "x", "to": "bob\\u0040example.com"}'),
        ("card", "4111111111111111"),
        ("card", "paid with 4111 1111 1111 1111."),
        ("card", "00 4111-1111-1111-1111 12"),
        ("card", "378282246310005".translate({48 + digit: 0xFF10 + digit for digit in range(10)})),
        ("phone", "call +49 (0)30 901820 now"),
        ("phone", "(030) 901-8200"),
        ("phone", "415-555-2671"),
        ("api_key", "sk-proj-AbCdEfGhIjKlMnOpQrSt"),
        ("api_key", "Authorization: Bearer abcdefghijklmnop1234"),
        ("api_key", "AKIAIOSFODNN7EXAMPLE"),
        ("api_key", "-----BEGIN RSA PRIVATE KEY-----\nMIIE\nabc\n-----END RSA PRIVATE KEY-----"),
    ],
)
def test_a_shape_is_found(rule: str, text: str) -> None:
    """Addresses, cards, phones and keys, in other letters, with what takes no room inside, in JSON within a text."""
    redactor = Redactor(Redaction(patterns=(rule,)))
    out = redactor.field("inputs", {"said": text})
    assert MARK in out["said"]
    digits = [one for one in ("4111", "901", "555", "bob", "MIIE", "AKIA", "AbCd") if one in text]
    assert all(one not in out["said"] for one in digits)


def test_the_first_of_two_values_under_one_name_is_not_shown() -> None:
    """Readers of JSON take the last: what is written is what was looked at."""
    out = Redactor(Redaction(patterns=("email",))).text("error", '{"to": "bob\\u0040example.com", "to": "x"}')
    assert out == '{"to":"x"}'


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        ("email", "price @ 5.00"),
        ("card", "1795176000123456"),
        ("card", "4111 1111 1111 1112"),
        ("phone", "2026-11-20T12:00:00"),
        ("phone", "10.0.0.255"),
        ("api_key", "task-aaaaaaaaaaaaaaaaaaaaaaaa"),
    ],
)
def test_what_only_looks_a_little_like_it_stays(rule: str, text: str) -> None:
    """Times, addresses of machines, prices and words."""
    assert Redactor(Redaction(patterns=(rule,))).field("inputs", text) == text


def test_a_card_that_is_a_number_is_hidden() -> None:
    """Numbers are looked at by their digits."""
    out = Redactor(Redaction(patterns=("card",))).field("inputs", {"card": 4_111_111_111_111_111})
    assert out == {"card": f"{MARK} card"}


@pytest.mark.parametrize(
    "text",
    [
        f"password={SECRET}&x=1",
        f"PASSWORD: {SECRET}",
        f"{{'password': '{SECRET}'}}",
        f'call(api_key="{SECRET}", n=3)',
        f'"{{\\"apiKey\\": \\"{SECRET}\\"}}" and more',
        f"Authorization: Bearer {SECRET}",
    ],
)
def test_a_key_gives_its_value_away_in_no_text(text: str) -> None:
    """Headers, query strings, code and logs that name it."""
    redactor = Redactor(Redaction(keys=("password", "api_key", "authorization")))
    assert SECRET not in redactor.text("error", text)
    assert redactor.counts.total() == 1


def test_keys_match_by_words_and_by_stars() -> None:
    """Case and separators are no difference; `*` stands for anything."""
    rules = Redactor(Redaction(keys=("api_key", "*token*")))
    said = {"apiKey": 1, "API-KEY": 2, "x_session_token_id": 3, "tok": 4, "api_keys": 5}
    assert [one for one, value in rules.field("inputs", said).items() if str(value).startswith(MARK)] == [
        "apiKey",
        "API-KEY",
        "x_session_token_id",
    ]


def test_paths_lead_through_lists_any_depth_and_json_in_texts() -> None:
    """`[*]`, `[1]`, `*` and `**`; and a field that is a JSON text is entered."""
    rules = Redaction(paths=("inputs.messages[*].content", "outputs.**.ssn", "metadata.user", "inputs.args.q"))
    fields = {
        "inputs": {"messages": [{"role": "user", "content": "first"}, {"content": ["x"]}], "args": '{"q": "second"}'},
        "outputs": {"a": [{"b": {"ssn": 123_456_789}}], "text": "ssn is 123456789"},
        "extra": {"metadata": {"user": {"name": "Quentin"}, "n": 1}},
    }
    out = shown(Redactor(rules), fields)
    hidden = f"{MARK} inputs.messages[*].content"
    assert out["inputs"]["messages"] == [{"role": "user", "content": hidden}, {"content": hidden}]
    assert json.loads(out["inputs"]["args"]) == {"q": f"{MARK} inputs.args.q"}
    assert out["outputs"] == {"a": [{"b": {"ssn": f"{MARK} outputs.**.ssn"}}], "text": f"ssn is {MARK} outputs.**.ssn"}
    assert out["extra"] == {"metadata": {"user": f"{MARK} metadata.user", "n": 1}}


def test_whole_sides_are_hidden_with_what_streamed_of_them() -> None:
    """Inputs, outputs and metadata; the tokens of an output are in events too."""
    rules = Redactor(Redaction(inputs=True, outputs=True, metadata=True))
    assert rules.field("inputs", {"q": "x"}) == {HIDDEN: f"{MARK} inputs"}
    assert rules.field("inputs", {}) == {}
    assert rules.field("events", [{"name": "new_token", "time": "t", "kwargs": {"token": "x"}}]) == [
        {"name": "new_token", "time": "t", HIDDEN: f"{MARK} outputs"}
    ]
    extra = rules.field("extra", {"metadata": {"a": 1}, "runtime": {"os": "x"}})
    assert extra == {"metadata": {HIDDEN: f"{MARK} metadata"}, "runtime": {"os": "x"}}


def test_fields_whose_names_become_the_same_both_stay() -> None:
    """An object loses nothing because two of its names held addresses."""
    out = Redactor(Redaction(patterns=("email",))).field("inputs", {"a@b.example": 1, "c@d.example": 2})
    assert sorted(out.values()) == [1, 2]
    assert all(name.startswith(f"{MARK} email") for name in out)


def test_a_file_of_text_is_cut_and_another_stays_away_if_it_tells() -> None:
    """Text is text; what is none is looked through for what was hidden."""
    rules = Redactor(Redaction(keys=("password",), patterns=("email",)))
    rules.learn("inputs", {"password": SECRET})
    assert rules.bytes(b"to bob@example.com") == f"to {MARK} email".encode()
    assert rules.bytes(b"\xff\xfe plain") == b"\xff\xfe plain"
    assert rules.bytes(b"\xff" + SECRET.encode()) is None


@pytest.mark.parametrize(
    ("said", "what"),
    [
        ({"keys": [""]}, "keys"),
        ({"paths": ["outside.x"]}, "does not begin"),
        ({"paths": ["inputs..x"]}, "no path"),
        ({"patterns": ["iban"]}, "custom"),
        ({"custom": [{"name": "x", "expression": "(a+)+"}]}, "ways"),
        ({"custom": [{"name": "x", "expression": "a*"}]}, "nothing at all"),
        ({"custom": [{"name": "x\n", "expression": "a"}]}, "name"),
        ({"custom": [{"name": "x", "expression": "("}]}, "no regular expression"),
        ({"unknown": True}, "unknown"),
        ({"keys": [str(n) for n in range(101)]}, "at most 100"),
        ([], "redaction"),
    ],
)
def test_rules_that_are_none_are_refused_by_name(said: object, what: str) -> None:
    """The message says which, and why."""
    with pytest.raises(Exception, match=what):
        redaction_of(said)


def test_rules_survive_being_kept() -> None:
    """What was asked is what is carried out; where nothing was decided, ours."""
    asked = redaction_of({"keys": ["a"], "custom": [{"name": "order", "expression": r"ORD-\d{4,10}"}], "inputs": True})
    assert redaction_in(asked.text()) == asked
    assert asked.custom == (Custom("order", r"ORD-\d{4,10}"),)
    assert not redaction_in(None).hides_nothing()
    assert Redaction().hides_nothing()


def test_expressions_are_found_across_windows() -> None:
    """Wherever in a long text they stand."""
    rules = Redaction(custom=(Custom("order", r"ORD-\d{4,10}"),))
    for before in (0, 150, 199, 200, 201, 399, 1_000):
        out = Redactor(rules).text("error", "x" * before + "ORD-123456" + "y" * 500)
        assert out == "x" * before + f"{MARK} order" + "y" * 500


def test_a_text_that_nests_too_deep_is_hidden_whole() -> None:
    """JSON in JSON in JSON: what is not read is not shown."""
    text = SECRET
    for _ in range(7):
        text = json.dumps({"t": text})
    out = Redactor(Redaction(keys=("password",))).text("error", text)
    assert SECRET not in out
    assert "text within text" in out
