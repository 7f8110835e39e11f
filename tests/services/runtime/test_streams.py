import msgspec
import pytest

from services.runtime.settings import MIB, Clustering
from services.runtime.streams import CONSUMERS, ProvisioningRefused, provision, streams


async def ask(client, what, body=None):
    payload = b"" if body is None else msgspec.json.encode(body)
    return msgspec.json.decode((await client.request(f"$JS.API.{what}", payload, timeout=5)).data)


async def config_of(client, stream):
    return (await ask(client, f"STREAM.INFO.{stream}"))["config"]


async def test_the_log_is_append_only_and_repeated_live(broker):
    async with broker.connect("inspector") as client:
        config = await config_of(client, "EVENTS")
    assert (
        config
        | {
            "subjects": ["evt.>"],
            "storage": "file",
            "discard": "new",
            "max_age": 0,
            "max_msg_size": 256 * 1024,
            "duplicate_window": 600_000_000_000,
            "deny_delete": True,
            "deny_purge": True,
            "allow_direct": True,
            "republish": {"src": "evt.>", "dest": "live.evt.>"},
        }
        == config
    )


@pytest.mark.parametrize("operation", ["STREAM.PURGE.EVENTS", "STREAM.MSG.DELETE.EVENTS"])
async def test_not_even_the_operator_takes_an_event_out_of_the_log(broker, operation):
    async with broker.connect("operator") as operator:
        answer = await ask(operator, operation, {"seq": 1} if "MSG" in operation else {})
    assert answer["error"]["code"] in (400, 500)


async def test_provisioning_again_changes_nothing(broker):
    names = [stream.name for stream in streams(broker.config.clustering)]
    async with broker.connect("operator") as operator:
        before = [await config_of(operator, name) for name in names]
        await provision(operator, broker.config.clustering)
        assert [await config_of(operator, name) for name in names] == before


async def test_a_consumer_keeps_its_position_when_provisioned_again(own_broker):
    async with own_broker.connect("mcp_front") as front:
        await front.request("evt.test.s1.call-requested", b"{}")
    async with own_broker.connect("operator") as operator:
        work = "$JS.API.CONSUMER.MSG.NEXT.EVENTS.safety_reviewer"
        await operator.request(work, b'{"batch":1}', timeout=5, old_style=True)
        await provision(operator, own_broker.config.clustering)
        found = await ask(operator, "CONSUMER.INFO.EVENTS.safety_reviewer")
    assert found["delivered"]["stream_seq"] == 1


async def test_each_reactor_gets_the_facts_it_acts_on(broker):
    async with broker.connect("operator") as operator:
        config = (await ask(operator, "CONSUMER.INFO.EVENTS.session_driver"))["config"]
    assert config["filter_subjects"] == ["evt.*.*.call-cleared", "evt.*.*.approval-granted"]
    assert (config["ack_policy"], config["max_deliver"], config["max_ack_pending"]) == (
        "explicit",
        5,
        256,
    )


async def test_every_reactor_has_a_durable_consumer(broker):
    async with broker.connect("operator") as operator:
        found = await ask(operator, "CONSUMER.NAMES.EVENTS")
    assert set(CONSUMERS) <= set(found["consumers"])


async def test_a_larger_limit_is_taken_over(own_broker):
    async with own_broker.connect("operator") as operator:
        await provision(operator, Clustering(output_max_bytes=300 * MIB, events_max_bytes=MIB))
        assert (await config_of(operator, "OUTPUT"))["max_bytes"] == 300 * MIB


async def test_a_limit_below_what_the_log_holds_is_refused(own_broker):
    async with own_broker.connect("mcp_front") as front:
        for _ in range(6):
            await front.request("evt.test.s1.call-served", b"x" * 200_000)
    async with own_broker.connect("operator") as operator:
        with pytest.raises(ProvisioningRefused, match=r"EVENTS holds 1\d{6} bytes .* raise"):
            await provision(operator, Clustering(events_max_bytes=MIB))


async def test_a_stream_that_cannot_become_what_is_wanted_is_refused_by_name(own_broker):
    async with own_broker.connect("operator") as operator:
        await ask(operator, "STREAM.DELETE.AUDIT")
        wrong = {"name": "AUDIT", "subjects": ["audit.>"], "storage": "memory"}
        await ask(operator, "STREAM.CREATE.AUDIT", wrong)
        with pytest.raises(ProvisioningRefused, match=r"AUDIT: .*storage type.*restore a backup"):
            await provision(operator, own_broker.config.clustering)


async def test_advisories_tell_who_touched_a_stream(own_broker):
    async with own_broker.connect("operator") as operator:
        await ask(operator, "STREAM.DELETE.AUDIT")
        last = {"last_by_subj": "$JS.EVENT.ADVISORY.STREAM.DELETED.AUDIT"}
        found = await ask(operator, "STREAM.MSG.GET.ADVISORIES", last)
    assert found["message"]["subject"] == last["last_by_subj"]
