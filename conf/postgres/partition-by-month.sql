-- Partitions Sentinel's events by the month in which they were received, so that old months can be detached, moved or
-- dropped as a whole. Needs PostgreSQL 13 or newer. Optional: appends cost more, because each event needs a trigger and
-- one more index.
-- Run it with all servers stopped, on a database without events (start a server once to create the tables):
--   psql -v ON_ERROR_STOP=1 -f conf/postgres/partition-by-month.sql "$DATABASE_URL"
-- A unique index cannot span partitions, so a separate table keeps the ids and thereby exactly-once storage. A dropped
-- month leaves its ids there, so that its events are still recognized as duplicates. Positions (seq) do not change.
-- Add months in advance, ideally with a monthly job. Events of a month without a partition go to audit_events_other.
--   SELECT audit_add_month(date '2027-01-01');
-- To drop a month:
--   ALTER TABLE audit_events DETACH PARTITION audit_events_2026_11; DROP TABLE audit_events_2026_11;
BEGIN;

DO $$
BEGIN
  IF EXISTS (SELECT FROM audit_events) THEN
    RAISE EXCEPTION 'audit_events is not empty; run this on a database without events';
  END IF;
END $$;

DROP VIEW audit_log;
DROP TABLE audit_events;

CREATE SEQUENCE audit_events_arrival_seq MINVALUE 0 START WITH 0;

CREATE TABLE audit_events (
  arrival bigint NOT NULL DEFAULT nextval('audit_events_arrival_seq'),
  event_id uuid NOT NULL,
  timestamp timestamptz NOT NULL,
  agent_instance_id text COLLATE "C" NOT NULL,
  trace_id text COLLATE "C" NOT NULL,
  actor text COLLATE "C" NOT NULL,
  action_type text COLLATE "C" NOT NULL,
  resource text COLLATE "C" NOT NULL,
  status text COLLATE "C" NOT NULL,
  latency_ms integer,
  metadata text COLLATE "C" NOT NULL,
  received_at timestamptz NOT NULL,
  submitted_by text COLLATE "C",
  redacted json,
  sent_timestamp timestamptz,
  resource_seal bytea,
  metadata_seal bytea,
  span_id text COLLATE "C",
  parent_span_id text COLLATE "C",
  session_id text COLLATE "C",
  on_behalf_of text COLLATE "C",
  links_seal bytea)
  PARTITION BY RANGE (received_at);
ALTER SEQUENCE audit_events_arrival_seq OWNED BY audit_events.arrival;

CREATE INDEX audit_events_by_arrival ON audit_events (arrival);
CREATE INDEX audit_events_by_id ON audit_events (event_id);
CREATE INDEX audit_events_by_time ON audit_events (timestamp NULLS FIRST, arrival NULLS FIRST);
CREATE INDEX audit_events_by_agent ON audit_events (agent_instance_id, timestamp, arrival);
CREATE INDEX audit_events_by_trace ON audit_events (trace_id, timestamp, arrival);
CREATE INDEX audit_events_by_resource ON audit_events (hashtextextended(resource, 0), timestamp, arrival);
CREATE INDEX audit_events_by_status ON audit_events (status, timestamp, arrival) WHERE status <> 'success';
CREATE INDEX audit_events_by_session ON audit_events (session_id, timestamp, arrival) WHERE session_id IS NOT NULL;
CREATE INDEX audit_events_by_principal ON audit_events (on_behalf_of, timestamp, arrival)
  WHERE on_behalf_of IS NOT NULL;

CREATE TABLE audit_event_ids (event_id uuid PRIMARY KEY);

-- Waits for a concurrent transaction that stores the same event, and skips the row if that transaction commits.
CREATE FUNCTION audit_keep_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO audit_event_ids VALUES (NEW.event_id) ON CONFLICT DO NOTHING;
  IF NOT FOUND THEN
    RETURN NULL;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER audit_keep_once BEFORE INSERT ON audit_events FOR EACH ROW EXECUTE FUNCTION audit_keep_once();

-- The server has created the function: timestamp is the effective time, by which events are ordered.
CREATE TRIGGER audit_effective_time BEFORE INSERT ON audit_events FOR EACH ROW
  WHEN (NEW.timestamp > NEW.received_at + interval '24 hours') EXECUTE FUNCTION audit_effective_time();

CREATE TABLE audit_events_other PARTITION OF audit_events DEFAULT;

CREATE FUNCTION audit_add_month(month date) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format(
    'CREATE TABLE audit_events_%s PARTITION OF audit_events FOR VALUES FROM (%L) TO (%L)',
    to_char(month, 'YYYY_MM'),
    date_trunc('month', month::timestamp) AT TIME ZONE 'UTC',
    (date_trunc('month', month::timestamp) + interval '1 month') AT TIME ZONE 'UTC');
END $$;
SELECT audit_add_month(current_date), audit_add_month((current_date + interval '1 month')::date);

CREATE VIEW audit_log AS
  SELECT run.first_seq + e.arrival - run.first_arrival AS seq, e.arrival, e.event_id,
    coalesce(e.sent_timestamp, e.timestamp) AS timestamp, e.agent_instance_id, e.trace_id, e.actor, e.action_type,
    e.resource, e.status, e.latency_ms, e.metadata::json AS metadata, e.received_at, e.submitted_by, e.redacted,
    e.timestamp AS effective_time, e.span_id, e.parent_span_id, e.session_id, e.on_behalf_of
  FROM audit_events e
  CROSS JOIN audit_progress p
  LEFT JOIN LATERAL (
    SELECT r.first_seq, r.first_arrival FROM audit_sequence_runs r
    WHERE r.first_arrival <= e.arrival AND e.arrival < p.next_arrival
    ORDER BY r.first_arrival DESC LIMIT 1) run ON true;

COMMIT;
