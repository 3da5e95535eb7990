-- Two questions of queries.sql as they are asked of the logs of hosts, whose columns have plain types.

-- name: requests
-- How many request ids, and quantiles of how long each took and cost.
SELECT count(*) AS requests, quantile_cont(seconds, [0.5, 0.95, 0.99]) AS seconds,
    quantile_cont(cost_usd, [0.5, 0.95, 0.99]) AS cost_usd
FROM (
    SELECT request_id, epoch(max(timestamp)) - epoch(min(timestamp)) AS seconds,
        sum(cost_usd) AS cost_usd
    FROM events WHERE request_id IS NOT NULL GROUP BY request_id
);

-- name: tokens
-- Tokens of LLM calls, by model.
SELECT model, sum(input_tokens) AS input, sum(output_tokens) AS output,
    sum(cache_read_tokens) AS cache_read
FROM events WHERE event = 'llm_call' GROUP BY model ORDER BY model;
