INSERT INTO evently.box_office DEFAULT VALUES;

-- A signing key of 256 random bits, kept as the two padded halves that HMAC needs.
DO $$
DECLARE
  key bytea := sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()));
  inner_pad bytea := decode(repeat('36', 64), 'hex');
  outer_pad bytea := decode(repeat('5c', 64), 'hex');
BEGIN
  FOR i IN 0..31 LOOP
    inner_pad := set_byte(inner_pad, i, get_byte(inner_pad, i) # get_byte(key, i));
    outer_pad := set_byte(outer_pad, i, get_byte(outer_pad, i) # get_byte(key, i));
  END LOOP;
  INSERT INTO evently.signing_keys (id, inner_pad, outer_pad) VALUES (1, inner_pad, outer_pad);
END $$;
