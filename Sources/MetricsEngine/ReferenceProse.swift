/// The definitions of the reference page that are no tables.
enum ReferenceProse {
    static let opening = """
        # Metrics

        This page is generated from `MetricCatalog`; do not edit it by hand.

        The same stored events give the same numbers in every interface and on every run. Each
        value comes with its `n`, the number of units that its formula ran over. Where `n` is 0,
        counts and sums are 0 and everything else (ratios, means, quantiles, maxima) has no value.

        ## Levels

        | level | one unit is | its time is |
        |---|---|---|
        | call | one `llm_call` or one `tool_call` | its `timestamp`, which is when the call ended |
        | request | the events that share a `request_id`, as cut below | when it closed, as below |
        | state | a request that is open now | none: the window does not matter |
        | ledger | one line read | when it was read |

        Ledger metrics tell how reading went. Reports give them only when asked by name, without
        breakdowns and filters.

        """

    static let requests = """
        ## What a request is

        Events that share a `request_id` are put in order by `timestamp`; equal times go by the path
        at which their source was first seen, then by the byte offset of the line. LLM calls, tool
        calls, retries and `task_end` events are the *extent* of a request: they give it its times.
        The start of a call is its timestamp less its latency, or its timestamp where the latency is
        unknown.

        Ids are reused (by counters, by hosts, by conversations), so one id may be several requests.
        A new one begins

        - before an extent event more than `request_gap` (24 h) after the extent event before it;
        - before a call that starts more than 5 min after the first `task_end` of the request so
          far.

        Escalations, circuit breaker events and events of other kinds move no time. They belong to
        the latest request of their id that began (its earliest start) at or before them, else to
        the first. An id that has only such events is no request; they are counted as
        `orphan_events`. Requests after the first of an id are counted as `reused_request_ids`.

        | field | definition |
        |---|---|
        | begun at | the earliest start of its extent events |
        | started at | the earliest start of its calls with a latency; unknown without a call, and where the first call has no latency |
        | ended at | its last `task_end`, else its last call or retry |
        | closed at | with a `task_end`: ended at. Without one: ended at + `unfinished_after` (30 min) if its agent ends tasks, else ended at + `idle_timeout` (5 min) |
        | open | closed at lies after now. A request that may still go on is therefore in no window yet |
        | agent ends tasks | its agent logged a `completed` `task_end` at or before the request's end. The agent is the one that the `task_end` names, else its request's. Requests that name no agent are those of one agent, `(none)` |
        | outcome | that of its last `task_end`: `completed`, `failed`, `escalated` or `abandoned`. Without one: `unfinished` if its agent ends tasks (a crash looks like this), else none. `open` while it is open |
        | latency | `latency_ms` of its last `task_end`, else ended at - started at. Unknown for `unfinished` requests, where started at is unknown, and where it would be negative |
        | input tokens, output tokens | sums over its LLM calls; input includes cached tokens. Unknown where no call knows any |
        | cost | sum over its LLM calls that have a cost; unknown where none has |
        | context utilization | the largest (input + output tokens) / context window of its LLM calls; unknown where no window is known; may exceed 1 |
        | escalated | it has an `escalation` event, or its outcome is `escalated` |
        | failed | its outcome is `failed` or `unfinished`. With no outcome: its last LLM call failed, or, without LLM calls, its last tool call. A call that was retried with success is no failure |
        | looping | it called one tool at least 5 times with the same arguments: equal bytes of `arguments` or `arguments_hash`, where one was logged |
        | agent, user, session | of its first event that names one. A call that names none takes its request's |

        """

    static let windows = """
        ## Windows and groups

        A window holds the units whose time lies in `since <= time < until`; `until` is at most now.
        Times are whole microseconds in UTC. A time zone matters in one place: where hours and days
        are cut. A day is one group however clocks are changed in it; an hour that is repeated when
        clocks go back is two.

        Totals of cost and tokens are made of calls, so the parts of any breakdown that LLM calls
        carry add up to the total exactly.

        What can only grow is shown while it runs. In windows that end now, the metrics marked
        "sees open requests" also take the open requests that have an event in the window, in
        their value and in their `n`. Such a request counts as its events before now make it. A
        breakdown by time has no place for it, since its time is in the future. The windows of
        alert rules end a little before now; in them every request counts as open that had not
        closed when the window ended.

        A breakdown by several dimensions is their product. Units without a value of a dimension
        are a group of their own, `(none)`: successful calls under `error`, requests without an
        outcome under `outcome`, retry events under `model`. A metric is left out, with the
        reason, where its units lack a dimension of `--by` or `--where`. Filters take several
        values of a dimension as alternatives; several filters all have to hold.

        "Agents that ever completed a request" goes by the requests' own agent and over everything
        stored, whatever the window and the filters.

        """

    static let numbers = """
        ## Numbers

        - **Quantiles**: the values are sorted, and between the two closest ranks the result is
          interpolated linearly. With n values, the quantile q lies at rank q (n - 1), counted
          from 0. Percentiles are never averaged.
        - **Exact or from rollups**: a report is computed from the events themselves where the whole
          minutes that its window touches hold at most 200,000 calls and requests, whatever its
          filters, or where `--exact` asks for it; else from rollups. What filters or groups by
          user or session is always exact. The windows of alert rules are answered from rollups.
          Only two kinds of numbers differ: a quantile from rollups is made of estimates of the
          values at its two ranks, each within 1 % (a DDSketch; 0 stays 0), and
          `slow_request_rate` takes the values in the sketch's bin around the limit for above it
          or for below it together. Each value says which it is (`exact`).
          For a time whose events have been pruned there are only rollups: windows begin and end on
          whole quarters of an hour there, and what needs the events themselves is refused.
        - **Means** are an integer sum divided once.
        - **Money** is integer nano-dollars, rounded half to even once a call. A cost in the log
          is kept as logged; a missing one is computed from the price in force when the call was
          made, if the call knows its input and output tokens. Without that it stays unknown and
          is counted in `unpriced_calls`; it is never taken as 0. A logged 0 with tokens counts as
          missing, unless the model is free.
        - **Times** are integer microseconds, **context utilization** is an integer of 1e-9. Both
          are turned into the shown unit after everything else.
        - **Errors** have one of these classes: `rate_limit`, `overloaded`, `server`, `timeout`,
          `connection`, `auth`, `invalid_request`, `context_length`, `content_filter`,
          `tool_error`, `denied`, `cancelled`, `max_turns`, `other`.

        ## Breakdowns

        """
}
