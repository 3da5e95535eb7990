#!/usr/bin/env python3
"""Holds payloads against what the documentation of their receivers says. Reads one from stdin.

    payload_schema.py webhook|slack|pagerduty

The fields are from these pages, not from the program that is tested:

webhook    https://prometheus.io/docs/alerting/latest/configuration/#webhook_config
slack      https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks
           https://docs.slack.dev/reference/block-kit/blocks (50 blocks; header 150, section 3000)
           https://docs.slack.dev/messaging/formatting-message-text#escaping
pagerduty  https://developer.pagerduty.com/docs/events-api-v2/trigger-events/
           https://github.com/PagerDuty/developer-docs/blob/main/docs/events-API-v2/02-Trigger-Events.md
"""

import datetime
import json
import re
import sys


def check(condition, what):
    if not condition:
        sys.exit(what)


def texts(value, what):
    check(isinstance(value, dict), f"{what} is no object")
    for name, text in value.items():
        check(isinstance(text, str), f"{what}.{name} is no text")


def moment(text):
    """RFC 3339, with a zone."""
    check(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z", text), f"no time: {text}")
    datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))


def webhook(payload):
    names = {
        "version", "groupKey", "truncatedAlerts", "status", "receiver", "groupLabels",
        "commonLabels", "commonAnnotations", "externalURL", "alerts",
    }
    check(set(payload) == names, f"keys: {set(payload) ^ names}")
    check(payload["version"] == "4", "version")
    for name in ("groupKey", "receiver", "externalURL"):
        check(isinstance(payload[name], str), name)
    check(type(payload["truncatedAlerts"]) is int, "truncatedAlerts")
    check(payload["status"] in ("firing", "resolved"), "status")
    for name in ("groupLabels", "commonLabels", "commonAnnotations"):
        texts(payload[name], name)
    check(payload["alerts"], "no alerts")
    for alert in payload["alerts"]:
        names = {
            "status", "labels", "annotations", "startsAt", "endsAt", "generatorURL", "fingerprint",
        }
        check(set(alert) == names, f"alert keys: {set(alert) ^ names}")
        check(alert["status"] in ("firing", "resolved"), "alert status")
        texts(alert["labels"], "labels")
        texts(alert["annotations"], "annotations")
        check(alert["labels"].get("alertname"), "no alertname")
        moment(alert["startsAt"])
        moment(alert["endsAt"])
        ended = alert["endsAt"] != "0001-01-01T00:00:00Z"
        check(ended == (alert["status"] == "resolved"), "endsAt does not fit the status")
        check(re.fullmatch(r"[0-9a-f]{16}", alert["fingerprint"]), "fingerprint")
    for name, value in payload["commonLabels"].items():
        check(all(a["labels"].get(name) == value for a in payload["alerts"]), "commonLabels")
    firing = any(a["status"] == "firing" for a in payload["alerts"])
    check(payload["status"] == ("firing" if firing else "resolved"), "status of the group")


def slack(payload):
    check(set(payload) <= {"text", "blocks"}, "keys")
    check(isinstance(payload["text"], str) and payload["text"], "text")
    check(1 <= len(payload["blocks"]) <= 50, "50 blocks")
    check(len(json.dumps(payload["blocks"], ensure_ascii=False)) < 13_000, "blocks too long together")
    for block in payload["blocks"]:
        kind = block["type"]
        check(kind in ("header", "section", "context"), f"block {kind}")
        if kind == "context":
            check(set(block) == {"type", "elements"} and len(block["elements"]) <= 10, "context")
            inner = block["elements"]
        else:
            check(set(block) == {"type", "text"}, f"{kind} keys")
            inner = [block["text"]]
        for text in inner:
            check(set(text) == {"type", "text"} and text["text"], "text object")
            limit = 150 if kind == "header" else 3_000
            check(len(text["text"]) <= limit, f"{kind} over {limit}")
            check(text["type"] == ("plain_text" if kind == "header" else "mrkdwn"), "text type")
            if text["type"] == "mrkdwn":
                check(not re.search(r"<[!@#]|[<>]", text["text"]), "unescaped < or >")
                check(not re.search(r"&(?!amp;|lt;|gt;)", text["text"]), "unescaped &")


def pagerduty(event):
    check(re.fullmatch(r"[0-9A-Za-z]{32}", event["routing_key"]), "routing_key of 32 characters")
    check(event["event_action"] in ("trigger", "acknowledge", "resolve"), "event_action")
    check(0 < len(event["dedup_key"]) <= 255, "dedup_key up to 255")
    known = {"routing_key", "event_action", "dedup_key", "payload", "client", "links"}
    check(set(event) <= known, f"keys {set(event) - known}")
    if event["event_action"] != "trigger":
        return
    payload = event["payload"]
    known = {
        "summary", "source", "severity", "timestamp", "component", "group", "class",
        "custom_details",
    }
    check(set(payload) <= known, f"payload keys {set(payload) - known}")
    check(0 < len(payload["summary"]) <= 1024, "summary up to 1024")
    check(isinstance(payload["source"], str) and payload["source"], "source")
    check(payload["severity"] in ("critical", "error", "warning", "info"), "severity")
    moment(payload["timestamp"])
    check(isinstance(payload["custom_details"], dict), "custom_details")
    for name in ("component", "group", "class"):
        check(isinstance(payload.get(name, ""), str), name)
    for link in event.get("links", []):
        check(set(link) <= {"href", "text"} and link["href"].startswith("http"), "link")


if __name__ == "__main__":
    {"webhook": webhook, "slack": slack, "pagerduty": pagerduty}[sys.argv[1]](json.load(sys.stdin))
