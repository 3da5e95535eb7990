/// The schemas of answers, as JSON: what every answer has; more fields may come.
enum OpenAPISchemas {
    /// What `TimeExpression` reads, for generators of requests; it reads a little more.
    static let time =
        "^(now|today|yesterday|[1-9][0-9]{0,2}(s|m|h|d)|"
        + "20[0-2][0-9]-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]Z)$"

    /// What `ZoneArgument` reads, with a few of its names.
    static let zone =
        "^(UTC|Europe/Paris|America/New_York|Asia/Kolkata|[+-](0[0-9]|1[0-3]):[0-5][0-9])$"

    static let text = #"""
        {
          "Number": {"type": ["number", "null"]},
          "Text": {"type": ["string", "null"]},
          "Time": {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}T"},
          "TimeOrNull": {"type": ["string", "null"], "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}T"},
          "Count": {"type": "integer", "minimum": 0},
          "Metric": {
            "type": "object", "required": ["value", "n", "unit", "exact"],
            "properties": {
              "value": {"$ref": "#/components/schemas/Number"},
              "n": {"$ref": "#/components/schemas/Count"},
              "unit": {"enum": ["count", "ms", "s", "ratio", "usd", "tokens", "tokens/s"]},
              "exact": {"type": "boolean"},
              "before": {"type": "object", "required": ["value", "n", "exact"], "properties": {
                "value": {"$ref": "#/components/schemas/Number"},
                "n": {"$ref": "#/components/schemas/Count"},
                "exact": {"type": "boolean"}
              }}
            }
          },
          "Group": {
            "type": "object", "required": ["key", "metrics"],
            "properties": {
              "key": {"type": "object", "additionalProperties": {"$ref": "#/components/schemas/Text"}},
              "groups": {"type": "integer", "minimum": 1, "description": "How many groups (rest) holds."},
              "metrics": {"type": "object", "additionalProperties": {"$ref": "#/components/schemas/Metric"}}
            }
          },
          "Report": {
            "type": "object", "required": ["since", "until", "by", "now", "groups", "quality", "left_out"],
            "properties": {
              "since": {"$ref": "#/components/schemas/TimeOrNull"},
              "until": {"$ref": "#/components/schemas/Time"},
              "now": {"$ref": "#/components/schemas/Time"},
              "by": {"type": "array", "items": {"type": "string"}},
              "compared_with": {"type": "object", "required": ["since", "until"], "properties": {
                "since": {"$ref": "#/components/schemas/Time"},
                "until": {"$ref": "#/components/schemas/Time"}
              }},
              "groups": {"type": "array", "maxItems": 10001, "items": {"$ref": "#/components/schemas/Group"}},
              "quality": {
                "type": "object",
                "required": ["unpriced_calls", "missing_usage_calls", "inconsistent_usage",
                  "reused_request_ids", "orphan_events", "folded_names", "read"],
                "properties": {"read": {"type": "object",
                  "additionalProperties": {"$ref": "#/components/schemas/Count"}}},
                "additionalProperties": {"$ref": "#/components/schemas/Count"}
              },
              "left_out": {"type": "array", "items": {
                "type": "object", "required": ["metric", "reason"],
                "properties": {"metric": {"type": "string"}, "reason": {"type": "string"}}
              }},
              "pruned_before": {"$ref": "#/components/schemas/Time"}
            }
          },
          "Check": {
            "type": "object", "required": ["status", "now", "newest_event", "rules"],
            "properties": {
              "status": {"enum": ["ok", "warning", "critical", "unknown"]},
              "now": {"$ref": "#/components/schemas/Time"},
              "newest_event": {"$ref": "#/components/schemas/TimeOrNull"},
              "rules": {"type": "array", "items": {
                "type": "object",
                "required": ["name", "group", "metric", "value", "n", "op", "threshold", "state", "result",
                  "severity", "window", "reason"],
                "properties": {
                  "name": {"type": "string"},
                  "value": {"$ref": "#/components/schemas/Number"},
                  "state": {"enum": ["ok", "pending", "firing", "recovering"]},
                  "result": {"enum": ["breach", "fine", "insufficient", "no_data", "error"]},
                  "severity": {"enum": ["info", "warning", "critical"]}
                }
              }}
            }
          },
          "AlertStates": {
            "type": "object", "required": ["alerts"],
            "properties": {
              "alerts": {"type": "array", "items": {
                "type": "object",
                "required": ["rule", "group", "state", "since", "result", "severity", "n", "reason", "evaluated"],
                "properties": {
                  "rule": {"type": "string"},
                  "group": {"type": "object", "additionalProperties": {"$ref": "#/components/schemas/Text"}},
                  "state": {"enum": ["ok", "pending", "firing", "recovering"]},
                  "since": {"$ref": "#/components/schemas/Time"},
                  "result": {"enum": ["breach", "fine", "insufficient", "no_data", "error"]},
                  "n": {"$ref": "#/components/schemas/Count"},
                  "breach_start": {"$ref": "#/components/schemas/TimeOrNull"}
                }
              }}
            }
          },
          "Silences": {
            "type": "object", "required": ["silences"],
            "properties": {"silences": {"type": "array", "items": {"$ref": "#/components/schemas/Silence"}}}
          },
          "NewSilence": {
            "type": "object", "required": ["matchers", "seconds"],
            "properties": {
              "matchers": {"type": "object", "minProperties": 1, "additionalProperties": {"type": "string"}},
              "seconds": {"type": "integer", "minimum": 1, "maximum": 315360000},
              "author": {"type": "string", "maxLength": 250},
              "comment": {"type": "string", "maxLength": 250}
            }
          },
          "Silence": {
            "type": "object", "required": ["id", "matchers", "starts", "ends", "active", "author", "comment"],
            "properties": {
              "id": {"$ref": "#/components/schemas/Count"},
              "matchers": {"type": "object", "additionalProperties": {"type": "string"}},
              "starts": {"$ref": "#/components/schemas/Time"},
              "ends": {"$ref": "#/components/schemas/Time"},
              "active": {"type": "boolean"}
            }
          },
          "SilenceEnd": {
            "type": "object", "required": ["id", "ended"],
            "properties": {"id": {"$ref": "#/components/schemas/Count"},
              "ended": {"$ref": "#/components/schemas/Time"}}
          },
          "AlertHistory": {
            "type": "object", "required": ["transitions", "deliveries"],
            "properties": {
              "transitions": {"type": "array", "items": {
                "type": "object",
                "required": ["time", "rule", "group", "from", "to", "severity", "n", "reason", "dedup_key"],
                "properties": {
                  "time": {"$ref": "#/components/schemas/Time"},
                  "from": {"enum": ["ok", "pending", "firing", "recovering"]},
                  "to": {"enum": ["ok", "pending", "firing", "recovering"]}
                }
              }},
              "deliveries": {"type": "array", "items": {
                "type": "object", "required": ["time", "id", "receiver", "state", "failures", "firing", "resolved"],
                "properties": {"state": {"enum": ["pending", "delivered", "gave_up"]}}
              }}
            }
          },
          "Request": {
            "type": "object",
            "required": ["started_at", "ended_at", "closed_at", "open", "agent", "outcome", "failed",
              "escalated", "latency_ms", "input_tokens", "output_tokens", "cost_usd", "partly_unpriced",
              "context_utilization"],
            "properties": {
              "request_id": {"$ref": "#/components/schemas/Text"},
              "started_at": {"$ref": "#/components/schemas/TimeOrNull"},
              "ended_at": {"$ref": "#/components/schemas/Time"},
              "closed_at": {"$ref": "#/components/schemas/Time"},
              "open": {"type": "boolean"}, "failed": {"type": "boolean"},
              "escalated": {"type": "boolean"}, "partly_unpriced": {"type": "boolean"},
              "latency_ms": {"$ref": "#/components/schemas/Number"},
              "cost_usd": {"$ref": "#/components/schemas/Number"},
              "calls": {"type": "array", "items": {"type": "object", "required": ["kind", "time"]}}
            }
          },
          "RequestList": {
            "type": "object", "required": ["since", "until", "now", "total", "page", "limit", "requests"],
            "properties": {
              "total": {"$ref": "#/components/schemas/Count"},
              "page": {"type": "integer", "minimum": 1}, "limit": {"type": "integer", "minimum": 1},
              "requests": {"type": "array", "maxItems": 200,
                "items": {"$ref": "#/components/schemas/Request"}}
            }
          },
          "RequestDetail": {
            "type": "object", "required": ["request_id", "requests", "orphan_events"],
            "properties": {
              "request_id": {"type": "string"},
              "requests": {"type": "array", "items": {"$ref": "#/components/schemas/Request"}},
              "orphan_events": {"type": "array", "items": {"type": "object"}}
            }
          },
          "Sources": {
            "type": "object", "required": ["sources"],
            "properties": {"sources": {"type": "array", "items": {"$ref": "#/components/schemas/Source"}}}
          },
          "Source": {
            "type": "object", "required": ["path", "size", "offset", "lag_bytes", "last_read", "identity"],
            "properties": {
              "path": {"type": "string"}, "offset": {"$ref": "#/components/schemas/Count"},
              "identity": {"type": "string"}, "last_read": {"$ref": "#/components/schemas/Time"}
            }
          },
          "Rejects": {
            "type": "object", "required": ["rejects"],
            "properties": {"rejects": {"type": "array", "maxItems": 10000, "items": {
              "type": "object", "required": ["source", "generation", "offset", "reason", "length", "line"],
              "properties": {"reason": {"type": "string"}, "length": {"$ref": "#/components/schemas/Count"}}
            }}}
          },
          "Status": {
            "type": "object", "required": ["events", "requests", "rejected", "sources", "store"],
            "properties": {
              "events": {"$ref": "#/components/schemas/Count"},
              "requests": {"$ref": "#/components/schemas/Count"},
              "rejected": {"$ref": "#/components/schemas/Count"},
              "sources": {"type": "array", "items": {"type": "object", "required": ["path", "offset"]}},
              "store": {"type": "object", "required": ["path", "bytes", "wal_bytes", "sqlite_version"]}
            }
          },
          "Posted": {
            "type": "object",
            "required": ["lines", "events", "duplicates", "rejected", "skipped", "joined", "blank",
              "field_errors", "requests", "rejected_lines"],
            "properties": {
              "lines": {"$ref": "#/components/schemas/Count"},
              "events": {"$ref": "#/components/schemas/Count"},
              "rejected_lines": {"type": "array", "maxItems": 100, "items": {
                "type": "object", "required": ["offset", "length", "reason"]}}
            }
          },
          "Health": {"type": "object", "required": ["status"], "properties": {"status": {"const": "ok"}}},
          "Ready": {
            "type": "object", "required": ["status", "lag_seconds", "queued_posts"],
            "properties": {
              "status": {"const": "ready"}, "lag_seconds": {"$ref": "#/components/schemas/Number"},
              "queued_posts": {"$ref": "#/components/schemas/Count"}
            }
          }
        }
        """#
}
