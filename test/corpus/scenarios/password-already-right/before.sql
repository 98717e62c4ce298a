SET password_encryption = 'scram-sha-256';
CREATE ROLE ana LOGIN PASSWORD 'password of ana' VALID UNTIL '2030-01-01 00:00:00+00';
CREATE ROLE "Änn 'e'" LOGIN PASSWORD 'password of Änn ''e''';
