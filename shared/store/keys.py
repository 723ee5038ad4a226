"""Every key of both tables and of the bucket, on one page. `docs/data-model.md` is generated from it.

The workspace comes first in every partition, so that no key made here can reach another's data (an API key, a
session, a feedback token and a share are found by their hash, before their workspace is known). Time-ordered
partitions are split by hour or day and by an explicit shard, since DynamoDB's own splitting cannot spread keys that
only ever grow.

A start is written as 16 digits of microseconds, so that text order is time order.
"""

from __future__ import annotations

import hashlib
import zlib

from shared.base.units import US_PER_DAY, US_PER_HOUR, US_PER_MINUTE
from shared.store.ports import Key

LAST = "\U0010ffff"
_MINUTES_PER_HOUR = 60

# --- traces table ---------------------------------------------------------------------------------


def trace(workspace: str, trace_id: str) -> str:
    """Everything of one trace: its fate, its chunks, its feedback."""
    return f"{workspace}#trace#{trace_id}"


FATE = "!"
"""The trace's retention: tier, since when, and why. Absent while the trace is in the base tier."""
PROVISIONAL_HEAD = "!head"
"""Where the head of a trace stands whose root has not arrived; absent in all others."""
ERASED = "!erased"
"""The tombstone of a trace that was deleted on request: nothing of it is readable, and nothing can be added."""
CHUNK = "c#"
ARCHIVES = CHUNK + "!"
"""Archives stand among a trace's chunks, and sort before them."""
FEEDBACK = "f#"
WHY = "u#"
"""What else would have kept a trace longer, after the cause in its fate had done it: read when somebody asks."""
REFUSED = "x#"
"""What would have kept a trace longer, had no limit been reached: when it was first refused."""
QUEUED = "q#"
"""The items of annotation queues that are about the trace: an erasure goes by them."""
APPLIED = "r#"
"""What rules did with the trace: read along with it by who looks for rules' sake."""
COPIED = "k#"
"""The examples of datasets that were copied from the trace: what an erasure's receipt names."""


def chunk(receipt: str, part: int) -> str:
    """One group of facts: the same request always writes the same rows."""
    return f"{CHUNK}{receipt}#{part:04d}"


def archive(segment_name: str) -> str:
    """Chunks of a trace of the extended tier whose facts were put into a segment of this name."""
    return f"{ARCHIVES}{segment_name}"


def feedback(feedback_id: str, receipt: str) -> str:
    """What one request said of one feedback, under its trace or its project: the same request writes the same row."""
    return f"{FEEDBACK}{feedback_id}#{receipt}"


def why(kind: str, cause_id: str) -> str:
    """One later cause of a trace's longer life, under the trace: the same cause writes the same row."""
    return f"{WHY}{kind}#{cause_id}"


def queued(queue_id: str, item_id: str) -> str:
    """One item of an annotation queue that is about the trace, under the trace: an erasure goes by it."""
    return f"{QUEUED}{queue_id}#{item_id}"


def copied(example_id: str) -> str:
    """One example that was copied from the trace, under the trace: what an erasure's receipt names."""
    return f"{COPIED}{example_id}"


def applied(rule_id: str, number: int) -> str:
    """What a rule did with runs of the trace, under the trace: its first time there, its second, and so on."""
    return f"{APPLIED}{rule_id}#{number:06d}"


def refused(kind: str, cause_id: str) -> str:
    """One cause that was refused, under its trace: the same cause is refused, and listed, once."""
    return f"{REFUSED}{kind}#{cause_id}"


def refused_upgrades(workspace: str) -> str:
    """The upgrades that a limit refused, in order of time: a row a trace and cause."""
    return f"{workspace}#refused-upgrades"


def refused_upgrade(at_us: int, trace_id: str, kind: str, cause_id: str) -> str:
    """One refused upgrade among the workspace's."""
    return f"{moment(at_us)}#{trace_id}#{kind}#{cause_id}"


def project_feedback(workspace: str, project: str) -> str:
    """The feedback that is about a project as a whole, and about no run of it."""
    return f"{workspace}#project-feedback#{project}"


def feedback_places(workspace: str, feedback_id: str) -> str:
    """Under which trace or project a feedback lies: how it is found by its id."""
    return f"{workspace}#feedback#{feedback_id}"


def waiting_feedback(workspace: str) -> str:
    """The runs that feedback named before they were here: it lies under the run's id as if that were a trace's."""
    return f"{workspace}#feedback-waiting"


def feedback_list(workspace: str, project: str) -> str:
    """All feedback of a project, as merged, in order of time: what lists and statistics read."""
    return f"{workspace}#feedback-list#{project}"


def feedback_listed(created_us: int, feedback_id: str) -> str:
    """One feedback in the list of its project."""
    return f"{moment(created_us)}#{feedback_id}"


def feedback_token(token_hash: str) -> Key:
    """What a presigned token allows, by the SHA-256 of its text."""
    return Key(f"feedback-token#{token_hash}", "!")


def feedback_tokens(workspace: str, run_id: str) -> str:
    """The presigned tokens that were made for a run."""
    return f"{workspace}#feedback-tokens#{run_id}"


def heads(workspace: str, project: str, start_us: int, shard: int) -> str:
    """The roots of one project that started on one UTC day."""
    return f"{workspace}#heads#{project}#{start_us // US_PER_DAY:05d}#{shard:02d}"


def head(root_start_us: int, trace_id: str) -> str:
    """One root among the day's, in order of its start."""
    return f"{moment(root_start_us)}#{trace_id}"


def log(workspace: str, project: str, start_us: int, shard: int) -> str:
    """The facts about all runs of one project that started in one hour."""
    return f"{workspace}#log#{project}#{start_us // US_PER_HOUR:07d}#{shard:02d}"


def log_row(start_us: int, receipt: str, part: int) -> str:
    """What one request said about the runs that started in one minute of the hour."""
    return f"{log_minute(start_us)}#{receipt}#{part:04d}"


def log_minute(start_us: int) -> str:
    """The minute within the hour, as the first part of a log row's sort key."""
    return f"{start_us // US_PER_MINUTE % _MINUTES_PER_HOUR:02d}"


def errors(workspace: str, project: str, start_us: int, shard: int) -> str:
    """The failed runs of one project that started on one UTC day."""
    return f"{workspace}#errors#{project}#{start_us // US_PER_DAY:05d}#{shard:02d}"


def error(start_us: int, run_id: str) -> str:
    """One failed run among the day's, in order of its start."""
    return f"{moment(start_us)}#{run_id}"


def thread(workspace: str, project: str, thread_id: str) -> str:
    """The traces of one conversation. Hashed, because a thread's id may be of any length."""
    return f"{workspace}#thread#{project}#{hashlib.sha256(thread_id.encode()).hexdigest()[:32]}"


def hours(workspace: str, project: str) -> str:
    """Which hours of a project hold anything, and over how many shards: where readers look first."""
    return f"{workspace}#hours#{project}"


def hour(start_us: int, shards: int) -> str:
    """One hour with one count of shards; readers take the largest count."""
    return f"{start_us // US_PER_HOUR:07d}#{shards:02d}"


def feed(workspace: str, received_us: int, shard: int) -> str:
    """The requests that were recorded for a workspace in one hour: what the jobs read."""
    return f"{workspace}#feed#{received_us // US_PER_HOUR:07d}#{shard:02d}"


def upgraded(workspace: str, month: str) -> str:
    """The traces that came into the extended tier in one calendar month (UTC), by their id: what is billed for."""
    return f"{workspace}#upgraded#{month}"


def recount(workspace: str) -> str:
    """The hours of the feed that got something late, or a trace too many: empty but for hard times."""
    return f"{workspace}#recount"


def recount_hour(hour: int) -> str:
    """An hour of the feed that was written to long after it."""
    return f"{hour:07d}"


def recount_trace(hour: int, trace_id: str) -> str:
    """A trace that this hour must not count, since it turned out to have begun earlier."""
    return f"{hour:07d}#{trace_id}"


def rule_log(workspace: str, rule_id: str) -> str:
    """What a rule did, a row a pass: by the moment up to which it had looked before, its look back by numbers."""
    return f"{workspace}#rule-log#{rule_id}"


def rule_log_row(name: str, part: int) -> str:
    """One part of what was done in the pass of this name."""
    return f"{name}#{part:03d}"


def rollups(workspace: str, project: str) -> str:
    """The statistics of a project by hour."""
    return f"{workspace}#rollups#{project}"


def rollup(hour: int) -> str:
    """The statistics of one hour of starts: overwritten whenever the hour is counted again."""
    return f"{hour:07d}"


def pointer(workspace: str, run_id: str) -> Key:
    """Which trace a run is in, for runs whose id does not say when they started."""
    return Key(f"{workspace}#run#{run_id}", "!")


def delivery(workspace: str, delivery_id: str) -> Key:
    """What became of one delivery of a rule: to whom, when and how often it was tried, never what was said."""
    return Key(f"{workspace}#delivery#{delivery_id}", "!")


def erasing(workspace: str) -> str:
    """The traces of a workspace that are being erased: what every reader looks at first. Empty but for minutes."""
    return f"{workspace}#erasing"


def erasing_part(erasure_id: str, part: int) -> str:
    """Some of the traces that one erasure removes together."""
    return f"{erasure_id}#{part:06d}"


def cutting(workspace: str, segment_key: str) -> Key:
    """Who is cutting bytes out of this segment now, so that no two do it at once."""
    return Key(f"{workspace}#cutting", segment_key)


def rejects(workspace: str, received_us: int) -> str:
    """The operations of a workspace that were refused on one UTC day."""
    return f"{workspace}#rejects#{received_us // US_PER_DAY:05d}"


def reject(receipt: str, where: str) -> str:
    """One refused operation, in order of its arrival; the same refusal has the same key again."""
    return f"{receipt}#{hashlib.sha256(where.encode()).hexdigest()[:12]}"


def buried(workspace: str) -> str:
    """The requests of a workspace that were given up whole, by receipt: they are among the dead letters."""
    return f"{workspace}#buried"


# --- control table --------------------------------------------------------------------------------


def api_key(key_hash: str) -> Key:
    """An API key by the SHA-256 of its text."""
    return Key(f"key#{key_hash}", "!")


def session(session_hash: str) -> Key:
    """A signed-in browser by the SHA-256 of its cookie; it ends by TTL."""
    return Key(f"session#{session_hash}", "!")


def workspaces() -> str:
    """All workspaces of this deployment."""
    return "workspaces"


def watermark(workspace: str, job: str) -> Key:
    """Up to which receipt a job has followed a workspace's feed."""
    return Key(f"{workspace}#watermarks", job)


def retention(scope: str) -> Key:
    """What an owner chose about retention; the scope is a workspace, or a whole organization, by its id."""
    return Key(f"{scope}#retention", "!")


def workspace_keys(workspace: str) -> str:
    """The API keys of a workspace, by their id."""
    return f"{workspace}#keys"


def key_uses(workspace: str) -> str:
    """When each key was last used in a workspace, by its id."""
    return f"{workspace}#key-uses"


def projects(workspace: str) -> str:
    """The projects of a workspace, by their id."""
    return f"{workspace}#projects"


def project_name(workspace: str, name: str) -> Key:
    """The id of the project with this name. Hashed, because a name may be longer than a key."""
    return Key(f"{workspace}#project-names", hashlib.sha256(name.encode()).hexdigest())


def views(workspace: str, project: str) -> str:
    """The saved views of a project, by their id."""
    return f"{workspace}#views#{project}"


def erasures(workspace: str) -> str:
    """The receipts of a workspace's erasures, by their id, in order of time."""
    return f"{workspace}#erasures"


def erased_parts(workspace: str, erasure_id: str) -> str:
    """What was removed by one erasure: a row for each part, by its number."""
    return f"{workspace}#erased#{erasure_id}"


def erased_copies(workspace: str, erasure_id: str) -> str:
    """The exported files that may hold what one erasure removed, by their paths."""
    return f"{workspace}#erased-copies#{erasure_id}"


def erased_examples(workspace: str, erasure_id: str) -> str:
    """The examples that were copied from what one erasure removed, by their id."""
    return f"{workspace}#erased-examples#{erasure_id}"


def annotation_queues(workspace: str) -> str:
    """The annotation queues of a workspace, by their id."""
    return f"{workspace}#annotation-queues"


def queue_items(workspace: str, queue_id: str) -> str:
    """The runs in an annotation queue, by the item's id: the same run has the same one again."""
    return f"{workspace}#queue-items#{queue_id}"


def datasets(workspace: str) -> str:
    """The datasets of a workspace, by their id."""
    return f"{workspace}#datasets"


def dataset_name(workspace: str, name: str) -> Key:
    """The id of the dataset with this name. Hashed, because a name may be longer than a key."""
    return Key(f"{workspace}#dataset-names", hashlib.sha256(name.encode()).hexdigest())


def example(workspace: str, example_id: str) -> Key:
    """One example of a dataset, with its content unless that is large."""
    return Key(f"{workspace}#example#{example_id}", "!")


def examples(workspace: str, dataset_id: str) -> str:
    """The examples of a dataset, in order of when they were made: what lists walk."""
    return f"{workspace}#examples#{dataset_id}"


def example_listed(created_us: int, example_id: str) -> str:
    """One example in the list of its dataset."""
    return f"{moment(created_us)}#{example_id}"


UPGRADES = "upgrades"
"""Among the counts of a month: that of its upgrades, beside those of its hours."""


def usage(workspace: str, month: str) -> str:
    """What was counted of one calendar month (UTC), by hour: each row is overwritten, none is ever added to."""
    return f"{workspace}#usage#{month}"


def usage_hour(hour: int) -> str:
    """The count of one hour, as its parts begin."""
    return f"{hour:07d}"


def usage_part(count: str, part: int) -> str:
    """One part of the count of an hour, or of a month's upgrades; the first says how many there are."""
    return f"{count}#{part:03d}"


def billing(organization: str) -> Key:
    """The plans that an organization chose, each from its moment on."""
    return Key(f"{organization}#billing", "!")


def usage_limits(organization: str) -> str:
    """The limits that an owner set, for the whole organization or for one of its workspaces, by their id."""
    return f"{organization}#usage-limits"


def usage_standing(workspace: str) -> Key:
    """How near a workspace is to its limit: what `receive` reads once a minute."""
    return Key(f"{workspace}#usage-standing", "!")


def limit_alerts(organization: str) -> str:
    """What was told of the limits of an organization and its workspaces."""
    return f"{organization}#limit-alerts"


def limit_alert(month: str, limit_id: str, value: int, level: str) -> str:
    """One alert: once a month for a limit of this value, when it is near and when it is reached."""
    return f"{month}#{limit_id}#{value}#{level}"


def feedback_configs(workspace: str) -> str:
    """How the scores of each feedback key are to be read, by that key."""
    return f"{workspace}#feedback-configs"


def rules(workspace: str) -> str:
    """The rules of a workspace, by their id, each with how far it is: what the job reads each minute."""
    return f"{workspace}#rules"


def rule_state(rule_id: str) -> str:
    """Up to when a rule has looked, and how that went, beside the rule."""
    return f"{rule_id}#state"


def rule_backfill(rule_id: str) -> str:
    """How far a rule has looked back, beside the rule."""
    return f"{rule_id}#backfill"


def rule_cap(workspace: str, rule_id: str, month: str) -> Key:
    """The upgrades that a rule with a cap has made in a month, and those that it is about to make."""
    return Key(f"{workspace}#rule-caps#{rule_id}", month)


def own_prices(workspace: str) -> str:
    """The prices of models that an owner wrote, by their id."""
    return f"{workspace}#prices"


def exports(workspace: str) -> str:
    """The bulk exports of a workspace, by their id."""
    return f"{workspace}#exports"


def export_destinations(workspace: str) -> str:
    """Where a workspace's bulk exports may go, by id."""
    return f"{workspace}#export-destinations"


def export_windows(workspace: str, export_id: str) -> str:
    """The stretches of time of one export, by their start, and how far each is."""
    return f"{workspace}#export#{export_id}"


def export_parts(workspace: str, export_id: str, start_us: int) -> str:
    """The files of one window of an export, by their number."""
    return f"{workspace}#export#{export_id}#{moment(start_us)}"


def exports_due() -> str:
    """The windows that are not exported yet, of all workspaces: where the export room looks."""
    return "exports-due"


def export_due(export_id: str, start_us: int) -> str:
    """One window that is not exported yet."""
    return f"{export_id}#{moment(start_us)}"


SHARE_ROWS = ("share#", "share-settings#")
"""How the partitions begin that a link leads to: the public room's role may read these alone."""


def share(token_hash: str) -> Key:
    """A share by the SHA-256 of its token: what `public` reads. Its role may read partitions that begin so alone."""
    return Key(f"share#{token_hash}", "!")


def share_settings(scope: str) -> Key:
    """How a workspace, or a whole organization, shares; `public` reads it too."""
    return Key(f"share-settings#{scope}", "!")


def sharing_switched_off() -> str:
    """The workspaces and organizations that ever switched sharing off; whether it is off now, their settings say."""
    return "sharing-switched-off"


def share_views(share_id: str) -> Key:
    """How often a share was looked at."""
    return Key(f"share-views#{share_id}", "!")


def shared_traces(workspace: str) -> str:
    """The traces of a workspace that are shared now, by their id."""
    return f"{workspace}#shared"


def share_receipts(workspace: str) -> str:
    """The receipts of all shares of a workspace, by the share's id, in order of time."""
    return f"{workspace}#share-receipts"


def shares_ending() -> str:
    """The shares of all workspaces, in order of their end: where the clock looks for what is to be taken back."""
    return "shares-ending"


def share_ending(ends_us: int, share_id: str) -> str:
    """One share among those that end."""
    return f"{moment(ends_us)}#{share_id}"


# --- bucket -----------------------------------------------------------------------------------------


def segment(tier: str, workspace: str, name: str) -> str:
    """The payload frames of one batch. The tier comes first: lifecycle rules go by prefix.

    The name must be new for each writing: chunks of an earlier delivery may point into the earlier object.
    """
    return f"{tier}/segments/{workspace}/{name}"


def attachments(tier: str, workspace: str, trace_id: str) -> str:
    """All attachments of one trace in one tier: how their keys begin."""
    return f"{tier}/attachments/{workspace}/{trace_id}/"


def attachment(tier: str, workspace: str, trace_id: str, run_id: str, name: str, receipt: str) -> str:
    """One attachment of a run, as one request sent it."""
    name_hash = hashlib.sha256(name.encode()).hexdigest()[:16]
    return f"{attachments(tier, workspace, trace_id)}{run_id}/{name_hash}-{receipt}"


DATASETS = "datasets/"
"""How the keys of examples' contents begin: no lifecycle touches them."""


def example_contents(workspace: str, dataset_id: str, example_id: str) -> str:
    """All contents of one example: how their keys begin."""
    return f"{DATASETS}{workspace}/{dataset_id}/{example_id}/"


def example_content(workspace: str, dataset_id: str, example_id: str, digest: str) -> str:
    """The inputs and outputs of one example that are too large for its row, by their digest."""
    return f"{example_contents(workspace, dataset_id, example_id)}{digest}"


# --- parts ------------------------------------------------------------------------------------------


def tier_of(key: str) -> str:
    """The tier that an object lies in, by its key."""
    return key.partition("/")[0]


def in_tier(key: str, tier: str) -> str:
    """The key of the same object in another tier."""
    return f"{tier}/{key.partition('/')[2]}"


def moment(time_us: int) -> str:
    """A time as text that sorts: 16 digits of microseconds."""
    return f"{time_us:016d}"


def shard_of(any_id: str, shards: int) -> int:
    """The shard that an id falls into: the same for all facts about it."""
    return zlib.crc32(any_id.encode()) % shards
