import json
import subprocess

from tests.services.cli.command import ROOT


def test_a_command_is_judged_and_not_run(eim, tmp_path):
    target = tmp_path / "kept"
    target.write_text("")
    judged = eim("check", f"rm -r {target}")
    assert judged.returncode == 0
    first = judged.stdout.partition("\n")[0]
    assert first.startswith("dangerous: deletes /")
    assert first.endswith("kept and all in it")
    assert "[delete-tree-" in judged.stdout
    assert target.exists()


def test_many_commands_are_judged_line_by_line(eim):
    asked = [{"id": 1, "command": "cat a"}, {"id": "x", "command": "ls > b"}]
    run = subprocess.run(
        eim.command("check", "--batch", "--shell", "zsh"),
        input="\n".join(map(json.dumps, asked)),
        env=eim.environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=90,
        check=True,
    )
    first, second = map(json.loads, run.stdout.splitlines())
    assert (first["id"], first["tier"], first["rules"]) == (1, "safe", [])
    place = first["effects"][0]["place"]
    assert place in {"workspace", "temp"}  # as the checkout lies
    assert first["effects"] == [{"kind": "read", "target": "a", "place": place}]
    assert (second["id"], second["tier"], second["rules"]) == ("x", "review", [f"write-{place}"])
    assert second["us"] >= 0


def test_a_line_is_judged_for_the_program_that_would_have_it(eim):
    judged = eim("check", "--program", "psql -h db1 shop", "drop table x;")
    assert judged.returncode == 0
    assert judged.stdout.startswith("dangerous: types 13 characters into psql on db1 as code")
    assert eim("check", "--program", "psql", "select 1;").stdout.startswith("safe: ")
    assert eim("check", "--program", "python3 x.py", "1").stdout.startswith("review: ")
