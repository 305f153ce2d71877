DELETE FROM evently.signing_keys;
DELETE FROM evently.box_office;
