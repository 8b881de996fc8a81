-- A million closed reports of one year with their dispatches, offers, notices and events, made inside the database.
-- Foreign keys and triggers are off while this runs: the rows are consistent by construction.
SET session_replication_role = replica;
SET synchronous_commit = off;

CREATE TEMP TABLE past AS
SELECT n,
       lpad(to_hex(n), 32, '0') AS id,
       'B' || lpad(n::text, 9, '0') AS ref,
       now() - interval '1 day' - n * interval '30 seconds' AS opened_at,
       (ARRAY['emergency', 'high', 'medium', 'low'])[1 + n % 4] AS level,
       3 - n % 4 AS urgency,
       (ARRAY['whatsapp', 'sms', 'voice'])[1 + n % 3] AS channel,
       (10 + 600 * random() * random())::int AS accepted_s,
       (60 + 7200 * random() * random())::int AS contact_s,
       (3600 + 2000000 * random() * random())::int AS closed_s
FROM generate_series(1, :count) AS n;

INSERT INTO caller (id, unit_id, channel, address_enc, address_idx, withheld, first_seen_at)
SELECT 'c' || lpad(to_hex(n), 31, '0'), :'unit', 'whatsapp', '\x00', sha256(n::text::bytea), false, now() - interval '2 years'
FROM generate_series(1, 20000) AS n;

INSERT INTO report (id, unit_id, ref, caller_id, channel, level, complaint, flagged, opened_at, last_message_at, closed_at)
SELECT id, :'unit', ref, 'c' || lpad(to_hex(1 + n % 20000), 31, '0'), channel, level, true, false, opened_at, opened_at,
       opened_at + closed_s * interval '1 second'
FROM past;

INSERT INTO dispatch (id, unit_id, report_id, episode, code, level, channel, urgency, state, rung, round, epoch, responsible_id,
                      ladder_id, opened_at, first_offered_at, first_notified_at, accepted_at, held_at, first_contact_at,
                      closed_at, due_kind, answer_by, fault_count, accepted_s, contact_s, closed_s)
SELECT id, :'unit', id, 1, 'AAAA', level, channel, urgency, 'closed', 0, 0, 3, :'head', :'ladder', opened_at, opened_at, opened_at,
       opened_at + accepted_s * interval '1 second', opened_at + accepted_s * interval '1 second',
       opened_at + contact_s * interval '1 second', opened_at + closed_s * interval '1 second', 'next_rung', opened_at, 0,
       accepted_s, contact_s, closed_s
FROM past;

INSERT INTO offer (id, dispatch_id, epoch, rung, staff_id, state, offered_at, first_sent_at, expires_at, closed_at, why)
SELECT id, id, 1, 0, :'head', 'accepted', opened_at, opened_at, opened_at + interval '2 minutes',
       opened_at + accepted_s * interval '1 second', 'on duty'
FROM past;

INSERT INTO outbox (id, unit_id, dispatch_id, offer_id, audience, staff_id, channel, template, params_enc, state, urgency,
                    created_at, not_before, send_before, lease_token, attempts, provider_sid, status_rank, sent_at,
                    dedupe_key)
SELECT id, :'unit', id, id, 'staff', :'head', 'whatsapp', 'offer.message', '\x00', 'sent', urgency, opened_at, opened_at,
       opened_at + interval '4 minutes', 1, 1, 'SM' || id, 1, opened_at, 'offer:' || id || ':message'
FROM past;

INSERT INTO event (id, unit_id, stream, seq, name, actor, at, detail, previous, hash)
SELECT id, :'unit', ref, 1, 'report.opened', 'caller', opened_at, '{}', decode(repeat('00', 32), 'hex'),
       sha256(ref::bytea)
FROM past;

DROP TABLE past;
RESET session_replication_role;
RESET synchronous_commit;
