ALTER TABLE app.moves OWNER TO "heir";
