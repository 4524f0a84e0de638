-- A stranger is answered once an hour, whichever process receives.
CREATE INDEX inbox_of_strangers ON inbox (user_id, received_at) WHERE stranger = 1;
