"""LangSmith's public API of a shared trace, v1 and v2, from the snapshot."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from urllib.parse import parse_qsl

import msgspec

from functions.public import answers
from functions.public.answers import MAX_BODY_BYTES, Response
from functions.public.asked import Asked
from functions.public.opened import Opened, Opener, nothing
from functions.public.runs import Seen, needs_details, selected, v1_run, v2_run
from functions.public.tree import Place
from shared.base.errors import Malformed, TooLarge
from shared.base.ids import canonical_uuid

Link = Callable[[Asked, Opened, str], str]
"""A signed address of one file of the snapshot."""
_ODD = "runsshare_token="
_MOST_IDS = 1_000


class Api:
    """The routes that programs read."""

    def __init__(self, opener: Opener, link: Link) -> None:
        self._opener = opener
        self._link = link
        self.routes: Mapping[str, Callable[[Asked], Response]] = {
            "GET /public/{token}/run": self._root,
            "GET /public/{token}/run/{run_id}": self._run,
            "POST /public/{token}/runs/query": self._query,
            "GET /public/{token}/feedbacks": self._feedbacks,
            "GET /public/{token}/{oddity}": self._odd,
            "GET /v2/public/{token}/run/{run_id}": self._run_v2,
            "POST /v2/public/{token}/runs/query": self._query_v2,
            "POST /v2/public/{token}/runs/v2/query": self._query_v2,
        }

    def _root(self, asked: Asked) -> Response:
        opened = self._opener.open(asked)
        return self._one(asked, opened, opened.snapshot.tree.first)

    def _run(self, asked: Asked) -> Response:
        opened = self._opener.open(asked)
        return self._one(asked, opened, opened.place(canonical_uuid(asked.variables["run_id"])))

    def _one(self, asked: Asked, opened: Opened, place: Place) -> Response:
        return answers.json_answer(200, v1_run(next(self._seen(asked, opened, [place]))), asked.accepted)

    def _query(self, asked: Asked) -> Response:
        """Pages by bytes: the cursor is how many of the runs that were asked for came before."""
        opened, content = self._opener.open(asked), asked.content()
        places = _asked_for(opened, content.get("id"))
        begin = _begin(content.get("cursor"))
        texts: list[msgspec.Raw] = []
        size = 0
        for seen in self._seen(asked, opened, places[begin:]):
            text = msgspec.json.encode(v1_run(seen))
            size += len(text)
            if texts and size > MAX_BODY_BYTES:
                break
            texts.append(msgspec.Raw(text))
        end = begin + len(texts)
        following = str(end) if end < len(places) else None
        return answers.json_answer(200, {"runs": texts, "cursors": {"next": following}}, asked.accepted)

    def _odd(self, asked: Asked) -> Response:
        """What the JavaScript client asks, which leaves out a question mark; it reads a bare list."""
        oddity = asked.variables["oddity"]
        if not oddity.startswith(_ODD):
            raise nothing()
        opened = self._opener.open(asked)
        ids = [value for name, value in parse_qsl(oddity.removeprefix("runs")) if name == "id"]
        seen = self._seen(asked, opened, _asked_for(opened, ids or None))
        return _whole([v1_run(one) for one in seen], asked)

    def _feedbacks(self, asked: Asked) -> Response:
        """What `run` names, or of the whole trace; bounded by `limit` and `offset`."""
        opened = self._opener.open(asked)
        places = _asked_for(opened, asked.query.get("run"))
        keys = set(asked.query.get("key", []))
        found = [
            {"run_id": place.id, "trace_id": opened.snapshot.tree.trace_id, **one}
            for place, detail in opened.snapshot.details(places)
            for one in detail.get("feedback") or []
            if not keys or one.get("key") in keys
        ]
        begin = _number(asked.query, "offset", 0)
        return _whole(found[begin : begin + _number(asked.query, "limit", 100)], asked)

    def _run_v2(self, asked: Asked) -> Response:
        opened, names = self._opener.open(asked), selected(asked.query.get("selects", []))
        place = opened.place(canonical_uuid(asked.variables["run_id"]))
        return answers.json_answer(200, v2_run(next(self._seen(asked, opened, [place])), names), asked.accepted)

    def _query_v2(self, asked: Asked) -> Response:
        """All runs of the trace in one answer, as this API has no pages; too many are refused, never cut."""
        opened, selects = self._opener.open(asked), asked.content().get("selects") or []
        if not isinstance(selects, list):
            raise Malformed("selects must be a list of properties")
        names = selected(selects)
        places = opened.snapshot.tree.all
        seen = self._seen(asked, opened, places) if needs_details(names) else _of_tree(opened, places)
        return _whole({"items": [v2_run(one, names) for one in seen]}, asked)

    def _seen(self, asked: Asked, opened: Opened, places: Sequence[Place]) -> Iterator[Seen]:
        for place, detail in opened.snapshot.details(places):
            lies_at = opened.snapshot.attachments(place)
            links = {name: self._link(asked, opened, path) for name, path in lies_at.items()}
            yield Seen(opened.snapshot.tree, place, detail, links)


def _of_tree(opened: Opened, places: Sequence[Place]) -> Iterator[Seen]:
    return (Seen(opened.snapshot.tree, place, {}, {}) for place in places)


def _asked_for(opened: Opened, ids: object) -> list[Place]:
    """The runs with these ids that are in the trace; all of them where none is named. Raises: Malformed."""
    if ids is None:
        return opened.snapshot.tree.all
    if not isinstance(ids, list) or len(ids) > _MOST_IDS:
        raise Malformed(f"id must be a list of at most {_MOST_IDS} run ids")
    index = opened.snapshot.tree.index
    found = {at for one in ids if (at := index.get(canonical_uuid(one) or "")) is not None}
    return [opened.snapshot.tree.all[at] for at in sorted(found)]


def _begin(cursor: object) -> int:
    if cursor is None:
        return 0
    if not isinstance(cursor, str) or not cursor.isdigit():
        raise Malformed("cursor is not one that was given out here")
    return int(cursor)


def _number(query: Mapping[str, list[str]], name: str, usual: int) -> int:
    [text, *_] = query.get(name, [str(usual)])
    if not text.isdigit():
        raise Malformed(f"{name} must be a number")
    return int(text)


def _whole(content: object, asked: Asked) -> Response:
    """The answer with all of it. Raises: TooLarge, because a tail is never left out in silence."""
    text = msgspec.json.encode(content)
    if len(text) > MAX_BODY_BYTES:
        raise TooLarge(
            f"This answer has {len(text)} bytes, more than can be returned at once ({MAX_BODY_BYTES}): ask for fewer "
            "runs, or select fewer properties"
        )
    return answers.answer(200, answers.JSON, text, {}, asked.accepted)
