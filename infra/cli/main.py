"""`./tracekeep`: what an owner or a developer does by a command.

audit-usage whether what is billed is what is stored
bootstrap   the first workspace and key of a deployed stack
export      the runs of a query, as NDJSON
import      such a file, or another server's runs, into a server
verify      whether a bulk export is whole and as it was written
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from botocore.session import Session

from infra.bootstrap import BootstrapFailed, bootstrap, outputs_of
from infra.cli.audit import audit, report
from infra.cli.exporting import Target, export
from infra.cli.failures import CommandFailed
from infra.cli.importing import FileSheets, Importer, ServerSheets, Settings, Sheets
from infra.cli.lines import STANDARD
from infra.cli.server import Server
from infra.cli.sources import Wanted, source_of
from infra.cli.verify import verify

_INTERRUPTED = 130
"""As a shell reports a program that Ctrl-C ended."""


def main(argv: Sequence[str] | None = None) -> int:
    """The command line; the exit code. What a person can mend is one line, not a traceback."""
    asked = _parser().parse_args(argv)
    run: Callable[[argparse.Namespace, Mapping[str, str]], int] = asked.run
    try:
        return run(asked, os.environ)
    except (BootstrapFailed, CommandFailed) as failed:
        sys.stderr.write(f"tracekeep: {failed}\n")
        return 1
    except KeyboardInterrupt:
        sys.stderr.write("\ntracekeep: interrupted; the same command with --resume goes on\n")
        return _INTERRUPTED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="tracekeep", description="Look after traces and a deployed Tracekeep.")
    commands = parser.add_subparsers(dest="command", required=True)
    _bootstrap_options(commands.add_parser("bootstrap", help="make the first workspace and its API key"))
    _export_options(commands.add_parser("export", help="write the runs of a query as NDJSON"))
    _import_options(commands.add_parser("import", help="send the runs of a file, or of another server, to a server"))
    _verify_options(commands.add_parser("verify", help="check a bulk export by its manifest"))
    _audit_options(commands.add_parser("audit-usage", help="count usage once more from what is stored, and compare"))
    return parser


def _audit_options(command: argparse.ArgumentParser) -> None:
    command.set_defaults(run=_audit)
    _server_options(command)
    command.add_argument("--start", help="from when, as 2026-11-20T00:00:00Z (default: as long as traces are kept)")
    command.add_argument("--end", help="until when (default: now)")


def _bootstrap_options(command: argparse.ArgumentParser) -> None:
    command.set_defaults(run=_bootstrap)
    command.add_argument("--stack", default="tracekeep", help="the CloudFormation stack (default: tracekeep)")
    command.add_argument("--another-key", action="store_true", help="make a new key in the first workspace")


def _export_options(command: argparse.ArgumentParser) -> None:
    command.set_defaults(run=_export)
    _server_options(command)
    _query_options(command, is_required=True)
    command.add_argument("--out", required=True, help="a file (.gz and .zst are packed), or - for standard output")
    command.add_argument("--attachments", type=Path, metavar="DIR", help="fetch attachments into this folder")
    command.add_argument("--resume", action="store_true", help="go on where an interrupted export ended")


def _import_options(command: argparse.ArgumentParser) -> None:
    command.set_defaults(run=_import)
    _server_options(command)
    command.add_argument("file", nargs="?", help="a file of an export, or - for standard input")
    command.add_argument("--from", dest="origin", metavar="URL", help="read from this server instead of a file")
    command.add_argument("--from-key", metavar="KEY", help="its API key (default: TRACEKEEP_FROM_KEY)")
    _query_options(command, is_required=False)
    command.add_argument("--into", metavar="NAME", help="put all runs into this project (default: the one they had)")
    command.add_argument("--attachments", type=Path, metavar="DIR", help="the folder that an export put them in")
    command.add_argument("--resume", action="store_true", help="go on where an interrupted import ended")
    command.add_argument("--report", type=Path, metavar="FILE", help="where refused runs are noted, a line each")
    command.add_argument("--journal", type=Path, metavar="FILE", help="where it notes how far it is")


def _verify_options(command: argparse.ArgumentParser) -> None:
    command.set_defaults(run=lambda asked, _: verify(asked.manifest))
    command.add_argument("manifest", help="a manifest of a bulk export: a path, or s3://bucket/key")


def _server_options(command: argparse.ArgumentParser) -> None:
    command.add_argument("--endpoint", help="the server (default: LANGSMITH_ENDPOINT)")
    command.add_argument("--key", help="an API key of it (default: LANGSMITH_API_KEY)")


def _query_options(command: argparse.ArgumentParser, *, is_required: bool) -> None:
    command.add_argument("--project", required=is_required, help="the project, by name or id")
    command.add_argument("--start", help="runs that started then or later, as 2026-11-20T00:00:00Z")
    command.add_argument("--end", help="runs that started then or earlier")
    command.add_argument("--filter", help='in the filter language, as eq(status, "error")')
    which = command.add_mutually_exclusive_group()
    which.add_argument("--root-only", action="store_true", help="only the root of each trace")
    which.add_argument("--all-runs", action="store_true", help="every run (the default)")


def _bootstrap(asked: argparse.Namespace, _environ: Mapping[str, str]) -> int:
    outputs = outputs_of(asked.stack, Session().create_client("cloudformation"))
    sys.stdout.write(bootstrap(outputs, another=asked.another_key).as_shell())
    return 0


def _export(asked: argparse.Namespace, environ: Mapping[str, str]) -> int:
    export(_server(asked, environ), _wanted(asked), Target(asked.out, asked.attachments, asked.resume))
    return 0


def _audit(asked: argparse.Namespace, environ: Mapping[str, str]) -> int:
    """1 where anything differs, so that a script notices."""
    return report(audit(_server(asked, environ), asked.start, asked.end))


def _import(asked: argparse.Namespace, environ: Mapping[str, str]) -> int:
    """1 where anything was refused, so that a script notices."""
    if (asked.file is None) == (asked.origin is None):
        raise CommandFailed("say what to import: either a file, or --from URL with --project")
    origin = None if asked.origin is None else _origin(asked, environ)
    sheets: Sheets = FileSheets(asked.file) if origin is None else _server_sheets(origin, _wanted(asked))
    importer = Importer(_server(asked, environ), sheets, _import_settings(asked), origin)
    importer.run()
    return 1 if importer.refused else 0


def _import_settings(asked: argparse.Namespace) -> Settings:
    """The journal and the report lie beside the file, where nothing else is said."""
    beside = None if asked.file in {None, STANDARD} else Path(asked.file)
    journal = asked.journal or (beside and beside.with_name(beside.name + ".import"))
    report = asked.report or (beside and beside.with_name(beside.name + ".refused"))
    if asked.resume and journal is None:
        raise CommandFailed("--resume needs --journal FILE here: there is no file that it could lie beside")
    return Settings(asked.into, asked.attachments, asked.resume, journal, report)


def _server_sheets(origin: Server, wanted: Wanted) -> ServerSheets:
    if wanted.project is None:
        raise CommandFailed("--from needs --project: which project of that server to read")
    return ServerSheets(f"{origin.endpoint} {wanted}", source_of(origin, wanted))


def _wanted(asked: argparse.Namespace) -> Wanted:
    return Wanted(asked.project, asked.start, asked.end, asked.filter, asked.root_only)


def _origin(asked: argparse.Namespace, environ: Mapping[str, str]) -> Server:
    return Server(asked.origin, asked.from_key or environ.get("TRACEKEEP_FROM_KEY", ""))


def _server(asked: argparse.Namespace, environ: Mapping[str, str]) -> Server:
    endpoint = asked.endpoint or environ.get("LANGSMITH_ENDPOINT")
    if not endpoint:
        raise CommandFailed("which server? set LANGSMITH_ENDPOINT, or say --endpoint https://host/api/v1")
    return Server(endpoint, asked.key or environ.get("LANGSMITH_API_KEY", ""))


if __name__ == "__main__":
    sys.exit(main())
